//! What an account keeps on disk: outbox, cursors, rooms, their newest messages, drafts, read positions.
//!
//! One SQLite file in the account's folder, touched by one thread only. Nobody waits for it but who sends a message
//! or asks for what is cached. What waits is written as one transaction.

mod cache;
mod change;
mod database;
mod outbox;
mod rescue;
mod slot;
mod worker;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::mpsc,
};

use chat_protocol::{Epoch, RoomId};

pub(crate) use cache::Held;
pub(crate) use change::Change;
pub(crate) use database::Database;
pub(crate) use outbox::Kept;

use self::{slot::Slot, worker::Job};
use crate::Error;

/// The file of an account.
const FILE: &str = "client.db";

/// What the connection begins with.
#[derive(Debug, Default)]
pub(crate) struct Start {
    /// The history that the cursors belong to.
    pub(crate) epoch: Option<Epoch>,
    /// The rooms as last known.
    pub(crate) rooms: Vec<Held>,
    /// The messages of this process, in the order in which they were written.
    pub(crate) outbox: Vec<Kept>,
    /// Read positions that the server has not confirmed: room, `seq`, whether backwards.
    pub(crate) reads: Vec<(RoomId, u64, bool)>,
}

impl Start {
    fn read(database: &Database, slot: &Slot) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            epoch: database.epoch()?,
            rooms: database.rooms()?,
            outbox: database.outbox(slot.number())?,
            reads: database.reads()?,
        })
    }

    /// The rooms whose newest messages are cached, in the history that was last seen.
    pub(crate) fn cached_rooms(&self) -> HashSet<RoomId> {
        let cached = |held: &&Held| held.loaded && Some(held.epoch) == self.epoch;
        self.rooms.iter().filter(cached).map(|held| held.room.id).collect()
    }
}

/// A handle on the thread that owns the file. Cheap to clone; the thread ends with the last handle.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    jobs: mpsc::Sender<Job>,
    /// `None` in memory.
    file: Option<PathBuf>,
}

impl Store {
    /// Opens the file in an account's folder, or keeps everything in memory.
    pub(crate) fn open(folder: Option<&Path>) -> Result<(Self, Start), Error> {
        let file = folder.map(|folder| folder.join(FILE));
        let slot = folder.map_or_else(|| Ok(Slot::alone()), Slot::take)?;
        let mut database = file.as_deref().map_or_else(Database::in_memory, Database::open)?;
        let mut start = match Start::read(&database, &slot) {
            Err(error) if database::is_damage(&error) => {
                database = database.begin_anew(&error.to_string())?;
                Start::read(&database, &slot)?
            }
            start => start?,
        };
        if !slot.adopt(&database)?.is_empty() {
            start.outbox = database.outbox(slot.number())?;
        }
        Ok((Self { jobs: worker::spawn(database, slot)?, file }, start))
    }

    /// Reads the whole file, which takes as long as it is large, and says what is damaged in it.
    pub(crate) fn damage(file: &Path) -> Option<String> {
        database::check(file).unwrap_or_else(|error| {
            tracing::warn!(%error, "the cache cannot be checked");
            None
        })
    }

    /// The file, if it is not in memory.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Sets a damaged file aside, and goes on with a new one that has what waits in the outbox.
    pub(crate) fn begin_anew(&self, fault: String) {
        self.job(Job::BeginAnew { fault });
    }

    /// Writes a change, some time soon and in order.
    pub(crate) fn change(&self, change: Change) {
        self.job(Job::Change { change: Box::new(change), done: None });
    }

    /// Writes a change and waits until it is on disk.
    pub(crate) fn change_now(&self, change: Change) -> Result<i64, Error> {
        let (done, written) = mpsc::channel();
        self.change_then(change, move |result| {
            let _ = done.send(result);
        });
        written.recv().map_err(|_| Error::Closed)?
    }

    /// Writes a change, and calls back when it is on disk or cannot be kept.
    pub(crate) fn change_then(&self, change: Change, then: impl FnOnce(Result<i64, Error>) + Send + 'static) {
        self.job(Job::Change { change: Box::new(change), done: Some(Box::new(then)) });
    }

    /// Asks something, and waits for the answer.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Database, &Slot) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = mpsc::channel();
        self.job(Job::Ask(Box::new(move |database, slot| {
            let _ = reply.send(question(database, slot));
        })));
        Ok(answer.recv().map_err(|_| Error::Closed)??)
    }

    /// Takes over what processes that ended have left in the outbox.
    pub(crate) fn adopt(&self, found: impl FnOnce(Vec<Kept>) + Send + 'static) {
        self.job(Job::Ask(Box::new(move |database, slot| match slot.adopt(database) {
            Ok(kept) if kept.is_empty() => {}
            Ok(kept) => found(kept),
            Err(error) => tracing::warn!(%error, "the outbox of another process cannot be taken over"),
        })));
    }

    /// Calls back when all that was asked for before is written.
    pub(crate) fn flushed(&self, then: impl FnOnce() + Send + 'static) {
        self.job(Job::Ask(Box::new(move |_, _| then())));
    }

    fn job(&self, job: Job) {
        // The thread ends only after the last handle, or in a panic, which its log tells.
        let _ = self.jobs.send(job);
    }
}
