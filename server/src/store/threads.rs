//! The store's threads, and whether they are all there.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio_util::sync::CancellationToken;
use tracing::error;

/// Told once a thread is gone that the store cannot do without. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct Threads {
    broken: CancellationToken,
}

impl Threads {
    /// Starts a thread. It may return when its work is over; a panic that it does not handle itself breaks the store.
    pub(in crate::store) fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'static) {
        let broken = self.broken.clone();
        let label = name.to_owned();
        let guarded = move || {
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                error!(thread = label, "a thread of the store ended by a panic");
                broken.cancel();
            }
        };
        if let Err(failure) = std::thread::Builder::new().name(name.to_owned()).spawn(guarded) {
            error!(thread = name, %failure, "cannot start a thread of the store");
            self.broken.cancel();
        }
    }

    /// Returns once a thread is gone; usually never.
    pub(in crate::store) async fn broken(&self) {
        self.broken.cancelled().await;
    }
}

/// Runs one piece of a thread's work. False after a panic, which the panic's own line in the log describes.
pub(in crate::store) fn survives(what: &str, work: impl FnOnce()) -> bool {
    let survived = catch_unwind(AssertUnwindSafe(work)).is_ok();
    if !survived {
        error!("{what} panicked; the thread goes on");
    }
    survived
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_thread_that_panics_is_noticed() {
        let threads = Threads::default();
        threads.spawn("steady", || {});
        threads.spawn("broken", || panic!("on purpose"));
        threads.broken().await;
    }
}
