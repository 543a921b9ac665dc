//! What runs SQLite: one writer that commits what waits as one transaction, a few readers beside it, the data folder and
//! its schema. What is read and written, table by table, stands in the files beside this folder.

mod checkpoint;
pub(super) mod clock;
pub(super) mod deferred;
mod files;
mod look_alikes;
pub(super) mod open;
mod readers;
mod schema;
mod threads;
mod write_cache;
pub(super) mod writer;

use std::{path::PathBuf, sync::Arc};

use chat_protocol::{Epoch, ServerId};
use rusqlite::Connection;
use tokio::sync::oneshot;

use self::{
    open::Opened,
    readers::Readers,
    threads::Threads,
    writer::{Kind, Writer},
};
use crate::store::{Notice, OpenError, Result, StoreError};

/// Where committed changes, and those of other processes, are told. Called on the writer's thread: it must not wait.
pub trait Sink: Send + Sync + 'static {
    /// These are on disk now, in the order in which they happened.
    fn committed(&self, notices: Vec<Notice>);
    /// Another process changed the database: users and sessions may no longer count.
    fn changed_elsewhere(&self);
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In this folder.
    Folder(PathBuf),
    /// Nowhere: it ends with the process.
    Memory,
}

/// A handle to the database; cheap to clone. The threads end when the last handle is gone.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    writer: Writer,
    /// `None` in memory, where there is one connection and the writer reads too.
    readers: Option<Readers>,
    threads: Threads,
    identity: ServerId,
    epoch: Epoch,
    /// Held while the server runs, so that `restore` can refuse.
    _lock: Option<std::fs::File>,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull};
        match error.sqlite_error_code() {
            Some(DiskFull) => Self::Full,
            Some(DatabaseBusy | DatabaseLocked) => Self::Busy,
            _ => Self::Database(Arc::new(error)),
        }
    }
}

impl Store {
    /// Opens the database, making it where there is none and bringing it up to date.
    ///
    /// # Errors
    /// When the folder is in use, not writable, not ours or newer than this program.
    pub fn open(location: &Location, sink: Arc<dyn Sink>) -> std::result::Result<Self, OpenError> {
        let threads = Threads::default();
        let Opened { connection, readers, checkpointer, lock, identity, epoch } = open::open(location, &threads)?;
        let writer = Writer::start(connection, checkpointer, sink, &threads);
        let readers = (!readers.is_empty()).then(|| Readers::start(readers, &threads));
        Ok(Self { shared: Arc::new(Shared { writer, readers, threads, identity, epoch, _lock: lock }) })
    }

    /// Which server this is; stays through a restore.
    pub fn identity(&self) -> ServerId {
        self.shared.identity
    }

    /// Which history this is; new after a restore.
    pub fn epoch(&self) -> Epoch {
        self.shared.epoch
    }

    /// Whether the database can be read, and the writer takes operations. A full disk is an answer, too.
    ///
    /// # Errors
    /// Whatever keeps either from answering.
    pub async fn ping(&self) -> Result<()> {
        self.read(|db| Ok(db.query_row("SELECT 1", [], |_| Ok(()))?)).await?;
        // As a message, it leaves the writer's cache as it is.
        match self.writer().run_as(Kind::Message, |_| Ok(())).await {
            Err(StoreError::Full) => Ok(()),
            answered => answered,
        }
    }

    /// Returns once a thread is gone that the store cannot do without; usually never.
    pub async fn broken(&self) {
        self.shared.threads.broken().await;
    }

    /// Brings what stands in the write-ahead log into the database itself, so that the file alone is everything.
    ///
    /// # Errors
    /// When another process reads or writes just then; the log stays, and nothing is lost.
    pub async fn fold(&self) -> Result<()> {
        if self.shared.readers.is_none() {
            return Ok(());
        }
        let busy = self.read(|db| Ok(db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?));
        if busy.await? { Err(StoreError::Busy) } else { Ok(()) }
    }

    /// For operations that need no answer, or another kind of it.
    pub(in crate::store::sqlite) fn writer(&self) -> &Writer {
        &self.shared.writer
    }

    /// Runs a query beside the writer.
    pub(in crate::store) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.shared.readers {
            Some(readers) => {
                let (answer, answered) = oneshot::channel();
                readers.run(Box::new(move |db| {
                    // Nobody waits any more when the request was given up.
                    let _ = answer.send(query(db));
                }))?;
                answered.await.map_err(|_| StoreError::Closed)?
            }
            None => self.writer().run_as(Kind::Read, move |tx| query(tx.db)).await,
        }
    }

    /// Runs an operation in the writer's next transaction; answers when that is on disk.
    pub(in crate::store) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut writer::Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer().run(operation).await
    }
}
