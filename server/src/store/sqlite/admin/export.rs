//! Writes everything that was said to a folder or a tar file, while a server goes on writing.

mod lines;

use std::{
    fs,
    io::{self, BufWriter, Read, Seek as _, Write},
    path::{Path, PathBuf},
};

use rusqlite::Connection;

pub use self::lines::Written;
use super::{AdminError, Database, Result, at, files, sync, sync_folder};
use crate::files::{FileHash, Files};

/// The lines of an export, in its folder or tar file.
pub const LINES: &str = "chat.jsonl";
/// The folder of its files.
pub const FILES: &str = "files";
/// How the name of a tar file ends.
const TAR: &str = "tar";

/// Writes an export to a place that does not exist yet: a tar file if its name ends with `.tar`, else a folder. It is whole
/// and on disk once this returns, and the same bytes for the same database.
///
/// # Errors
/// When the place exists or cannot be written, or there is nothing to export. Then nothing is left of it.
pub fn export(folder: &Path, place: &Path) -> Result<Written> {
    let database = Database::open_existing(folder)?;
    if fs::symlink_metadata(place).is_ok() {
        return Err(AdminError::Exists(place.to_owned()));
    }
    let stored = Files::open(folder).map_err(at(folder))?;
    // What a message names is not deleted meanwhile.
    let _held = stored.hold().map_err(at(folder))?;
    let unfinished = unfinished(place);
    let written = write_to(&database.connection, &stored, place, &unfinished);
    if written.is_err() {
        // Half an export must not be taken for a whole one. If even that fails, the first error is the one to tell.
        _ = fs::remove_dir_all(&unfinished).or_else(|_| fs::remove_file(&unfinished));
    }
    written
}

fn write_to(db: &Connection, stored: &Files, place: &Path, unfinished: &Path) -> Result<Written> {
    // One state of the database for all that is read.
    let db = db.unchecked_transaction()?;
    let named = files::of_messages(&db)?;
    let mut written = match place.extension().is_some_and(|extension| extension == TAR) {
        true => write_tar(&db, stored, &named, unfinished)?,
        false => write_folder(&db, stored, &named, unfinished)?,
    };
    written.files = named.len() as u64 - written.missing_files;
    fs::rename(unfinished, place).map_err(at(place))?;
    sync_folder(place)?;
    Ok(written)
}

/// Beside the place, until everything is there.
fn unfinished(place: &Path) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".unfinished");
    name.into()
}

fn write_folder(db: &Connection, stored: &Files, named: &[FileHash], folder: &Path) -> Result<Written> {
    make_private(folder)?;
    let mut written = write_lines(db, create(&folder.join(LINES))?, &folder.join(LINES))?;
    let files = folder.join(FILES);
    if !named.is_empty() {
        make_private(&files)?;
    }
    for hash in named {
        let to = files.join(hash.to_string());
        match stored.read(*hash) {
            Ok(mut from) => {
                let mut file = create(&to)?;
                io::copy(&mut from, &mut file).and_then(|_| file.sync_all()).map_err(at(&to))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => written.missing_files += 1,
            Err(error) => return Err(at(&stored.path_of(*hash))(error)),
        }
    }
    sync(&folder.join(LINES))?;
    if !named.is_empty() {
        sync_folder(&files.join(LINES))?;
    }
    Ok(written)
}

fn write_tar(db: &Connection, stored: &Files, named: &[FileHash], path: &Path) -> Result<Written> {
    let file = create(path)?;
    // A tar file says before each file how long that is.
    let lines =
        tempfile::tempfile_in(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    let mut lines = lines.map_err(at(path))?;
    let mut written = write_lines(db, lines.try_clone().map_err(at(path))?, path)?;
    lines.rewind().map_err(at(path))?;
    let mut tar = tar::Builder::new(BufWriter::new(file));
    let length = lines.metadata().map_err(at(path))?.len();
    append(&mut tar, LINES, length, lines).map_err(at(path))?;
    for hash in named {
        match stored.read(*hash) {
            Ok(from) => {
                let length = from.metadata().map_err(at(&stored.path_of(*hash)))?.len();
                append(&mut tar, &format!("{FILES}/{hash}"), length, from).map_err(at(path))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => written.missing_files += 1,
            Err(error) => return Err(at(&stored.path_of(*hash))(error)),
        }
    }
    let file = tar.into_inner().and_then(|out| out.into_inner().map_err(io::IntoInnerError::into_error));
    file.and_then(|file| file.sync_all()).map_err(at(path))?;
    Ok(written)
}

/// Appends a file without what differs from one export to the next: whose it is, and when it was written.
fn append(tar: &mut tar::Builder<impl Write>, name: &str, length: u64, from: impl Read) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(length);
    header.set_mode(0o600);
    header.set_mtime(0);
    tar.append_data(&mut header, name, from.take(length))
}

fn write_lines(db: &Connection, file: fs::File, path: &Path) -> Result<Written> {
    let mut out = BufWriter::new(file);
    let written = lines::write(db, &mut out).map_err(|error| match error {
        AdminError::Output(error) => at(path)(error),
        other => other,
    })?;
    out.flush().map_err(at(path))?;
    Ok(written)
}

fn create(path: &Path) -> Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(at(path))
}

fn make_private(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(at(folder))
}
