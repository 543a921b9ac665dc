//! Puts a backup in the place of the database, while no server runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use chat_protocol::{Epoch, Timestamp};
use rusqlite::{Connection, OpenFlags};

use super::{AdminError, Result, at, backup::create_private, check_whole, copy, files, sync, sync_folder};
use crate::{
    files::Files,
    store::{
        OpenError,
        sqlite::engine::open::{self, DATABASE},
    },
};

/// Puts a backup in the place of the database. Gives the file that now holds what was there before, if anything was.
///
/// Clients learn from a new epoch that history may have changed. Link codes end: some may have been used since.
///
/// # Errors
/// When a server uses the folder, or the file is no whole backup of a version that this one knows. Then nothing has changed.
pub fn restore(folder: &Path, file: &Path) -> Result<Option<PathBuf>> {
    let backup = open_backup(file)?;
    let _lock = open::lock(folder)?;
    let stored = Files::open(folder).map_err(at(folder))?;
    files::add(&backup, file, &stored)?;
    let path = folder.join(DATABASE);
    let new = folder.join(format!("{DATABASE}.restoring"));
    remove(&new)?;
    create_private(&new)?;
    let prepared = copy(&backup, &new).and_then(|copy| {
        begin_history(&copy)?;
        drop(copy);
        sync(&new)
    });
    let kept = prepared.and_then(|()| keep(&path)).inspect_err(|_| _ = fs::remove_file(&new))?;
    if let Some(kept) = &kept {
        keep_files(kept, &stored);
    }
    // The name changes hands in one step: at every moment there is a whole database under it.
    fs::rename(&new, &path).map_err(at(&path))?;
    sync_folder(&path)?;
    Ok(kept)
}

/// Opens a file for reading and makes sure that it is a backup.
fn open_backup(file: &Path) -> Result<Connection> {
    check_file(file)?;
    let not_ours = |error: AdminError| match error {
        // What SQLite cannot read is nobody's database, or half of ours.
        AdminError::Store(_) => OpenError::NotOurs(file.to_owned()).into(),
        other => other,
    };
    let backup = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(AdminError::from)
        .map_err(not_ours)?;
    open::distrust(&backup)?;
    open::check_ours(&backup, file)?;
    check_whole(&backup, file).map_err(not_ours)?;
    Ok(backup)
}

/// Opening what is no file could wait for ever, and an empty file counts as a new database.
fn check_file(file: &Path) -> Result<()> {
    let no_backup = |why| Err(AdminError::NoBackup { path: file.to_owned(), why });
    let found = match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return no_backup("there is no such file"),
        found => found.map_err(at(file))?,
    };
    if found.is_dir() {
        return no_backup("it is a folder; name the file in it");
    }
    if !found.is_file() {
        return no_backup("it is no regular file; copy the backup into one");
    }
    if found.len() == 0 {
        return no_backup("it is empty");
    }
    fs::File::open(file).map_err(at(file))?;
    Ok(())
}

fn begin_history(db: &Connection) -> Result<()> {
    db.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", [Epoch::now_v7().to_string()])?;
    db.execute("DELETE FROM link_code", [])?;
    Ok(())
}

/// Gives the database a second name, so that it is still there once a backup has taken its own.
fn keep(path: &Path) -> Result<Option<PathBuf>> {
    if !path.exists() {
        return Ok(None);
    }
    fold_log(path)?;
    let now = Timestamp::since_epoch(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default());
    let kept = path.with_extension(format!("db.replaced-{}", now.to_string().replace(':', "-")));
    match fs::hard_link(path, &kept) {
        Ok(()) => Ok(Some(kept)),
        // A file system without such links: then there is a moment without a database.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            fs::rename(path, &kept).map_err(at(path))?;
            Ok(Some(kept))
        }
        Err(error) => Err(at(&kept)(error)),
    }
}

/// Copies the files of the database that is replaced beside it: a server deletes those that its own does not name.
fn keep_files(kept: &Path, stored: &Files) {
    let opened = Connection::open_with_flags(kept, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(AdminError::from);
    match opened.and_then(|database| files::save(&database, stored, kept)) {
        Ok(0) => {}
        Ok(missing) => tracing::warn!(missing, "files of the database that is replaced were missing"),
        Err(error) => tracing::warn!(%error, "the files of the database that is replaced are not kept with it"),
    }
}

/// Brings what stands in the write-ahead log into the database itself: a log that stayed would be taken for the new one's.
fn fold_log(path: &Path) -> Result<()> {
    let folded = Connection::open(path).and_then(|db| db.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())));
    if let Err(error) = folded {
        // A database too broken to be opened is kept as it is, its log beside it.
        tracing::warn!(%error, "the database that is replaced is damaged");
    }
    for suffix in ["-wal", "-shm"] {
        let log = with_suffix(path, suffix);
        if log.exists() {
            let kept = with_suffix(path, &format!("{suffix}.replaced"));
            fs::rename(&log, &kept).map_err(at(&log))?;
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

pub(super) fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(file)(error)),
        _ => Ok(()),
    }
}
