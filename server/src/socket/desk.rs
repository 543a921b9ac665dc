//! The desks: each goes round the connections that have something to write.
//!
//! A publish marks connections; it neither writes nor wakes anyone for each delivery. A desk, woken once, lets more
//! gather, then writes to each marked connection all that waits for it. One whose socket is full waits by itself.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::error;

use super::{closing::Close, connection::Connection, outgoing::Tray};

/// One per core; cheap to clone. They end with the last clone.
#[derive(Clone)]
pub struct Desks(Arc<All>);

struct All {
    desks: Vec<Arc<Desk>>,
    _end: DropGuard,
}

/// Where marked connections wait to be written to.
#[derive(Default)]
pub(super) struct Desk {
    marked: Mutex<Vec<Arc<Connection>>>,
    wake: Notify,
}

impl Desks {
    /// Starts one for each core that this process may use. Needs a Tokio runtime.
    pub fn start() -> Self {
        let ended = CancellationToken::new();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let desks: Vec<Arc<Desk>> = (0..cores).map(|_| Arc::default()).collect();
        for desk in &desks {
            let (desk, ended) = (Arc::clone(desk), ended.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = desk.work() => {}
                    () = ended.cancelled() => {}
                }
            });
        }
        Self(Arc::new(All { desks, _end: ended.drop_guard() }))
    }

    /// The desk of a connection.
    pub(super) fn of(&self, number: u64) -> Arc<Desk> {
        let desks = &self.0.desks;
        Arc::clone(&desks[usize::try_from(number).unwrap_or_default() % desks.len()])
    }
}

impl Desk {
    /// Has a connection written to soon. Called at most once until then.
    pub(super) fn mark(&self, connection: Arc<Connection>) {
        let mut marked = self.marked.lock();
        marked.push(connection);
        if marked.len() == 1 {
            self.wake.notify_one();
        }
    }

    async fn work(&self) {
        let (mut round, mut tray) = (Vec::new(), Tray::default());
        loop {
            self.wake.notified().await;
            // What else is being published meanwhile goes out in the same writes.
            tokio::task::yield_now().await;
            loop {
                std::mem::swap(&mut round, &mut *self.marked.lock());
                if round.is_empty() {
                    break;
                }
                for connection in round.drain(..) {
                    if catch_unwind(AssertUnwindSafe(|| connection.flush(&mut tray))).is_err() {
                        // It alone is given up, without a word: half a frame may have been written. What was taken for
                        // it must not go to another.
                        error!("writing to a connection panicked; it is closed");
                        tray = Tray::default();
                        connection.close(Close::Gone);
                    }
                }
                tokio::task::yield_now().await;
            }
        }
    }
}
