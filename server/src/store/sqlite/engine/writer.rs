//! The one writer: takes the operations that wait, runs them in one transaction, commits, then answers.
//!
//! Committing is what costs (the disk must have it), so what gathered during one commit shares the next one. The
//! writer waits for nobody: a lone operation is committed at once.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use chat_protocol::Timestamp;
use rusqlite::Connection;
use tokio::sync::oneshot;
use tracing::{error, warn};

use super::{checkpoint::Checkpointer, deferred::Deferred, write_cache::WriteCache};
use crate::store::{
    Notice, Result, Sink, StoreError,
    threads::{Threads, survives},
};

/// Operations that one transaction takes at most, so that the first of them does not wait long for the last.
const BATCH: usize = 256;

/// How often an idle writer looks whether another process changed the database. Half of the second within which a
/// token that no longer counts must close its connections.
const WATCH: Duration = Duration::from_millis(400);

/// What an operation works with.
pub(in crate::store) struct Tx<'a> {
    /// Inside the transaction.
    pub(in crate::store::sqlite) db: &'a Connection,
    /// The time of the whole transaction.
    pub(in crate::store::sqlite) now: Timestamp,
    /// What is known without asking. Only messages use it.
    pub(in crate::store::sqlite) cache: &'a mut WriteCache,
    /// Events of messages that are not inserted yet.
    pub(in crate::store::sqlite) deferred: &'a mut Deferred,
    /// Whether something was deleted that must be gone from the disk soon.
    pub(in crate::store::sqlite) erases: bool,
    /// What to tell the sink once it is committed.
    pub(in crate::store::sqlite) notices: Vec<Notice>,
}

impl Tx<'_> {
    /// Runs one operation in a transaction of a process that has no writer, and no one to notify.
    pub(in crate::store::sqlite) fn alone<T>(
        db: &Connection,
        operation: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let (mut cache, mut deferred) = Default::default();
        let mut tx =
            Tx { db, now: now(), cache: &mut cache, deferred: &mut deferred, erases: false, notices: Vec::new() };
        let done = operation(&mut tx)?;
        cache.flush(db)?;
        Ok(done)
    }
}

/// What an operation may leave behind when it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store::sqlite) enum Kind {
    /// A message: it refuses before it writes, and counts in the cache.
    Message,
    /// Anything else: what it wrote is undone.
    Other,
    /// Writes nothing, and sees what is committed: it runs after the transaction, and may begin its own.
    Read,
}

/// An operation that waits for its turn, and then for its commit.
trait Job: Send {
    fn kind(&self) -> Kind;
    /// Does the work; a failure's changes must be undone.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()>;
    /// Tells how it ended.
    fn finish(self: Box<Self>, committed: &std::result::Result<(), StoreError>);
}

struct Operation<T, F, A> {
    kind: Kind,
    work: Option<F>,
    outcome: Option<Result<T>>,
    answer: A,
}

impl<T, F, A> Job for Operation<T, F, A>
where
    T: Send,
    F: FnOnce(&mut Tx<'_>) -> Result<T> + Send,
    A: FnOnce(Result<T>) + Send,
{
    fn kind(&self) -> Kind {
        self.kind
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let Some(work) = self.work.take() else { return Err(StoreError::Closed) };
        // A panic in one operation is that operation's failure, not the end of all writing.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or(Err(StoreError::Closed));
        let done = outcome.as_ref().map(drop).map_err(Clone::clone);
        self.outcome = Some(outcome);
        done
    }

    fn finish(self: Box<Self>, committed: &std::result::Result<(), StoreError>) {
        let Self { outcome, answer, .. } = *self;
        let outcome = match (outcome, committed) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Err(failure)) => Err(failure.clone()),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(StoreError::Closed),
        };
        if catch_unwind(AssertUnwindSafe(|| answer(outcome))).is_err() {
            error!("an answer panicked");
        }
    }
}

