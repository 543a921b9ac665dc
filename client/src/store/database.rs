//! The SQLite file: opening it, beginning it again when it is damaged, its transactions.

use std::{
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, TransactionBehavior};

use super::{
    change::Change,
    fault::{self, is_damage, is_locked},
    rescue::{self, Rescued},
    tables,
};
use crate::{Error, StorageNotice, files};

/// How long an attempt waits for another program that has locked the file, before it is looked whether to go on.
const ATTEMPT: Duration = Duration::from_millis(100);
/// Between two attempts, as not every lock is waited for.
const PAUSE: Duration = Duration::from_millis(10);
/// How long a start waits for a file that another program has locked.
const OPENING: Duration = Duration::from_secs(10);

type Result<T> = std::result::Result<T, rusqlite::Error>;

/// An open file of this version.
#[derive(Debug)]
pub(crate) struct Database {
    pub(super) connection: Connection,
    /// `None` in memory.
    path: Option<PathBuf>,
    /// The file that was there when it was opened.
    identity: Option<(u64, u64)>,
}

impl Database {
    /// Opens a file, or begins it. One that is newer than this program is set aside, and so is one where damage shows
    /// already, and says so; whether all of it is undamaged is the question of [`fault::check`].
    pub(super) fn open(path: &Path) -> std::result::Result<(Self, Option<StorageNotice>), Error> {
        files::open(path).map_err(|source| Error::file(path, source))?;
        let until = Instant::now() + OPENING;
        let why = match patiently(|| Instant::now() < until, || connect(path)) {
            Ok(Some(connection)) => return Ok((Self::at(path, connection), None)),
            Ok(None) => "it is of another version".to_owned(),
            Err(error) if is_damage(&error) => error.to_string(),
            Err(error) => return Err(fault::explain(Some(path), &error)),
        };
        let (connection, notice) = replace(path, &Rescued::from(path), &why)?;
        Ok((Self::at(path, connection), Some(notice)))
    }

    fn at(path: &Path, connection: Connection) -> Self {
        Self { connection, path: Some(path.to_owned()), identity: files::identity(path) }
    }

    /// A database that is gone with its handle.
    pub(super) fn in_memory() -> std::result::Result<Self, Error> {
        let connection = Connection::open_in_memory()?;
        tables::make(&connection)?;
        Ok(Self { connection, path: None, identity: None })
    }

    /// Sets the file aside, and goes on with a new one that has what the user wrote. Where no new one can be made it
    /// goes on in memory.
    pub(super) fn begin_again(&mut self, why: &str) -> std::result::Result<StorageNotice, Error> {
        // Closed first: with the last handle SQLite removes what it finds beside the file's old name.
        let Self { path, .. } = std::mem::replace(self, Self::in_memory()?);
        let Some(path) = path else { return Ok(StorageNotice::InMemory { detail: why.to_owned() }) };
        let rescued = Rescued::from(&path);
        match replace(&path, &rescued, why) {
            Ok((connection, notice)) => {
                *self = Self::at(&path, connection);
                Ok(notice)
            }
            Err(error) => {
                rescued.put_into(self)?;
                Ok(StorageNotice::InMemory { detail: error.to_string() })
            }
        }
    }

    /// Whether another program has put another file in the place of this one, as it does with a damaged one.
    pub(super) fn is_displaced(&self) -> bool {
        let now = || self.path.as_deref().and_then(files::identity);
        self.identity.is_some() && self.identity != now()
    }

    /// Goes on with the file that is in the place of this one, and takes along what a process wrote here and is not there.
    pub(super) fn follow(&mut self, slot: u32) -> std::result::Result<StorageNotice, Error> {
        let path = self.path.clone().ok_or(Error::Closed)?;
        let (new, _) = Self::open(&path)?;
        for kept in self.outbox(slot)? {
            new.put_back(slot, &kept)?;
        }
        for (room, text) in self.drafts(slot)? {
            new.set_draft(room, slot, &text)?;
        }
        *self = new;
        Ok(StorageNotice::Replaced { file: path })
    }

