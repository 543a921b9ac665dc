//! What an error of SQLite means for the program: whether the file is damaged, or cannot be used just now.

use std::{io, path::Path, time::Duration};

use rusqlite::{Connection, Error as Sql, ErrorCode, OpenFlags, types::Type};

use crate::Error;

/// How long the check waits for a file that another program has locked: it has time, and is worth nothing later.
const CHECK_BUSY: Duration = Duration::from_secs(5);

/// Whether an error says that what is in the file is bad: its pages, its tables, or a value that no program of ours has
/// written.
pub(super) fn is_damage(error: &Sql) -> bool {
    /// Unknown is SQLite's general error: a table or a column is not there.
    const BAD: [ErrorCode; 4] =
        [ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase, ErrorCode::TypeMismatch, ErrorCode::Unknown];
    match error.sqlite_error_code() {
        Some(code) => BAD.contains(&code),
        None => matches!(
            error,
            Sql::FromSqlConversionFailure(..)
                | Sql::IntegralValueOutOfRange(..)
                | Sql::Utf8Error(..)
                | Sql::InvalidColumnType(..)
                | Sql::InvalidColumnName(_)
                | Sql::QueryReturnedNoRows
        ),
    }
}

/// Whether another program has locked the file.
pub(super) fn is_locked(error: &Sql) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether the same may work later: the file is locked, or the disk is full or cannot be written to.
pub(super) fn may_pass(error: &Sql) -> bool {
    let passing = [ErrorCode::DiskFull, ErrorCode::SystemIoFailure, ErrorCode::ReadOnly, ErrorCode::CannotOpen];
    is_locked(error) || error.sqlite_error_code().is_some_and(|code| passing.contains(&code))
}

/// A value that nobody of us has written: the row is damaged.
pub(super) fn bad_value(column: usize, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Sql {
    Sql::FromSqlConversionFailure(column, Type::Text, why.into())
}

/// The error for the user: which file it is, and what to do.
pub(super) fn explain(path: Option<&Path>, error: &Sql) -> Error {
    let Some(path) = path else { return Error::Store(error.to_string()) };
    let detail = match error.sqlite_error_code() {
        _ if is_locked(error) => "another program has locked it: end that program, or wait until it is done".to_owned(),
        Some(ErrorCode::DiskFull) => "the disk is full: free some space".to_owned(),
        Some(ErrorCode::ReadOnly) => "it may not be written: change its permissions or set CHAT_STATE_DIR".to_owned(),
        _ => error.to_string(),
    };
    Error::file(path, io::Error::other(detail))
}

/// Reads all of a file, and says what is damaged in it. In a handle of its own: others go on meanwhile.
///
/// # Errors
/// When the file cannot be reached.
pub(super) fn check(path: &Path) -> Result<Option<String>, Sql> {
    let look = || -> Result<String, Sql> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(CHECK_BUSY)?;
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
    };
    match look() {
        Ok(verdict) => Ok(Some(verdict).filter(|verdict| verdict != "ok")),
        Err(error) if is_damage(&error) => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}
