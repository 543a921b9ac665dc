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

use super::{Sink, checkpoint::Checkpointer};
use crate::store::{LogEntry, Result, StoreError};

/// Operations that one transaction takes at most, so that the first of them does not wait long for the last.
const BATCH: usize = 256;

/// How often an idle writer looks whether another process changed the database. Half of the second within which a
/// token that no longer counts must close its connections.
const WATCH: Duration = Duration::from_millis(400);

/// What an operation works with.
pub(super) struct Tx<'a> {
    /// Inside the transaction.
    pub(super) db: &'a Connection,
    /// The time of the whole transaction.
    pub(super) now: Timestamp,
    /// What to tell the sink once it is committed.
    pub(super) entries: Vec<LogEntry>,
}

/// An operation that waits for its turn, and then for its commit.
trait Job: Send {
    /// Does the work; false when it failed and its changes must be undone.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Tells how it ended.
    fn finish(self: Box<Self>, committed: &std::result::Result<(), StoreError>);
}

struct Operation<T, F> {
    work: Option<F>,
    outcome: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnOnce(&mut Tx<'_>) -> Result<T> + Send> Job for Operation<T, F> {
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        // A panic in one operation is that operation's failure, not the end of all writing.
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or(Err(StoreError::Closed));
        let done = outcome.is_ok();
        self.outcome = Some(outcome);
        done
    }

    fn finish(self: Box<Self>, committed: &std::result::Result<(), StoreError>) {
        let outcome = match (self.outcome, committed) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Err(failure)) => Err(failure.clone()),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // Nobody waits any more when the request was given up.
        let _ = self.answer.send(outcome);
    }
}

/// The queue to the writer's thread, which ends when this is dropped.
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, checkpointer: Option<Checkpointer>, sink: Arc<dyn Sink>) -> Self {
        let (queue, jobs) = mpsc::channel();
        let work = move || Worker { connection, checkpointer, sink, data_version: None }.work(&jobs);
        if let Err(failure) = std::thread::Builder::new().name("store-writer".into()).spawn(work) {
            // The queue's other end is gone with the closure: every operation answers `Closed`.
            error!(%failure, "cannot start the writer");
        }
        Self { queue }
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let operation = Operation { work: Some(work), outcome: None, answer };
        self.queue.send(Box::new(operation)).map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

struct Worker {
    connection: Connection,
    checkpointer: Option<Checkpointer>,
    sink: Arc<dyn Sink>,
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
                Ok(job) => batch.push(job),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
            while batch.len() < BATCH {
                let Ok(job) = jobs.try_recv() else { break };
                batch.push(job);
            }
            if !batch.is_empty() {
                self.transact(&mut batch);
            }
            if watched.elapsed() >= WATCH {
                watched = std::time::Instant::now();
                self.watch();
            }
        }
    }

    /// Runs, commits and answers one batch.
    fn transact(&mut self, batch: &mut Vec<Box<dyn Job>>) {
        let mut tx = Tx { db: &self.connection, now: now(), entries: Vec::new() };
        let committed = run_all(&mut tx, batch);
        if let Err(failure) = &committed {
            warn!(%failure, operations = batch.len(), "a transaction failed; nothing of it was stored");
            if !self.connection.is_autocommit() && self.connection.execute_batch("ROLLBACK").is_err() {
                error!("a failed transaction could not be rolled back");
            }
        } else if !tx.entries.is_empty() {
            // Shown before acknowledged: whoever is told that a message is stored can already read it.
            let entries = std::mem::take(&mut tx.entries);
            self.sink.committed(entries);
        }
        for job in batch.drain(..) {
            job.finish(&committed);
        }
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.committed(&self.connection);
        }
    }

    /// Notices commits of other processes (`chat-server user disable …` beside a running server).
    fn watch(&mut self) {
        match self.connection.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)) {
            Ok(version) => {
                if self.data_version.replace(version).is_some_and(|seen| seen != version) {
                    self.sink.changed_elsewhere();
                }
            }
            Err(failure) => warn!(%failure, "cannot watch the database for changes of other processes"),
        }
    }
}

/// Runs every job inside one transaction, undoing the failed ones alone, and commits.
fn run_all(tx: &mut Tx<'_>, batch: &mut [Box<dyn Job>]) -> std::result::Result<(), StoreError> {
    tx.db.execute_batch("BEGIN IMMEDIATE")?;
    for job in batch {
        let told = tx.entries.len();
        tx.db.prepare_cached("SAVEPOINT job")?.execute([])?;
        let done = job.run(tx);
        if tx.db.is_autocommit() {
            // SQLite gave up the whole transaction: the disk is full, or it could not be read or written.
            return Err(StoreError::Full);
        }
        if !done {
            tx.entries.truncate(told);
            tx.db.prepare_cached("ROLLBACK TO job")?.execute([])?;
        }
        tx.db.prepare_cached("RELEASE job")?.execute([])?;
    }
    failpoint!("before-commit");
    Ok(tx.db.execute_batch("COMMIT")?)
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