    /// Writes changes as one transaction, all or none.
    pub(super) fn write<'a>(&self, changes: impl Iterator<Item = &'a Change> + Clone, slot: u32) -> Result<Vec<i64>> {
        // In WAL mode either keeps the file whole, and the order of what was written; FULL also waits for the disk.
        let level = if changes.clone().any(Change::is_precious) { "FULL" } else { "NORMAL" };
        self.connection.pragma_update(None, "synchronous", level)?;
        let transaction = rusqlite::Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let results = changes.map(|change| self.apply(change, slot)).collect::<Result<_>>()?;
        transaction.commit()?;
        Ok(results)
    }

    fn apply(&self, change: &Change, slot: u32) -> Result<i64> {
        match change {
            Change::Queue { entry } => return self.queue(entry, slot),
            Change::Unqueue { id } => self.unqueue(*id)?,
            Change::Failure { id, failure } => self.set_failure(*id, failure.as_ref())?,
            Change::Draft { room, text } => self.set_draft(*room, slot, text)?,
            other => self.apply_to_cache(other)?,
        }
        Ok(0)
    }

    /// Runs a statement that is prepared once.
    pub(super) fn run(&self, statement: &str, parameters: impl rusqlite::Params) -> Result<usize> {
        self.connection.prepare_cached(statement)?.execute(parameters)
    }

    /// Reads rows with a statement that is prepared once.
    pub(super) fn rows<T>(
        &self,
        query: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.connection.prepare_cached(query)?.query_map(parameters, read)?.collect()
    }

    /// What an error means, for the user.
    pub(super) fn explain(&self, error: &rusqlite::Error) -> Error {
        fault::explain(self.path.as_deref(), error)
    }
}

/// Tries again while another program has locked the file, as long as it may go on.
fn patiently<T>(goes_on: impl Fn() -> bool, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    loop {
        match attempt() {
            Err(error) if is_locked(&error) && goes_on() => thread::sleep(PAUSE),
            other => return other,
        }
    }
}

/// `None` when the file has another version.
fn connect(path: &Path) -> Result<Option<Connection>> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(ATTEMPT)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    Ok(tables::prepare(&mut connection)?.then_some(connection))
}

/// Puts a new file, with what the user wrote, in the place of one that cannot be used. The old one is moved only when the
/// new one is complete, so that what fails is done again at the next start.
fn replace(path: &Path, rescued: &Rescued, why: &str) -> std::result::Result<(Connection, StorageNotice), Error> {
    let new = rescue::beside(path, "new");
    if let Err(error) = make(&new, rescued) {
        _ = fs::remove_file(&new);
        return Err(error);
    }
    let aside = rescue::set_aside(path).and_then(|aside| fs::rename(&new, path).map(|()| aside));
    let aside = aside.map_err(|source| Error::file(path, source))?;
    tracing::warn!(why, aside = %aside.display(), messages = rescued.outbox.len(), "the file is begun again");
    let connection = connect(path).map_err(|error| fault::explain(Some(path), &error))?;
    let connection = connection.ok_or_else(|| Error::file(path, io::Error::other("it was changed meanwhile")))?;
    let (messages, drafts) = (rescued.outbox.len(), rescued.drafts.len());
    Ok((connection, StorageNotice::Damaged { aside, why: why.to_owned(), messages, drafts }))
}

/// Makes a file with what was rescued, and closes it.
fn make(path: &Path, rescued: &Rescued) -> std::result::Result<(), Error> {
    files::open(path).map_err(|source| Error::file(path, source))?;
    let fill = || {
        let mut connection = Connection::open(path)?;
        tables::prepare(&mut connection)?;
        rescued.put_into(&Database { connection, path: None, identity: None })
    };
    fill().map_err(|error| fault::explain(Some(path), &error))
}
