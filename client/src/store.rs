//! What an account keeps on disk: outbox, cursors, rooms, their newest messages, drafts, read positions.
//!
//! One SQLite file in the account's folder, touched by one thread only. Nothing waits for it but a caller that sends a message
//! or asks for what is cached. What waits is written as one transaction.

mod cache;
mod cached;
mod change;
mod database;
mod drafts;
mod fault;
mod left;
mod notice;
mod open;
mod outbox;
mod rescue;
mod slot;
mod tables;
#[cfg(test)]
mod tests;
mod values;
mod worker;
mod write;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::mpsc,
    time::Instant,
};

use chat_protocol::{Epoch, MessageId, Room, RoomId};
use uuid::Uuid;

pub(crate) use cache::CachedRoom;
pub use cached::Cached;
pub(crate) use change::Change;
pub(crate) use database::Database;
pub(crate) use drafts::Draft;
pub use notice::StorageNotice;
pub(crate) use outbox::OutboxRow;
pub(crate) use worker::Unwritten;

use self::{
    slot::Slot,
    worker::{Job, LastWait},
};
use crate::{Error, error::innermost};

/// The file of an account.
const FILE: &str = "client.db";
/// The folder beside it for the files of messages that wait.
const FILES: &str = "files";

/// What the connection begins with.
#[derive(Debug, Default)]
pub(crate) struct Start {
    /// The history that the cursors belong to.
    pub(crate) epoch: Option<Epoch>,
    /// The rooms as last known.
    pub(crate) rooms: Vec<CachedRoom>,
    /// The messages of this process, in the order in which they were written.
    pub(crate) outbox: Vec<OutboxRow>,
    /// Rooms that the user is not in, also those that stand for direct rooms that are not known.
    pub(crate) left: Vec<Room>,
    /// Read positions that the server has not confirmed: room, `seq`, whether backwards.
    pub(crate) reads: Vec<(RoomId, u64, bool)>,
    /// What the user should know of the file.
    pub(crate) notices: Vec<StorageNotice>,
}

impl Start {
    /// Reads all but the messages, also what is not for this process: so that what is damaged shows here and never
    /// later.
    fn read(database: &Database, slot: &Slot) -> Result<Self, rusqlite::Error> {
        database.user()?;
        database.all_drafts()?;
        database.last_place()?;
        let outbox = database.all_outbox()?.into_iter().filter(|(of, _)| *of == slot.number());
        Ok(Self {
            epoch: database.epoch()?,
            rooms: database.rooms()?,
            left: database.all_left()?,
            outbox: outbox.map(|(_, kept)| kept).collect(),
            reads: database.reads()?,
            notices: Vec::new(),
        })
    }

    /// The rooms whose newest messages are cached, in the history that was last seen.
    pub(crate) fn cached_rooms(&self) -> HashSet<RoomId> {
        let cached = |cached: &&CachedRoom| cached.loaded && Some(cached.epoch) == self.epoch;
        self.rooms.iter().filter(cached).map(|cached| cached.room.id).collect()
    }
}

/// A handle on the thread that owns the file. Cheap to clone; the thread ends with the last handle.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    jobs: mpsc::Sender<Job>,
    /// `None` in memory.
    file: Option<PathBuf>,
    files: PathBuf,
    last_wait: LastWait,
}

