//! Readers beside the writer: a few threads, each with a connection that can only read.

use std::sync::{Arc, Mutex, mpsc};

use rusqlite::Connection;

use crate::store::threads::{Threads, survives};
use crate::store::{Result, StoreError};

type Query = Box<dyn FnOnce(&Connection) + Send>;

/// The queue to the readers' threads, which end when this is dropped.
pub(super) struct Readers {
    queue: mpsc::Sender<Query>,
}

impl Readers {
    pub(super) fn start(connections: Vec<Connection>, threads: &Threads) -> Self {
        let (queue, queries) = mpsc::channel::<Query>();
        let queries = Arc::new(Mutex::new(queries));
        for connection in connections {
            let queries = Arc::clone(&queries);
            let work = move || {
                // Held only while taking one query; a panic in a query happens outside of it.
                while let Ok(query) = { queries.lock().unwrap_or_else(|e| e.into_inner()).recv() } {
                    // After a panic the asker's channel closes, which it sees as `Closed`.
                    survives("a query", || query(&connection));
                    if !connection.is_autocommit() {
                        // What a panic left open would be read from for ever.
                        _ = connection.execute_batch("ROLLBACK");
                    }
                }
            };
            threads.spawn("store-reader", work);
        }
        Self { queue }
    }

    pub(super) fn run(&self, query: Query) -> Result<()> {
        self.queue.send(query).map_err(|_| StoreError::Closed)
    }
}
