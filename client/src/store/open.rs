//! Opening the file of an account, and beginning it again when it is damaged or was replaced.

use std::{
    fs, io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, Error as Sql};

use super::{
    database::Database,
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

impl Database {
    /// Opens a file, or begins it. One that is newer than this program is set aside, and so is one where damage shows
    /// already, and says so; whether all of it is undamaged is the question of [`fault::check`].
    pub(super) fn open(path: &Path) -> Result<(Self, Option<StorageNotice>), Error> {
        files::open(path).map_err(|source| Error::file(path, source))?;
        let until = Instant::now() + OPENING;
        let why = match patiently(|| Instant::now() < until, || connect(path)) {
            Ok(Some(connection)) => return Ok((Self::at(Some(path), connection), None)),
            Ok(None) => "it is of another version".to_owned(),
            Err(error) if is_damage(&error) => error.to_string(),
            Err(error) => return Err(fault::explain(Some(path), &error)),
        };
        let (connection, notice) = replace(path, &Rescued::from(path), &why)?;
        Ok((Self::at(Some(path), connection), Some(notice)))
    }

    /// Sets the file aside, and goes on with a new one that has what the user wrote. Where no new one can be made it
    /// goes on in memory.
    pub(super) fn begin_again(&mut self, why: &str) -> Result<StorageNotice, Error> {
        // Closed first: with the last handle SQLite removes what it finds beside the file's old name.
        let Self { path, .. } = std::mem::replace(self, Self::in_memory()?);
        let Some(path) = path else { return Ok(StorageNotice::InMemory { detail: why.to_owned() }) };
        let rescued = Rescued::from(&path);
        match replace(&path, &rescued, why) {
            Ok((connection, notice)) => {
                *self = Self::at(Some(&path), connection);
                Ok(notice)
            }
            Err(error) => {
                rescued.put_into(self)?;
                Ok(StorageNotice::InMemory { detail: error.to_string() })
            }
        }
    }

    /// Goes on with the file that is in the place of this one, and takes along what a process wrote here and is not there.
    pub(super) fn follow(&mut self, slot: u32) -> Result<StorageNotice, Error> {
        let path = self.path.clone().ok_or(Error::Closed)?;
        let (new, _) = Self::open(&path)?;
        for kept in self.outbox(slot)? {
            new.put_back(slot, &kept)?;
        }
        for draft in self.drafts(slot)? {
            new.set_draft(slot, &draft)?;
        }
        *self = new;
        Ok(StorageNotice::Replaced { file: path })
    }
}

/// Tries again while another program has locked the file, as long as it may go on.
fn patiently<T>(goes_on: impl Fn() -> bool, mut attempt: impl FnMut() -> Result<T, Sql>) -> Result<T, Sql> {
    loop {
        match attempt() {
            Err(error) if is_locked(&error) && goes_on() => thread::sleep(PAUSE),
            other => return other,
        }
    }
}

/// `None` when the file has another version.
fn connect(path: &Path) -> Result<Option<Connection>, Sql> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(ATTEMPT)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // What was deleted elsewhere is overwritten here, too.
    connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    Ok(tables::prepare(&mut connection)?.then_some(connection))
}

/// Puts a new file, with what the user wrote, in the place of one that cannot be used. The old one is moved only when the
/// new one is complete, so that what fails is done again at the next start.
fn replace(path: &Path, rescued: &Rescued, why: &str) -> Result<(Connection, StorageNotice), Error> {
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
fn make(path: &Path, rescued: &Rescued) -> Result<(), Error> {
    files::open(path).map_err(|source| Error::file(path, source))?;
    let fill = || {
        let mut connection = Connection::open(path)?;
        tables::prepare(&mut connection)?;
        rescued.put_into(&Database::at(None, connection))
    };
    fill().map_err(|error| fault::explain(Some(path), &error))
}
