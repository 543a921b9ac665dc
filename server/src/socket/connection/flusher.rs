//! The flushers: each writes to the connections that have something to write.
//!
//! A publish marks sessions dirty; it neither writes nor wakes anyone for each delivery. A flusher wakes once, yields so
//! that more gathers, then writes to each connection all that waits for it. One whose socket is full waits by itself.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::error;

use super::{Connection, writer::Scratch};
use crate::session::Ending;

/// One per core; cheap to clone. They end with the last clone.
#[derive(Clone)]
pub struct Flushers(Arc<All>);

struct All {
    flushers: Vec<Arc<Flusher>>,
    _end: DropGuard,
}

/// Where connections wait to be written to.
#[derive(Default)]
pub(in crate::socket) struct Flusher {
    waiting: Mutex<Vec<Arc<Connection>>>,
    wake: Notify,
}

impl Flushers {
    /// Starts one for each core that this process may use. Needs a Tokio runtime.
    pub fn start() -> Self {
        let ended = CancellationToken::new();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let flushers: Vec<Arc<Flusher>> = (0..cores).map(|_| Arc::default()).collect();
        for flusher in &flushers {
            let (flusher, ended) = (Arc::clone(flusher), ended.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = flusher.work() => {}
                    () = ended.cancelled() => {}
                }
            });
        }
        Self(Arc::new(All { flushers, _end: ended.drop_guard() }))
    }

    /// The flusher of a connection.
    pub(in crate::socket) fn of(&self, number: u64) -> &Arc<Flusher> {
        let flushers = &self.0.flushers;
        &flushers[usize::try_from(number).unwrap_or_default() % flushers.len()]
    }
}

impl Flusher {
    /// Has a connection written to soon. Called at most once until then.
    pub(super) fn add(&self, connection: Arc<Connection>) {
        let mut waiting = self.waiting.lock();
        waiting.push(connection);
        if waiting.len() == 1 {
            self.wake.notify_one();
        }
    }

    async fn work(&self) {
        let (mut round, mut scratch) = (Vec::new(), Scratch::default());
        loop {
            self.wake.notified().await;
            // What else is being published meanwhile goes out in the same writes.
            tokio::task::yield_now().await;
            loop {
                std::mem::swap(&mut round, &mut *self.waiting.lock());
                if round.is_empty() {
                    break;
                }
                for connection in round.drain(..) {
                    if catch_unwind(AssertUnwindSafe(|| connection.flush(&mut scratch))).is_err() {
                        // It alone is given up, without a word: half a frame may have been written. What was taken for
                        // it must not go to another.
                        error!("writing to a connection panicked; it is closed");
                        scratch = Scratch::default();
                        connection.session.end(Ending::Gone);
                    }
                }
                tokio::task::yield_now().await;
            }
        }
    }
}
