//! The SQLite file: opening it, its tables, its transactions.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::{change::Change, rescue};
use crate::{Error, private};

/// The form of the tables. A file of another form is set aside, and what waits in its outbox is taken over.
const VERSION: i64 = 1;
/// How long to wait for another process of this account that writes.
const BUSY: Duration = Duration::from_secs(5);

const TABLES: &str = "
    -- One row.
    CREATE TABLE account (epoch TEXT, user TEXT);
    -- cursor: the last event that is known, and with it all before. loaded: whether message holds the newest page.
    CREATE TABLE room (
        id TEXT PRIMARY KEY, room TEXT NOT NULL, epoch TEXT NOT NULL,
        cursor_seq INTEGER, cursor_at INTEGER, loaded INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    -- The newest messages of each room, without gaps up to the cursor.
    CREATE TABLE message (room TEXT, seq INTEGER, message TEXT NOT NULL, PRIMARY KEY (room, seq)) WITHOUT ROWID;
    CREATE TABLE draft (room TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE read (room TEXT PRIMARY KEY, seq INTEGER NOT NULL, back INTEGER NOT NULL) WITHOUT ROWID;
    -- n: the order in which they were written. slot: the process that sends them.
    CREATE TABLE outbox (
        n INTEGER PRIMARY KEY AUTOINCREMENT, slot INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, room TEXT NOT NULL,
        body TEXT NOT NULL, reply_to TEXT, written_at INTEGER NOT NULL, code TEXT, detail TEXT
    );
    INSERT INTO account VALUES (NULL, NULL);
";

/// An open file of this version.
#[derive(Debug)]
pub(crate) struct Database {
    pub(super) connection: Connection,
    /// `None` in memory.
    path: Option<PathBuf>,
}

impl Database {
    /// Opens a file, or begins it. One that is newer than this program is set aside, and so is one where damage shows
    /// already; whether all of it is whole says [`check`].
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        private::open(path).map_err(|source| Error::file(path, source))?;
        let fault = match Self::connect(path) {
            Ok(Some(database)) => return Ok(database),
            Ok(None) => "it is of another version".to_owned(),
            Err(error) if is_damage(&error) => error.to_string(),
            Err(error) => return Err(error.into()),
        };
        Self::begin_at(path, &fault)
    }

    /// Sets the file aside, and goes on with a new one that has what waits in the outbox.
    pub(super) fn begin_anew(self, fault: &str) -> Result<Self, Error> {
        // Closed first: with the last handle SQLite removes what it finds beside the file's old name.
        let Self { connection, path } = self;
        drop(connection);
        match path {
            Some(path) => Self::begin_at(&path, fault),
            None => Self::in_memory(),
        }
    }

    fn begin_at(path: &Path, fault: &str) -> Result<Self, Error> {
        let rescued = rescue::outbox(path);
        let aside = rescue::set_aside(path).map_err(|source| Error::file(path, source))?;
        tracing::warn!(fault, aside = %aside.display(), messages = rescued.len(), "the cache is begun anew");
        private::open(path).map_err(|source| Error::file(path, source))?;
        let database =
            Self::connect(path)?.ok_or_else(|| Error::Store("a new file is of another version".to_owned()))?;
        database.put_back(&rescued)?;
        Ok(database)
    }

    /// A database that is gone with its handle.
    pub(super) fn in_memory() -> Result<Self, Error> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(TABLES)?;
        Ok(Self { connection, path: None })
    }

    /// `None` when the file has another version.
    fn connect(path: &Path) -> Result<Option<Self>, rusqlite::Error> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        // Two processes may begin at once: the second finds it done.
        let begin = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let count: i64 = begin.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if count == 0 {
            begin.execute_batch(TABLES)?;
            begin.pragma_update(None, "user_version", VERSION)?;
        }
        begin.commit()?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != VERSION {
            return Ok(None);
        }
        Ok(Some(Self { connection, path: Some(path.to_owned()) }))
    }

    /// Writes changes as one transaction, all or none.
    pub(super) fn write<'a>(
        &self,
        changes: impl Iterator<Item = &'a Change> + Clone,
        slot: u32,
    ) -> Result<Vec<i64>, rusqlite::Error> {
        // In WAL mode either keeps the file whole, and the order of what was written; FULL also waits for the disk.
        let level = if changes.clone().any(Change::is_precious) { "FULL" } else { "NORMAL" };
        self.connection.pragma_update(None, "synchronous", level)?;
        let transaction = rusqlite::Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let results = changes.map(|change| self.apply(change, slot)).collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(results)
    }

    fn apply(&self, change: &Change, slot: u32) -> Result<i64, rusqlite::Error> {
        match change {
            Change::Queue { entry } => return self.queue(entry, slot),
            Change::Unqueue { id } => self.unqueue(*id)?,
            Change::Failure { id, failure } => self.set_failure(*id, failure.as_ref())?,
            other => self.apply_to_cache(other)?,
        }
        Ok(0)
    }

    /// Runs a statement that is prepared once.
    pub(super) fn run(&self, statement: &str, parameters: impl rusqlite::Params) -> Result<usize, rusqlite::Error> {
        self.connection.prepare_cached(statement)?.execute(parameters)
    }
}

/// Reads all of a file, and says what is damaged in it. In a handle of its own: others go on meanwhile.
///
/// # Errors
/// When the file cannot be reached.
pub(super) fn check(path: &Path) -> Result<Option<String>, rusqlite::Error> {
    let look = || -> Result<String, rusqlite::Error> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(BUSY)?;
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
    };
    match look() {
        Ok(verdict) => Ok(Some(verdict).filter(|verdict| verdict != "ok")),
        Err(error) if is_damage(&error) => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}

/// Whether an error says that the file itself is bad, and not that it cannot be reached.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
