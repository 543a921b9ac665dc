//! One at a time for each upload: who comes later takes over, because the earlier connection may be long gone.

use std::sync::Arc;

use chat_protocol::UploadId;
use dashmap::DashMap;
use parking_lot::Mutex;
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

/// Who works on which upload. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns(Arc<DashMap<UploadId, Arc<Upload>>>);

#[derive(Debug, Default)]
struct Upload {
    lock: Arc<tokio::sync::Mutex<()>>,
    /// Cancelled when the next one comes.
    newest: Mutex<CancellationToken>,
}

/// The right to work on an upload, until somebody else wants to.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Turns,
    id: UploadId,
    upload: Option<Arc<Upload>>,
    lock: Option<OwnedMutexGuard<()>>,
    over: CancellationToken,
}

impl Turns {
    /// Has the one who works on an upload stop, and waits until they have.
    pub(super) async fn take(&self, id: UploadId) -> Turn {
        let upload = Arc::clone(self.0.entry(id).or_default().value());
        let over = CancellationToken::new();
        std::mem::replace(&mut *upload.newest.lock(), over.clone()).cancel();
        let waiting = Arc::clone(&upload.lock).lock_owned();
        let mut turn = Turn { turns: self.clone(), id, upload: Some(upload), lock: None, over };
        turn.lock = Some(waiting.await);
        turn
    }
}

impl Turn {
    /// Returns when somebody else wants to go on.
    pub(super) async fn over(&self) {
        self.over.cancelled().await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.lock.take());
        drop(self.upload.take());
        // Nothing is kept of uploads that nobody works on: who waits holds it, too.
        self.turns.0.remove_if(&self.id, |_, upload| Arc::strong_count(upload) == 1);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::poll;

    use super::*;

    #[tokio::test]
    async fn the_later_one_takes_over_and_nothing_is_kept_of_who_is_done() {
        let (turns, id) = (Turns::default(), UploadId::now_v7());
        let first = turns.take(id).await;
        assert!(poll!(Box::pin(first.over())).is_pending());
        let mut second = Box::pin(turns.take(id));
        assert!(poll!(&mut second).is_pending(), "it waits until the first has stopped");
        first.over().await;
        let other = turns.take(UploadId::now_v7()).await;
        drop((first, other));
        let second = second.await;
        assert!(poll!(Box::pin(second.over())).is_pending());
        drop(second);
        assert!(turns.0.is_empty());
    }
}
