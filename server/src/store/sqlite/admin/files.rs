//! The files of a backup: beside its database, in a folder of the same name with `.files` at the end, by their hash as in the
//! data folder.

use std::{
    io,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use super::{AdminError, Result, at};
use crate::files::{FileHash, Files};

/// Where the files of a backup are.
pub(super) fn folder_of(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".files");
    name.into()
}

/// Copies the files that a database names to the folder of a backup, which is made if there is any. Gives how many are
/// missing.
///
/// # Errors
/// When the folder exists, or something cannot be written.
pub(super) fn save(db: &Connection, files: &Files, backup: &Path) -> Result<u64> {
    let (folder, mut missing) = (folder_of(backup), 0);
    let hashes = named(db)?;
    if hashes.is_empty() {
        return Ok(0);
    }
    let to = Files::open_new(&folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => AdminError::Exists(folder.clone()),
        _ => at(&folder)(error),
    })?;
    for hash in hashes {
        match files.read(hash) {
            Ok(file) => to.add(hash, file).map_err(at(&to.path_of(hash)))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing += 1,
            Err(error) => return Err(at(&files.path_of(hash))(error)),
        }
    }
    Ok(missing)
}

/// Adds the files of a backup to those of a data folder, each checked: nothing of it is used before all are there.
///
/// # Errors
/// `Damaged` when one is missing or another than it should be.
pub(super) fn add(db: &Connection, backup: &Path, files: &Files) -> Result<()> {
    let from = Files::existing(&folder_of(backup));
    for hash in named(db)? {
        if files.path_of(hash).exists() {
            continue;
        }
        let path = from.path_of(hash);
        let damaged = |found: &str| AdminError::Damaged { path: path.clone(), found: found.to_owned() };
        let file = from.read(hash).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => damaged("a file of the backup is missing"),
            _ => at(&path)(error),
        })?;
        files.add(hash, file).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => damaged("its bytes are not those that were saved"),
            _ => at(&files.path_of(hash))(error),
        })?;
    }
    Ok(())
}

fn named(db: &Connection) -> Result<Vec<FileHash>> {
    // Backups of before there were files have no such table.
    if !db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'upload'")?.exists([])? {
        return Ok(Vec::new());
    }
    let mut find = db.prepare("SELECT DISTINCT hash FROM upload WHERE hash IS NOT NULL ORDER BY hash")?;
    let found = find.query_map([], |row| row.get(0).map(FileHash))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The files that messages carry, with their previews.
pub(super) fn of_messages(db: &Connection) -> Result<Vec<FileHash>> {
    let mut find = db.prepare(
        "SELECT DISTINCT upload.hash FROM upload JOIN message ON message.id = upload.message
         WHERE upload.hash IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM removed_room WHERE removed_room.room = message.room)
         ORDER BY upload.hash",
    )?;
    let found = find.query_map([], |row| row.get(0).map(FileHash))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
