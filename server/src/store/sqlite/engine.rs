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
mod write_cache;
pub(super) mod writer;

use std::{path::Path, sync::Arc};

use chat_protocol::{Epoch, ServerId};
use rusqlite::Connection;
use tokio::sync::oneshot;

use self::{
    open::Opened,
    readers::Readers,
    writer::{Kind, Tx, Writer},
};
use crate::store::{
    NewMessageRow, OpenError, Result, SentRow, Sink, StoreError, operation,
    steps::{Reading, Transaction},
    threads::Threads,
};

/// What runs the database; cheap to clone. The threads end when the last one is gone.
#[derive(Clone)]
pub(in crate::store) struct Sqlite {
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

impl Sqlite {
    /// Opens the database in a folder, or one in memory.
    pub(in crate::store) fn open(folder: Option<&Path>, sink: Arc<dyn Sink>) -> std::result::Result<Self, OpenError> {
        let threads = Threads::default();
        let Opened { connection, readers, checkpointer, lock, identity, epoch } = open::open(folder, &threads)?;
        let writer = Writer::start(connection, checkpointer, sink, &threads);
        let readers = (!readers.is_empty()).then(|| Readers::start(readers, &threads));
        Ok(Self { shared: Arc::new(Shared { writer, readers, threads, identity, epoch, _lock: lock }) })
    }

    pub(in crate::store) fn identity(&self) -> ServerId {
        self.shared.identity
    }

    pub(in crate::store) fn epoch(&self) -> Epoch {
        self.shared.epoch
    }

    /// Whether the database can be read, and the writer takes operations. A full disk is an answer, too.
    pub(in crate::store) async fn ping(&self) -> Result<()> {
        self.query(|db| Ok(db.query_row("SELECT 1", [], |_| Ok(()))?)).await?;
        match self.write_beside(|_| Ok(())).await {
            Err(StoreError::Full) => Ok(()),
            answered => answered,
        }
    }

    /// Returns once a thread is gone that the store cannot do without; usually never.
    pub(in crate::store) async fn broken(&self) {
        self.shared.threads.broken().await;
    }

    /// Brings what stands in the write-ahead log into the database itself, so that the file alone is everything.
    pub(in crate::store) async fn fold(&self) -> Result<()> {
        if self.shared.readers.is_none() {
            return Ok(());
        }
        let busy = self.query(|db| Ok(db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?));
        if busy.await? { Err(StoreError::Busy) } else { Ok(()) }
    }

    /// Reads one state of the database, beside the writer.
    pub(in crate::store) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&dyn Reading) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.query(|db| query(&*db.unchecked_transaction()?)).await
    }

    /// Reads on the writer's thread, between two transactions; `answer` is told there, too.
    pub(in crate::store) fn read_between<T: Send + 'static>(
        &self,
        query: impl FnOnce(&dyn Reading) -> Result<T> + Send + 'static,
        answer: impl FnOnce(Result<T>) + Send + 'static,
    ) {
        self.shared.writer.submit(Kind::Read, move |tx| query(tx.db), answer);
    }

    /// Runs an operation in the writer's next transaction; answers when that is on disk.
    pub(in crate::store) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.shared.writer.run(Kind::Other, |tx| operation(tx)).await
    }

    /// The same for what reads nothing that the writer keeps in memory, so that the writer may keep it.
    pub(in crate::store) async fn write_beside<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.shared.writer.run(Kind::Message, |tx| operation(tx)).await
    }

    /// The same for who does not wait: `answer` is told on the writer's thread.
    pub(in crate::store) fn write_later<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut dyn Transaction) -> Result<T> + Send + 'static,
        answer: impl FnOnce(Result<T>) + Send + 'static,
    ) {
        self.shared.writer.submit(Kind::Other, |tx| operation(tx), answer);
    }

    /// Has a message stored; `answer` is told on the writer's thread, in the order of submission.
    pub(in crate::store) fn submit_message(
        &self,
        new: NewMessageRow,
        admitted: impl FnOnce() -> bool + Send + 'static,
        answer: impl FnOnce(Result<SentRow>) + Send + 'static,
    ) {
        let send = move |tx: &mut Tx<'_>| match admitted() {
            true => operation::messages::send(tx, new),
            false => Err(StoreError::Withheld),
        };
        self.shared.writer.submit(Kind::Message, send, answer);
    }

    async fn query<T: Send + 'static>(
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
            None => self.shared.writer.run(Kind::Read, move |tx| query(tx.db)).await,
        }
    }
}
