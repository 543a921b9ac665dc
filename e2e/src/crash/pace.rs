//! How fast writers write: as fast as they are answered, or as fast as everybody reads.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::Semaphore;

/// Shared by those who write and those who set the pace; cheap to clone.
#[derive(Debug, Clone)]
pub struct Pace(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    permits: Semaphore,
    readers: usize,
    read: AtomicUsize,
}

impl Pace {
    /// Nobody is waited for.
    pub fn free() -> Self {
        Self::new(Semaphore::MAX_PERMITS / 2, usize::MAX)
    }

    /// At most so many messages are on their way to readers, of whom there are so many.
    pub fn of(ahead: usize, readers: usize) -> Self {
        Self::new(ahead, readers)
    }

    fn new(permits: usize, readers: usize) -> Self {
        Self(Arc::new(Shared { permits: Semaphore::new(permits), readers, read: AtomicUsize::new(0) }))
    }

    /// Waits until one more message may be written.
    ///
    /// # Panics
    /// Never: a pace has no end.
    pub(super) async fn take(&self) {
        self.0.permits.acquire().await.expect("nobody closes it").forget();
    }

    /// Says that a message will reach nobody.
    pub(super) fn give_back(&self) {
        self.0.permits.add_permits(1);
    }

    /// Says that one reader has read one message.
    pub(super) fn read(&self) {
        if (self.0.read.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(self.0.readers) {
            self.0.permits.add_permits(1);
        }
    }
}
