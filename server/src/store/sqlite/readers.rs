//! Readers beside the writer: a few threads, each with a connection that can only read.

use std::sync::{Arc, Mutex, mpsc};

use rusqlite::Connection;
use tracing::error;

use crate::store::{Result, StoreError};

type Query = Box<dyn FnOnce(&Connection) + Send>;

/// The queue to the readers' threads, which end when this is dropped.
pub(super) struct Readers {
    queue: mpsc::Sender<Query>,
}

impl Readers {
    pub(super) fn start(connections: Vec<Connection>) -> Self {
        let (queue, queries) = mpsc::channel::<Query>();
        let queries = Arc::new(Mutex::new(queries));
        for connection in connections {
            let queries = Arc::clone(&queries);
            let work = move || {
                // Held only while taking one query; a panic in a query happens outside of it.
                while let Ok(query) = { queries.lock().unwrap_or_else(|e| e.into_inner()).recv() } {
                    let run = std::panic::AssertUnwindSafe(|| query(&connection));
                    // The asker's channel closes, which it sees as `Closed`; the reader goes on.
                    let _ = std::panic::catch_unwind(run);
                }
            };
            if let Err(failure) = std::thread::Builder::new().name("store-reader".into()).spawn(work) {
                error!(%failure, "cannot start a reader");
            }
        }
        Self { queue }
    }

    pub(super) fn run(&self, query: Query) -> Result<()> {
        self.queue.send(query).map_err(|_| StoreError::Closed)
    }
}
