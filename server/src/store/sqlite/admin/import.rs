//! Fills a new database with what was said elsewhere, or on this server before.
//!
//! It is made beside the place of the database and gets its name in the end, in one step: so nothing is half taken,
//! whatever happens.

pub(super) mod counts;
mod rows;

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension as _};

pub use self::rows::{Importer, Refused, Taken};
use super::{AdminError, Result, at, backup::create_private, sync, sync_folder};
use crate::{
    files::{FileHash, Files},
    store::sqlite::engine::open::{self, DATABASE},
};

/// Under which the digest of what was imported is kept.
const IMPORTED: &str = "imported";

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// Everything is there now.
    New(Taken),
    /// The database was made of the same: nothing was changed.
    Again,
}

/// Makes the database of a folder that has none: `fill` gives it what there is, and puts the files that belong to it among
/// the others. Where the database was made of what has the same `digest`, nothing is done.
///
/// # Errors
/// When a server uses the folder, it has another database, or anything of what there is cannot be taken. Then nothing has
/// changed.
pub fn import(
    folder: &Path,
    digest: &str,
    fill: impl FnOnce(&mut Importer<'_>, &Files) -> Result<()>,
) -> Result<Imported> {
    let _lock = open::lock(folder)?;
    let path = folder.join(DATABASE);
    if path.exists() {
        return if made_of(&path, digest)? {
            Ok(Imported::Again)
        } else {
            Err(AdminError::NotEmpty(folder.to_owned()))
        };
    }
    let new = folder.join(format!("{DATABASE}.importing"));
    remove_unfinished(&new)?;
    create_private(&new)?;
    let files = folder.join(crate::files::FOLDER);
    let had_files = files.exists();
    let stored = Files::open(folder).map_err(at(folder))?;
    stored.remove_unfinished().map_err(at(folder))?;
    let taken = fill_new(&new, digest, &stored, fill).inspect_err(|_| {
        // If even that fails, the first error is the one to tell.
        _ = remove_unfinished(&new);
        if !had_files {
            _ = fs::remove_dir_all(&files);
        }
    })?;
    fs::rename(&new, &path).map_err(at(&path))?;
    sync_folder(&path)?;
    Ok(Imported::New(taken))
}

fn made_of(path: &Path, digest: &str) -> Result<bool> {
    let db = open::connect(path)?;
    open::check_ours(&db, path)?;
    let found = db.query_row("SELECT value FROM meta WHERE key = ?", [IMPORTED], |row| row.get::<_, String>(0));
    Ok(found.optional()?.is_some_and(|found| found == digest))
}

fn fill_new(
    path: &Path,
    digest: &str,
    stored: &Files,
    fill: impl FnOnce(&mut Importer<'_>, &Files) -> Result<()>,
) -> Result<Taken> {
    let mut db = Connection::open(path)?;
    open::prepare(&mut db, path)?;
    // It is nobody's before it is whole, and then it is synced as a whole.
    db.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -131072; PRAGMA temp_store = FILE",
    )?;
    db.execute_batch("BEGIN")?;
    let mut importer = Importer::new(&db)?;
    fill(&mut importer, stored)?;
    let mut taken = importer.taken;
    if let Some(wrong) = counts::make(&db)? {
        return Err(AdminError::NotTaken(wrong));
    }
    db.execute("INSERT INTO meta (key, value) VALUES (?, ?)", [IMPORTED, digest])?;
    (taken.files, taken.missing_files) = count_files(&db, stored)?;
    db.execute_batch("COMMIT")?;
    db.close().map_err(|(_, error)| error)?;
    sync(path)?;
    Ok(taken)
}

/// How many files of messages are there, and how many are not.
fn count_files(db: &Connection, stored: &Files) -> Result<(u64, u64)> {
    let mut find = db.prepare("SELECT DISTINCT hash, size FROM upload ORDER BY hash")?;
    let mut found = find.query([])?;
    let (mut files, mut missing) = (0, 0);
    while let Some(row) = found.next()? {
        let (hash, size): (_, u64) = (FileHash(row.get(0)?), row.get(1)?);
        match stored.read(hash).and_then(|file| file.metadata()) {
            Ok(file) if file.len() == size => files += 1,
            Ok(_) => {
                return Err(AdminError::NotTaken(format!("the file {hash} has another size than its message says")));
            }
            Err(_) => missing += 1,
        }
    }
    Ok((files, missing))
}

/// What an import that was killed has left, too.
fn remove_unfinished(new: &Path) -> Result<()> {
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let mut name = new.as_os_str().to_owned();
        name.push(suffix);
        super::restore::remove(&PathBuf::from(name))?;
    }
    Ok(())
}