/// The queue to the writer's thread, which ends when this is dropped.
pub(in crate::store::sqlite) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        checkpointer: Option<Checkpointer>,
        sink: Arc<dyn Sink>,
        threads: &Threads,
    ) -> Self {
        let (queue, jobs) = mpsc::channel();
        let (cache, deferred) = Default::default();
        let work = move || {
            Worker { connection, checkpointer, sink, cache, deferred, erases: false, data_version: None }.work(&jobs)
        };
        // Without it the queue's other end is gone: every operation answers `Closed`.
        threads.spawn("store-writer", work);
        Self { queue }
    }

    /// Has an operation run; answers after the commit.
    pub(in crate::store::sqlite) async fn run<T: Send + 'static>(
        &self,
        kind: Kind,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        // Nobody waits any more when the request was given up.
        self.submit(kind, work, move |outcome| drop(answer.send(outcome)));
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Has an operation run; `answer` is told on the writer's thread, after the commit, in the order of submission.
    pub(in crate::store::sqlite) fn submit<T: Send + 'static>(
        &self,
        kind: Kind,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        answer: impl FnOnce(Result<T>) + Send + 'static,
    ) {
        let operation = Operation { kind, work: Some(work), outcome: None, answer };
        if let Err(mpsc::SendError(job)) = self.queue.send(Box::new(operation)) {
            job.finish(&Err(StoreError::Closed));
        }
    }
}

struct Worker {
    connection: Connection,
    checkpointer: Option<Checkpointer>,
    sink: Arc<dyn Sink>,
    cache: WriteCache,
    deferred: Deferred,
    /// Whether something was deleted that must be gone from the disk soon.
    erases: bool,
    /// SQLite's count of other processes' commits, as last seen.
    data_version: Option<i64>,
}

