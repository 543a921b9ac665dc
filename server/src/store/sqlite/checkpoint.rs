//! Moves what the write-ahead log gathered into the database, in a thread of its own.
//!
//! The writer never waits for it, unless the log has grown so long that it must: a checkpoint beside readers and a
//! busy writer may never come to the end, and the log would grow without bound.

use std::{
    ffi::c_int,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
        mpsc,
    },
};

use rusqlite::Connection;
use tracing::{error, warn};

/// Pages of 4 KiB in the log from which on the thread moves them: 32 MiB. The same pages are written again and again,
/// and of each only the last state is moved, so moving later is moving less.
const BEGIN: c_int = 8_192;
/// Pages from which on the writer does it itself: 64 MiB.
const INSIST: c_int = 16_384;

/// The writer's side of the thread.
pub(super) struct Checkpointer {
    wake: mpsc::SyncSender<()>,
    /// Pages in the log after the writer's last commit.
    pages: Arc<AtomicI32>,
}

impl Checkpointer {
    /// Starts the thread on a connection of its own, and counts the pages of the writer's commits in place of
    /// SQLite's own checkpoints.
    pub(super) fn start(own: Connection, writer: &mut Connection) -> rusqlite::Result<Self> {
        let pages = Arc::new(AtomicI32::new(0));
        let counted = Arc::clone(&pages);
        writer.wal_hook(Some(move |_: &mut _, pages| {
            counted.store(pages, Ordering::Relaxed);
            Ok(())
        }))?;
        let (wake, wakes) = mpsc::sync_channel(1);
        let work = move || {
            while wakes.recv().is_ok() {
                checkpoint(&own, "PRAGMA wal_checkpoint(PASSIVE)");
            }
        };
        if let Err(failure) = std::thread::Builder::new().name("store-checkpoint".into()).spawn(work) {
            error!(%failure, "cannot start the checkpoint thread; the writer will do its work");
        }
        Ok(Self { wake, pages })
    }

    /// After each commit, on the writer's thread.
    pub(super) fn committed(&self, writer: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages >= INSIST {
            checkpoint(writer, "PRAGMA wal_checkpoint(RESTART)");
        } else if pages >= BEGIN {
            // One that is under way or waiting is enough; without the thread the writer insists later.
            let _ = self.wake.try_send(());
        }
    }
}

fn checkpoint(connection: &Connection, pragma: &str) {
    if let Err(failure) = connection.query_row(pragma, [], |_| Ok(())) {
        warn!(%failure, "checkpoint failed");
    }
}
