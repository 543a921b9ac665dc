//! What runs on PostgreSQL: one writer that commits what waits as one transaction, and a few connections that read beside
//! it. What is read and written, table by table, stands in the files beside this folder.
//!
//! The client is asynchronous and the steps are not: operations run on threads that may block, and each statement is waited
//! for there. The connections themselves are served by a runtime of their own.

pub(super) mod address;
pub(super) mod clock;
pub(super) mod connection;
mod health;
mod jobs;
mod open;
mod pool;
mod schema;
mod tls;
pub(super) mod transaction;
mod writer;

use std::sync::{Arc, mpsc};

use chat_protocol::{Epoch, ServerId};
use tokio::{runtime::Runtime, sync::oneshot};

use self::{
    address::Address,
    connection::Db,
    health::Health,
    jobs::Kind,
    pool::{Pool, Use},
    transaction::Tx,
    writer::Writer,
};
use crate::store::{
    NewMessageRow, OpenError, Result, SentRow, Sink, StoreError, operation,
    steps::{Reading, Transaction},
    threads::Threads,
};

/// Connections that only read, at most.
const READERS: usize = 8;
/// Threads that serve the connections: they wait nearly all the time.
const SERVING: usize = 2;

/// What runs the database; cheap to clone. Threads and connections end when the last one is gone.
#[derive(Clone)]
pub(in crate::store) struct Postgres {
    shared: Arc<Shared>,
}

struct Shared {
    /// Ends before the runtime that its connection needs.
    writer: Writer,
    readers: Pool,
    threads: Threads,
    identity: ServerId,
    epoch: Epoch,
    runtime: Serving,
}

/// The runtime of the connections. It may be dropped anywhere: it does not wait for them to end.
struct Serving(Option<Runtime>);

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Postgres {
    /// Opens the database, making its tables where there are none and bringing them up to date. Waits for the server.
    ///
    /// # Errors
    /// When the server cannot be used, or the database is not ours or newer than this program.
    pub(in crate::store) fn open(address: &Address, sink: Arc<dyn Sink>) -> std::result::Result<Self, OpenError> {
        let refused = |why: String| OpenError::Postgres { at: address.to_string(), why };
        let tls = tls::connector(&address.encryption).map_err(refused)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(SERVING)
            .thread_name("store-connections")
            .enable_all()
            .build()
            .map_err(|error| refused(format!("no threads can be started: {error}")))?;
        let (answer, answered) = mpsc::sync_channel(1);
        let opening = (address.clone(), tls.clone());
        runtime.spawn(async move { answer.send(open::open(&opening.0, opening.1).await) });
        let opened = answered.recv().map_err(|_| refused("opening it failed: see the log".to_owned()))?;
        let runtime_handle = runtime.handle().clone();
        let runtime = Serving(Some(runtime));
        let (identity, epoch) = opened?;
        let health = Arc::new(Health::default());
        let pool = |most, purpose| {
            Pool::new(address, tls.clone(), runtime_handle.clone(), Arc::clone(&health), most, purpose).map_err(refused)
        };
        let threads = Threads::default();
        let writing = pool(1, Use::Writing)?;
        let (answer, answered) = mpsc::sync_channel(1);
        let first = writing.clone();
        runtime_handle.spawn(async move { answer.send(first.take().await.map(drop)) });
        let claimed = answered.recv().map_err(|_| refused("opening it failed: see the log".to_owned()))?;
        claimed.map_err(|failure| match failure {
            StoreError::Unavailable(why) => refused(why.to_string()),
            other => refused(other.to_string()),
        })?;
        let writer = Writer::start(writing, sink, &threads);
        let readers = pool(READERS, Use::Reading)?;
        Ok(Self { shared: Arc::new(Shared { writer, readers, threads, identity, epoch, runtime }) })
    }

    pub(in crate::store) fn identity(&self) -> ServerId {
        self.shared.identity
    }

    pub(in crate::store) fn epoch(&self) -> Epoch {
        self.shared.epoch
    }

    /// Whether the database can be read, and the writer takes operations. A full disk is an answer, too.
    pub(in crate::store) async fn ping(&self) -> Result<()> {
        self.read_with(|db| db.batch("SELECT 1")).await?;
        match self.write(|_| Ok(())).await {
            Err(StoreError::Full) => Ok(()),
            answered => answered,
        }
    }

    /// Returns once a thread is gone that the store cannot do without; usually never.
    pub(in crate::store) async fn broken(&self) {
        self.shared.threads.broken().await;
    }

    /// Reads one state of the database, beside the writer.
    pub(in crate::store) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&dyn Reading) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.read_with(move |db| query(db)).await
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
        let (answer, answered) = oneshot::channel();
        // Nobody waits any more when the request was given up.
        self.submit(operation, move |outcome| drop(answer.send(outcome)));
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// The same for who does not wait: `answer` is told on the writer's thread.
    pub(in crate::store) fn submit<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut dyn Transaction) -> Result<T> + Send + 'static,
        answer: impl FnOnce(Result<T>) + Send + 'static,
    ) {
        self.shared.writer.submit(Kind::Write, |tx| operation(tx), answer);
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
        self.shared.writer.submit(Kind::Write, send, answer);
    }

    /// Runs a query in a transaction that only reads, on a thread that may block.
    async fn read_with<T: Send + 'static>(&self, query: impl FnOnce(&Db) -> Result<T> + Send + 'static) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let pool = self.shared.readers.clone();
        let Some(runtime) = &self.shared.runtime.0 else { return Err(StoreError::Closed) };
        runtime.spawn(async move {
            match pool.take().await {
                // After a panic in the query the asker's channel closes, which it sees as `Closed`.
                Ok(db) => drop(tokio::task::spawn_blocking(move || snapshot(&db, query, answer))),
                Err(failure) => drop(answer.send(Err(failure))),
            }
        });
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

/// Asks one state of the database. The answer does not wait for the end of the transaction.
fn snapshot<T>(db: &Db, query: impl FnOnce(&Db) -> Result<T>, answer: oneshot::Sender<Result<T>>) {
    db.begins();
    let read = db.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").and_then(|()| query(db));
    // Nobody waits any more when the request was given up.
    _ = answer.send(read);
    if db.batch("ROLLBACK").is_ok() {
        db.ends();
    }
}
