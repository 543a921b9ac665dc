//! The one writer of a server: takes the operations that wait, runs them in one transaction, commits, then answers.
//!
//! Another server's transactions go before or after: the first thing that each does is to take the same lock.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
};

use chat_protocol::Timestamp;
use tracing::warn;

use super::{
    clock::NOW,
    connection::Db,
    jobs::{Job, Kind, Operation},
    pool::Pool,
    transaction::Tx,
};
use crate::store::{
    Notice, Result, Sink, StoreError,
    threads::{Threads, survives},
};

/// Operations that one transaction takes at most: nobody else writes meanwhile.
const BATCH: usize = 64;

/// The lock that everything takes which writes (`pg_advisory_xact_lock`): "chatlog" in ASCII.
const LOCK: i64 = 0x63_6861_746c_6f67;

/// The queue to the writer's thread, which ends when this is dropped.
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    pub(super) fn start(pool: Pool, sink: Arc<dyn Sink>, threads: &Threads) -> Self {
        let (queue, jobs) = mpsc::channel();
        // Without it the queue's other end is gone: every operation answers `Closed`.
        threads.spawn("store-writer", move || Worker { pool, sink }.work(&jobs));
        Self { queue }
    }

    /// Has an operation run; `answer` is told on the writer's thread, after the commit, in the order of submission.
    pub(super) fn submit<T: Send + 'static>(
        &self,
        kind: Kind,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        answer: impl FnOnce(Result<T>) + Send + 'static,
    ) {
        if let Err(mpsc::SendError(job)) = self.queue.send(Operation::boxed(kind, work, answer)) {
            job.finish(&Err(StoreError::Closed));
        }
    }
}

struct Worker {
    pool: Pool,
    sink: Arc<dyn Sink>,
}

impl Worker {
    fn work(self, jobs: &mpsc::Receiver<Box<dyn Job>>) {
        let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(BATCH);
        while let Ok(job) = jobs.recv() {
            batch.push(job);
            // Those who are about to submit something come first, and share the commit.
            std::thread::yield_now();
            while batch.len() < BATCH {
                let Ok(job) = jobs.try_recv() else { break };
                batch.push(job);
            }
            self.transact(&mut batch);
        }
    }

    /// Runs, commits and answers one batch.
    fn transact(&self, batch: &mut Vec<Box<dyn Job>>) {
        let mut notices = Vec::new();
        // Until the commit, which comes last, a panic has stored nothing: it is a failure like others.
        let work = AssertUnwindSafe(|| self.run_all(batch, &mut notices));
        let committed = catch_unwind(work).unwrap_or(Err(StoreError::Closed));
        if let Err(failure) = &committed {
            warn!(%failure, operations = batch.len(), "a transaction failed");
        } else if !notices.is_empty() {
            // Shown before acknowledged: anyone who is told that a message is stored can already read it. What a panic
            // keeps from being shown now, readers take from the store at the room's next event; sessions are checked.
            if !survives("showing what was stored", || self.sink.committed(notices)) {
                survives("having sessions checked", || self.sink.changed_elsewhere());
            }
        }
        survives("reading between transactions", || self.read_all(batch));
        for job in batch.drain(..) {
            let of_the_transaction = job.kind() != Kind::Read;
            job.finish(if of_the_transaction { &committed } else { &Ok(()) });
        }
    }

    /// Runs every job inside one transaction and commits.
    fn run_all(&self, batch: &mut [Box<dyn Job>], notices: &mut Vec<Notice>) -> Result<()> {
        let writing = batch.iter().filter(|job| job.kind() == Kind::Write).count();
        if writing == 0 {
            return Ok(());
        }
        let (db, now) = self.begin()?;
        let mut tx = Tx { db: &db, now, notices: Vec::new() };
        for job in batch.iter_mut().filter(|job| job.kind() == Kind::Write) {
            run_one(&mut tx, job.as_mut())?;
        }
        *notices = tx.notices;
        failpoint!("before-commit");
        // An error here says nothing of whether the database has it: who asked again is answered by what is stored.
        db.batch("COMMIT")?;
        db.ends();
        self.pool.health.answered();
        Ok(())
    }

    /// Begins a transaction. Nobody else writes until it ends. A connection that was lost since the last one is replaced.
    fn begin(&self) -> Result<(Db, Timestamp)> {
        let begin = || {
            let db = self.pool.get()?;
            db.begins();
            let sql =
                format!("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({LOCK}); SELECT {}", NOW);
            let now = db.batch_value(&sql)?.and_then(|now| now.parse().ok()).ok_or(StoreError::Closed)?;
            Ok((db, Timestamp::from_millis(now)))
        };
        match begin() {
            Err(StoreError::Unavailable(_)) => begin(),
            begun => begun,
        }
    }

    /// Runs what only reads, after the transaction.
    fn read_all(&self, batch: &mut [Box<dyn Job>]) {
        for job in batch.iter_mut().filter(|job| job.kind() == Kind::Read) {
            let read = self.pool.get().and_then(|db| {
                db.begins();
                db.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
                // How it ended is told with its answer.
                _ = job.run(&mut Tx { db: &db, now: Timestamp::from_millis(0), notices: Vec::new() });
                db.batch("ROLLBACK")?;
                db.ends();
                Ok(())
            });
            if let Err(failure) = read {
                job.fail(failure);
            }
        }
    }
}

/// Undoes a failed operation alone.
fn run_one(tx: &mut Tx<'_>, job: &mut dyn Job) -> Result<()> {
    let notices = tx.notices.len();
    tx.db.batch("SAVEPOINT job")?;
    if let Err(failure) = job.run(tx) {
        tx.notices.truncate(notices);
        if matches!(failure, StoreError::Unavailable(_)) {
            return Err(failure);
        }
        return tx.db.batch("ROLLBACK TO job; RELEASE job");
    }
    tx.db.batch("RELEASE job")
}
