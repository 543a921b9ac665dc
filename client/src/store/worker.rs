//! The thread that owns the file: takes what waits, and writes it as one transaction.

use std::{
    sync::{Arc, OnceLock, mpsc},
    thread,
    time::{Duration, Instant},
};

use chat_protocol::RoomId;

use super::{
    change::Change,
    database::Database,
    fault::{is_damage, is_locked, may_pass},
    slot::Slot,
};
use crate::{Error, StorageNotice};

/// The most changes of one transaction: some milliseconds, so that nobody who waits for one waits long.
const BATCH: usize = 256;
/// How long a change waits for another program that has locked the file.
const BUSY: Duration = Duration::from_secs(5);
/// Between two attempts to write to a locked file; each waits for a moment by itself.
const PAUSE: Duration = Duration::from_millis(10);
/// What could not be written is tried again this long after, if nothing else comes before.
const AGAIN: Duration = Duration::from_secs(1);

/// Something to read from the file; gives what is damaged in it, if that shows.
type Question = Box<dyn FnOnce(&Database, &Slot) -> Option<String> + Send>;

/// Something for the thread to do.
pub(super) enum Job {
    /// Write this; the caller is notified when it is on disk.
    Change { change: Box<Change>, done: Option<Done> },
    /// Read something, after all that came before is written; from a locked file without what is not written yet.
    Ask(Question),
    /// Go on with a new file: this one is damaged.
    BeginAgain { why: String },
    /// Say what could not be written of all that came before, when it is written or given up.
    Rest(Box<dyn FnOnce(Unwritten) + Send>),
}

/// Called on the thread with whether a change is on disk.
pub(super) type Done = Box<dyn FnOnce(Result<i64, Error>) + Send>;

/// Called on the thread when the file was begun again, so that the cache is empty.
pub(super) type Report = Box<dyn Fn(StorageNotice) + Send>;

/// Until when a file that is locked is waited for; not set while the program goes on.
pub(super) type LastWait = Arc<OnceLock<Instant>>;

/// What a program that ends could not keep.
#[derive(Debug, Default)]
pub(crate) struct Unwritten {
    /// What was being written.
    pub(crate) drafts: Vec<(RoomId, String)>,
    pub(crate) why: Option<String>,
}

/// A change that is not written yet.
struct Waiting {
    change: Box<Change>,
    done: Option<Done>,
    since: Instant,
}

impl Waiting {
    fn new(change: Box<Change>, done: Option<Done>) -> Self {
        Self { change, done, since: Instant::now() }
    }
}

/// The thread's own.
struct Worker {
    database: Database,
    slot: Slot,
    report: Report,
    last_wait: LastWait,
    batch: Vec<Waiting>,
    /// Whether another program keeps the batch from being written.
    locked: bool,
    /// What the user wants and was given up for now. It goes before everything else.
    unwritten: Vec<Change>,
    /// Why something of what was written last could not.
    why: Option<String>,
    /// Whether the file was begun again: what is bad in the new one as well is no damage.
    begun_again: bool,
}

pub(super) fn spawn(
    database: Database,
    slot: Slot,
    last_wait: LastWait,
    report: Report,
) -> Result<mpsc::Sender<Job>, Error> {
    let (jobs, waiting) = mpsc::channel();
    let (batch, unwritten) = (Vec::new(), Vec::new());
    let (locked, why, begun_again) = (false, None, false);
    let worker = Worker { database, slot, report, last_wait, batch, locked, unwritten, why, begun_again };
    thread::Builder::new()
        .name("chat-store".to_owned())
        .spawn(move || worker.run(&waiting))
        .map_err(|error| Error::Store(error.to_string()))?;
    Ok(jobs)
}