impl Worker {
    fn work(mut self, jobs: &mpsc::Receiver<Box<dyn Job>>) {
        let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(BATCH);
        // What is seen now is what later changes are compared with.
        self.watch();
        let mut watched = std::time::Instant::now();
        loop {
            match jobs.recv_timeout(WATCH) {
                Ok(job) => {
                    batch.push(job);
                    // Those who are about to submit something come first, and share the commit.
                    std::thread::yield_now();
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
            while batch.len() < BATCH {
                let Ok(job) = jobs.try_recv() else { break };
                batch.push(job);
            }
            if !batch.is_empty() || self.deferred.is_pending() {
                self.transact(&mut batch);
            }
            if watched.elapsed() >= WATCH {
                watched = std::time::Instant::now();
                survives("looking for changes of other processes", || self.watch());
            }
        }
    }

    /// Runs, commits and answers one batch.
    fn transact(&mut self, batch: &mut Vec<Box<dyn Job>>) {
        let mut notices = Vec::new();
        // Until the commit, which comes last, a panic has stored nothing: it is a failure like others.
        let work = AssertUnwindSafe(|| self.run_all(batch, &mut notices));
        let committed = catch_unwind(work).unwrap_or(Err(StoreError::Closed));
        if let Err(failure) = &committed {
            warn!(%failure, operations = batch.len(), "a transaction failed; nothing of it was stored");
            self.forget();
            self.roll_back();
        } else if !notices.is_empty() {
            // Shown before acknowledged: anyone who is told that a message is stored can already read it. What a panic
            // keeps from being shown now, readers take from the store at the room's next event; sessions are checked.
            if !survives("showing what was stored", || self.sink.committed(notices)) {
                survives("having sessions checked", || self.sink.changed_elsewhere());
            }
        }
        self.read_all(batch);
        for job in batch.drain(..) {
            let of_the_transaction = job.kind() != Kind::Read;
            job.finish(if of_the_transaction { &committed } else { &Ok(()) });
        }
        if let Some(checkpointer) = &mut self.checkpointer {
            survives("a checkpoint", || checkpointer.committed(&self.connection));
            if std::mem::take(&mut self.erases) {
                checkpointer.erase();
            }
        }
    }

    /// Ends a transaction that failed. SQLite may have ended it already.
    fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(failure) = self.connection.execute_batch("ROLLBACK")
        {
            error!(%failure, "a failed transaction could not be rolled back; it is tried again before the next one");
        }
    }

    /// Runs every job inside one transaction and commits.
    fn run_all(&mut self, batch: &mut [Box<dyn Job>], notices: &mut Vec<Notice>) -> Result<()> {
        if !self.deferred.is_pending() && batch.iter().all(|job| job.kind() == Kind::Read) {
            return Ok(());
        }
        self.roll_back();
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        // No other process writes from here on, but one may have before.
        self.watch();
        self.cache.clear_if_large();
        self.deferred.begin(&self.connection, batch.len())?;
        let (cache, deferred) = (&mut self.cache, &mut self.deferred);
        let mut tx =
            Tx { db: &self.connection, now: now(), cache, deferred, erases: false, notices: std::mem::take(notices) };
        for job in batch {
            match job.kind() {
                Kind::Message => run_message(&mut tx, job.as_mut())?,
                Kind::Other => run_other(&mut tx, job.as_mut())?,
                Kind::Read => {}
            }
        }
        tx.cache.flush(tx.db)?;
        *notices = tx.notices;
        self.erases |= tx.erases;
        failpoint!("before-commit");
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    /// Runs what only reads, outside of any transaction but its own.
    fn read_all(&mut self, batch: &mut [Box<dyn Job>]) {
        let (cache, deferred) = (&mut self.cache, &mut self.deferred);
        let mut tx = Tx { db: &self.connection, now: now(), cache, deferred, erases: false, notices: Vec::new() };
        for job in batch.iter_mut().filter(|job| job.kind() == Kind::Read) {
            // How it ended is told with its answer.
            _ = job.run(&mut tx);
        }
        // What a query that panicked left open.
        self.roll_back();
    }

    fn forget(&mut self) {
        self.cache.clear();
        self.deferred = Deferred::Unknown;
    }

    /// Notices commits of other processes (`chat-server user disable …` beside a running server).
    fn watch(&mut self) {
        let version = self.connection.prepare_cached("PRAGMA data_version");
        match version.and_then(|mut version| version.query_row([], |row| row.get::<_, i64>(0))) {
            Ok(version) => {
                if self.data_version.replace(version).is_some_and(|seen| seen != version) {
                    self.forget();
                    self.sink.changed_elsewhere();
                }
            }
            Err(failure) => warn!(%failure, "cannot watch the database for changes of other processes"),
        }
    }
}

/// Messages refuse before they write: one that failed in writing takes the whole transaction with it.
fn run_message(tx: &mut Tx<'_>, job: &mut dyn Job) -> Result<()> {
    match job.run(tx) {
        Err(failure @ (StoreError::Full | StoreError::Busy | StoreError::Closed | StoreError::Database(_))) => {
            Err(failure)
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Undoes a failed operation alone.
fn run_other(tx: &mut Tx<'_>, job: &mut dyn Job) -> Result<()> {
    tx.cache.flush(tx.db)?;
    let (notices, deferred) = (tx.notices.len(), *tx.deferred);
    tx.db.prepare_cached("SAVEPOINT job")?.execute([])?;
    let done = job.run(tx);
    tx.cache.clear();
    if tx.db.is_autocommit() {
        // SQLite gave up the whole transaction: the disk is full, or it could not be read or written.
        return Err(StoreError::Full);
    }
    if done.is_err() {
        tx.notices.truncate(notices);
        *tx.deferred = deferred;
        tx.db.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    tx.db.prepare_cached("RELEASE job")?.execute([])?;
    Ok(())
}

pub(in crate::store::sqlite) fn now() -> Timestamp {
    Timestamp::since_epoch(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}
