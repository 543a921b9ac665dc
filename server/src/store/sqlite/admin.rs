//! What the operator does to a database from the shell, beside a running server or without one.
//!
//! It is another process than the server's: the server notices what it commits and acts on it (closes sockets of
//! sessions that ended). Nothing here waits for a server, or tells one.

mod backup;
mod doctor;
mod export;
mod files;
mod import;
mod restore;

use std::{
    io,
    path::{Path, PathBuf},
};

use chat_protocol::{Role, Timestamp, User};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

pub use self::{
    backup::backup,
    doctor::{Finding, examine},
    export::{FILES, LINES, Written, export},
    import::{Imported, Importer, Refused, Taken, import},
    restore::restore,
};
use super::{
    engine::{
        open::{self, DATABASE},
        writer::Tx,
    },
    rows, search,
};
use crate::store::{
    OpenError, StoreError, operation,
    steps::{Audited, CodeHash, Codes as _, Invite, Oversight as _},
};

/// Why something could not be done; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is no such user.
    #[error("there is no user {0}; `chat-server user list` names all")]
    NoUser(String),
    /// Guests are nobody's in particular.
    #[error("{0} is a guest: the role can be given once they have chosen a name")]
    Guest(String),
    /// There is nothing to be copied.
    #[error("there is no database in {0}; say with --data where the server keeps it")]
    NoDatabase(PathBuf),
    /// A backup does not make folders.
    #[error("there is no folder {0}; make it first, or name a file in another one")]
    NoFolder(PathBuf),
    /// A backup never replaces anything.
    #[error("{0} exists already; give another name")]
    Exists(PathBuf),
    /// What should be a backup is none.
    #[error("{path} is no backup: {why}")]
    NoBackup {
        /// Which one.
        path: PathBuf,
        /// What it is.
        why: &'static str,
    },
    /// The file is not whole.
    #[error("{path} is damaged ({found}); use another backup")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite found.
        found: String,
    },
    /// A file or folder cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// An import makes a database, and changes none.
    #[error("{0} has a database already; give with --data a folder that has none")]
    NotEmpty(PathBuf),
    /// What was to be imported cannot be.
    #[error("nothing was taken: {0}")]
    NotTaken(String),
    /// What is written cannot be.
    #[error("cannot write: {0}")]
    Output(io::Error),
    /// Whatever else keeps the database from it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for AdminError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What every call gives.
pub type Result<T> = std::result::Result<T, AdminError>;

/// A user as the operator sees them.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Who.
    pub user: User,
    /// Whether they can no longer sign in.
    pub disabled: bool,
    /// Their signed-in devices.
    pub sessions: u64,
}

/// A data folder's database, opened from the shell.
pub struct Database {
    connection: Connection,
}