impl Worker {
    fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        loop {
            let first = match (self.locked, self.unwritten.is_empty()) {
                (true, _) => jobs.recv_timeout(PAUSE),
                (false, false) => jobs.recv_timeout(AGAIN),
                (false, true) => jobs.recv().map_err(mpsc::RecvTimeoutError::from),
            };
            let mut next = match first {
                Ok(job) => Some(job),
                Err(mpsc::RecvTimeoutError::Timeout) => None,
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            };
            while let Some(job) = next {
                self.work(job);
                next = if self.batch.len() < BATCH { jobs.try_recv().ok() } else { None };
            }
            self.write();
        }
        self.finish();
    }

    fn work(&mut self, job: Job) {
        match job {
            Job::Change { change, done } => self.batch.push(Waiting::new(change, done)),
            Job::Ask(question) => {
                self.write();
                if let Some(why) = question(&self.database, &self.slot) {
                    self.begin_again(&why);
                }
            }
            // Another program that found the same damage was first.
            Job::BeginAgain { .. } if self.database.is_displaced() => self.write(),
            Job::BeginAgain { why } => {
                self.write();
                self.begin_again(&why);
            }
            Job::Rest(then) => {
                self.finish();
                let drafts = self.unwritten.iter().filter_map(|change| match change {
                    Change::Draft(draft) if !draft.text.is_empty() => Some((draft.room, draft.text.clone())),
                    _ => None,
                });
                then(Unwritten { drafts: drafts.collect(), why: self.why.clone() });
            }
        }
    }

    /// Writes what waits, or gives it up.
    fn finish(&mut self) {
        self.write();
        while self.locked {
            thread::sleep(PAUSE);
            self.write();
        }
    }

    /// Writes what waits. Where another program has locked the file, each change goes on waiting for a while.
    fn write(&mut self) {
        if self.database.is_displaced() {
            self.follow();
        }
        // Nothing older comes after what took its place.
        self.unwritten.retain(|older| !self.batch.iter().any(|newer| newer.change.replaces(older)));
        let unwritten = self.unwritten.drain(..).map(|change| Waiting::new(Box::new(change), None));
        let mut batch: Vec<Waiting> = unwritten.collect();
        batch.append(&mut self.batch);
        self.locked = false;
        if batch.is_empty() {
            return;
        }
        self.why = None;
        match self.write_batch(&mut batch) {
            Err(error) if is_locked(&error) => {
                let is_past = self.last_wait.get().is_some_and(|last| Instant::now() >= *last);
                for waiting in batch {
                    if is_past || waiting.since.elapsed() >= BUSY {
                        self.give_up(waiting, &error);
                    } else {
                        self.batch.push(waiting);
                    }
                }
                self.locked = !self.batch.is_empty();
            }
            Err(error) if batch.len() == 1 => batch.into_iter().for_each(|waiting| self.give_up(waiting, &error)),
            // Each alone, so that one takes no others with it.
            Err(_) => {
                for waiting in batch {
                    let mut alone = vec![waiting];
                    if let Err(error) = self.write_batch(&mut alone) {
                        alone.into_iter().for_each(|waiting| self.give_up(waiting, &error));
                    }
                }
            }
            Ok(()) => {}
        }
    }

    /// Writes all of a batch, or nothing of it; into a new file, where this one is damaged.
    fn write_batch(&mut self, batch: &mut Vec<Waiting>) -> Result<(), rusqlite::Error> {
        match self.try_to_write(batch) {
            Err(error) if is_damage(&error) && self.begin_again(&error.to_string()) => self.try_to_write(batch),
            result => result,
        }
    }

    fn try_to_write(&mut self, batch: &mut Vec<Waiting>) -> Result<(), rusqlite::Error> {
        let changes = batch.iter().map(|waiting| waiting.change.as_ref());
        let results = self.database.write(changes, self.slot.number())?;
        for (waiting, result) in batch.drain(..).zip(results) {
            if let Some(done) = waiting.done {
                done(Ok(result));
            }
        }
        Ok(())
    }

    /// Tells that a change cannot be written; what the user wants and nobody waits for is tried again later.
    fn give_up(&mut self, Waiting { change, done, .. }: Waiting, error: &rusqlite::Error) {
        tracing::error!(%error, change = change.name(), "cannot be kept on disk");
        match done {
            Some(done) => done(Err(self.database.explain(error))),
            None if change.is_of_the_user() && may_pass(error) => {
                self.unwritten.retain(|older| !change.replaces(older));
                self.unwritten.push(*change);
            }
            None => {}
        }
        self.why = Some(self.database.explain(error).to_string());
    }

    /// Goes on with the file that another program has put in the place of this one.
    fn follow(&mut self) {
        match self.database.follow(self.slot.number()) {
            Ok(notice) => (self.report)(notice),
            Err(error) => tracing::error!(%error, "the file was replaced, and the new one cannot be used"),
        }
    }

    /// Goes on with a new file; false if this one is new, or none can be made.
    fn begin_again(&mut self, why: &str) -> bool {
        if std::mem::replace(&mut self.begun_again, true) {
            return false;
        }
        match self.database.begin_again(why) {
            Ok(notice) => (self.report)(notice),
            Err(error) => {
                tracing::error!(%error, "nothing can be kept any more");
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::params;

    use super::*;
    use crate::store::Draft;

    /// A draft that takes more pages than a full disk has.
    const LONG: usize = 1024 * 1024;

    fn worker() -> Worker {
        let (database, slot) = (Database::in_memory().unwrap(), Slot::alone());
        let (report, last_wait): (Report, LastWait) = (Box::new(|_| {}), LastWait::default());
        let (batch, unwritten) = (Vec::new(), Vec::new());
        Worker { database, slot, report, last_wait, batch, locked: false, unwritten, why: None, begun_again: false }
    }

    fn keep(worker: &mut Worker, room: RoomId, draft: &str) {
        let change = Box::new(Change::Draft(Draft { room, thread: None, text: draft.to_owned() }));
        worker.work(Job::Change { change, done: None });
        worker.write();
    }

    /// Sets the size of the disk; the pages that are used stay.
    fn pages(worker: &Worker, most: u32) {
        worker.database.rows(&format!("PRAGMA max_page_count = {most}"), params![], |_| Ok(())).unwrap();
    }

    #[test]
    fn what_a_full_disk_did_not_take_never_comes_after_what_replaced_it() {
        let (mut worker, room) = (worker(), RoomId::now_v7());
        keep(&mut worker, room, "an older draft");
        pages(&worker, 1);
        keep(&mut worker, room, &"x".repeat(LONG));
        keep(&mut worker, room, "short");
        pages(&worker, 1_000_000);
        worker.write();
        let drafts = worker.database.drafts(worker.slot.number()).unwrap();
        assert_eq!(drafts, [Draft { room, thread: None, text: "short".to_owned() }]);
    }
}