impl Store {
    /// The file in an account's folder.
    pub(crate) fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Opens the file in an account's folder, or keeps everything in memory. When the file has to be begun again later,
    /// that is reported.
    pub(crate) fn open(
        folder: Option<&Path>,
        report: impl Fn(StorageNotice) + Send + 'static,
    ) -> Result<(Self, Start), Error> {
        let file = folder.map(Self::path);
        let elsewhere = || std::env::temp_dir().join(format!("chat-files-{}", Uuid::new_v4()));
        let files = folder.map_or_else(elsewhere, |folder| folder.join(FILES));
        let (slot, lockless) = folder.map_or_else(|| Ok((Slot::alone(), None)), Slot::take)?;
        let (mut database, damaged) =
            file.as_deref().map_or_else(|| Ok((Database::in_memory()?, None)), Database::open)?;
        let mut notices = Vec::from_iter(damaged);
        let read = |database: &Database| {
            // Another program may have locked the file: then what ended processes have left is taken over later.
            let adopted = slot.adopt_messages(database).and_then(|_| slot.adopt_drafts(database));
            if let Err(error) = adopted {
                tracing::warn!(%error, "what other processes have left cannot be taken over");
            }
            Start::read(database, &slot)
        };
        let mut start = match read(&database) {
            Err(error) if fault::is_damage(&error) => {
                notices.push(database.begin_again(&error.to_string())?);
                read(&database)
            }
            start => start,
        }
        .map_err(|error| fault::explain(file.as_deref(), &error))?;
        if let Some((folder, why)) = folder.zip(lockless) {
            notices.push(StorageNotice::NoLocks { folder: folder.to_owned(), detail: innermost(&why) });
        }
        start.notices = notices;
        let last_wait = LastWait::default();
        let jobs = worker::spawn(database, slot, LastWait::clone(&last_wait), Box::new(report))?;
        Ok((Self { jobs, file, files, last_wait }, start))
    }

    /// Reads the whole file, which takes as long as it is large, and says what is damaged in it.
    pub(crate) fn damage(file: &Path) -> Option<String> {
        fault::check(file).unwrap_or_else(|error| {
            tracing::warn!(%error, "the cache cannot be checked");
            None
        })
    }

    /// Where the files of messages that wait are kept, each message's in a folder of its own.
    pub(crate) fn files(&self) -> &Path {
        &self.files
    }

    /// The file, if it is not in memory.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Sets a damaged file aside, and goes on with a new one that has what the user wrote.
    pub(crate) fn begin_again(&self, why: String) {
        self.job(Job::BeginAgain { why });
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

    /// Asks something, and waits for the answer. A file that turns out to be damaged is begun again.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Database, &Slot) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = mpsc::channel();
        self.job(Job::Ask(Box::new(move |database, slot| {
            let result = question(database, slot);
            let damage = result.as_ref().err().filter(|error| fault::is_damage(error)).map(ToString::to_string);
            let _ = reply.send(result.map_err(|error| database.explain(&error)));
            damage
        })));
        answer.recv().map_err(|_| Error::Closed)?
    }

    /// The messages of all processes.
    pub(crate) fn all_queued(&self) -> Result<HashSet<MessageId>, Error> {
        self.ask(|database, _| Ok(database.all_outbox()?.into_iter().map(|(_, row)| row.entry.id).collect()))
    }

    /// Takes over what processes that ended have left in the outbox; also gives the rooms of it that the user is not in.
    pub(crate) fn adopt(&self, found: impl FnOnce(Vec<OutboxRow>, Vec<Room>) + Send + 'static) {
        self.job(Job::Ask(Box::new(move |database, slot| {
            let adopted = slot.adopt_messages(database).and_then(|kept| {
                let left = database.left(kept.iter().map(|kept| kept.entry.room))?;
                Ok((kept, left))
            });
            match adopted {
                Ok((kept, _)) if kept.is_empty() => {}
                Ok((kept, left)) => found(kept, left),
                Err(error) => tracing::warn!(%error, "the outbox of another process cannot be taken over"),
            }
            None
        })));
    }

    /// From then on nothing waits for another program that has locked the file.
    pub(crate) fn wait_until(&self, last: Instant) {
        // The first one counts: it is the end.
        let _ = self.last_wait.set(last);
    }

    /// Calls back when all that was asked for before is written, or cannot be.
    pub(crate) fn flushed(&self, then: impl FnOnce() + Send + 'static) {
        self.job(Job::Rest(Box::new(move |_| then())));
    }

    /// Calls back with what could not be written of all that was asked for before.
    pub(crate) fn rest(&self, then: impl FnOnce(Unwritten) + Send + 'static) {
        self.job(Job::Rest(Box::new(then)));
    }

    fn job(&self, job: Job) {
        // The thread ends only after the last handle, or in a panic, which its log tells.
        let _ = self.jobs.send(job);
    }
}