impl Database {
    /// Opens it; without a running server it is made or brought up to date first, as a server would.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(DATABASE);
        let lock = match open::lock(folder) {
            Ok(lock) => Some(lock),
            // The server that runs has made it, and has brought it up to date.
            Err(OpenError::InUse(_)) => None,
            Err(refused) => return Err(refused.into()),
        };
        let mut connection = open::connect(&path)?;
        match lock {
            Some(_) => _ = open::prepare(&mut connection, &path)?,
            None => open::check_ours(&connection, &path)?,
        }
        Ok(Self { connection })
    }

    /// Opens one that is there: a slip in the folder's name makes none.
    ///
    /// # Errors
    /// `NoDatabase`, and when the folder cannot be used.
    pub fn open_existing(folder: &Path) -> Result<Self> {
        if !folder.join(DATABASE).exists() {
            return Err(AdminError::NoDatabase(folder.to_owned()));
        }
        Self::open(folder)
    }

    /// Keeps the hash of an invite code.
    ///
    /// # Errors
    /// When the database does not take it.
    pub fn put_invite(&mut self, code: &CodeHash, uses: u32, expires_at: Timestamp) -> Result<()> {
        let invite = Invite { uses_left: uses, expires_at, maker: None, rooms: vec![] };
        self.change(|tx| {
            let audited = Audited { actor: None, action: "invite_created", user: None, access: None, detail: None };
            tx.insert_audit(&audited)?;
            tx.insert_invite(code, &invite)
        })?;
        Ok(())
    }

    /// All users, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn users(&self) -> Result<Vec<Listed>> {
        let sql = format!(
            "SELECT {}, disabled, (SELECT count(*) FROM session WHERE session.user = user.id) FROM user ORDER BY canonical",
            rows::USER
        );
        let mut query = self.connection.prepare(&sql)?;
        let users = query.query_map([], |row| {
            Ok(Listed {
                user: rows::user(row)?,
                disabled: row.get(rows::AFTER_USER)?,
                sessions: row.get(rows::AFTER_USER + 1)?,
            })
        })?;
        Ok(users.collect::<rusqlite::Result<_>>()?)
    }

    /// Makes a user an admin or a member.
    ///
    /// # Errors
    /// `NoUser`, `Guest`.
    pub fn set_role(&mut self, name: &str, role: Role) -> Result<()> {
        self.change(|tx| operation::admin::set_role(tx, &name.into(), role)).map_err(about(name))
    }

    /// Lets a user start over: their sessions end, their password is forgotten, and this link code signs them in.
    ///
    /// # Errors
    /// `NoUser`.
    pub fn reset(&mut self, name: &str, code: &CodeHash, expires_at: Timestamp) -> Result<()> {
        self.change(|tx| operation::admin::reset(tx, &name.into(), code, expires_at)).map_err(about(name))
    }

    /// Ends a user's sessions and lets them begin no other.
    ///
    /// # Errors
    /// `NoUser`.
    pub fn disable(&mut self, name: &str) -> Result<()> {
        self.change(|tx| operation::admin::disable(tx, &name.into())).map_err(about(name))
    }

    /// Fills the index of messages again, from the first one on. Gives how many messages it went through. Where it is
    /// interrupted, a server goes on with it.
    ///
    /// # Errors
    /// When the database does not take it.
    pub fn reindex(&mut self) -> Result<u64> {
        self.change(|tx| search::rebuild(tx.db))?;
        while self.change(|tx| search::index_some(tx.db))? {}
        Ok(search::count(&self.connection)?)
    }

    /// All or nothing, on disk once it returns. A server that runs beside notices by itself.
    fn change<T>(
        &mut self,
        operation: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, StoreError>,
    ) -> std::result::Result<T, StoreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = Tx::alone(&tx, operation)?;
        tx.commit()?;
        Ok(done)
    }
}

/// For refusals that concern a user: whom.
fn about(name: &str) -> impl FnOnce(StoreError) -> AdminError {
    let name = name.to_owned();
    |refusal| match refusal {
        StoreError::NoUser => AdminError::NoUser(name),
        StoreError::Guest => AdminError::Guest(name),
        other => other.into(),
    }
}

/// For errors of files: which one.
fn at(path: &Path) -> impl FnOnce(io::Error) -> AdminError {
    let path = path.to_owned();
    |source| AdminError::File { path, source }
}

/// Makes sure that a file and its name are on disk.
fn sync(path: &Path) -> Result<()> {
    std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(at(path))?;
    sync_folder(path)
}

/// Makes sure that the names in a file's folder are on disk.
fn sync_folder(path: &Path) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Only Unix opens folders; elsewhere names are on disk when the system says so.
    if cfg!(unix) {
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))?;
    }
    Ok(())
}

/// A whole database in one file, whatever its pages are.
fn check_whole(db: &Connection, path: &Path) -> Result<()> {
    let damaged = |found| Err(AdminError::Damaged { path: path.to_owned(), found });
    let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return damaged(found);
    }
    let orphans = db.query_row("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1", [], |row| row.get(0));
    if let Some(table) = orphans.optional()? {
        return damaged(format!("rows of {} refer to others that are missing", String::as_str(&table)));
    }
    check_types(db, path)
}

/// SQLite stores any value in any column. What its column's type does not allow, the server could not read.
fn check_types(db: &Connection, path: &Path) -> Result<()> {
    let mut columns = db.prepare(
        "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.type IN ('INTEGER', 'TEXT', 'BLOB')",
    )?;
    let columns: Vec<(String, String, String)> =
        columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<rusqlite::Result<_>>()?;
    for (table, column, wanted) in columns {
        let other = format!("SELECT 1 FROM \"{table}\" WHERE typeof(\"{column}\") NOT IN ('null', lower(?)) LIMIT 1");
        if db.query_row(&other, [wanted], |_| Ok(())).optional()?.is_some() {
            let found = format!("{table} has a {column} that the server would not write");
            return Err(AdminError::Damaged { path: path.to_owned(), found });
        }
    }
    Ok(())
}

/// Copies a database as it is at this moment into an empty file, which is then whole by itself.
fn copy(from: &Connection, to: &Path) -> Result<Connection> {
    let mut copy = Connection::open(to)?;
    {
        let backup = rusqlite::backup::Backup::new(from, &mut copy)?;
        // In one step: it reads a single moment, and a server that goes on writing does not make it begin again.
        backup.step(-1)?;
    }
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    Ok(copy)
}
