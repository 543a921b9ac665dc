//! A file that cannot be used: what waits in its outbox is read as far as it goes, and the file is put aside.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use rusqlite::{Connection, OpenFlags};

use super::outbox::{self, Kept};

/// What SQLite keeps beside its file.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// The messages of the outbox that can still be read, each with the process that sends it.
pub(super) fn outbox(path: &Path) -> Vec<(u32, Kept)> {
    let mut rescued = Vec::new();
    // It stops at the first row that is gone: what was read before is what there is.
    if let Err(error) = read(path, &mut rescued) {
        tracing::warn!(%error, rescued = rescued.len(), "the old outbox ends here");
    }
    rescued
}

fn read(path: &Path, rescued: &mut Vec<(u32, Kept)>) -> Result<(), rusqlite::Error> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let query = "SELECT n, id, room, body, reply_to, written_at, code, detail, slot FROM outbox ORDER BY n";
    let mut statement = connection.prepare(query)?;
    for kept in statement.query_map([], |row| Ok((row.get(8)?, outbox::read(row)?)))? {
        rescued.push(kept?);
    }
    Ok(())
}

/// Renames the file, and says to what.
pub(super) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let aside = with_suffix(path, &format!(".aside-{now}"));
    fs::rename(path, &aside)?;
    for suffix in BESIDE {
        match fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(aside)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
