//! The files of a data folder: what kind they are, and who else on the machine may open them.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use tracing::warn;

use crate::store::OpenError;

/// What SQLite writes beside a database.
const LOGS: [&str; 2] = ["-wal", "-shm"];

/// Makes the folder, for its owner alone.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Makes the database's file for its owner alone, unless it is there.
///
/// It holds everyone's words, and a folder made by someone else may be open to all. SQLite gives its other files the mode
/// of this one.
pub(super) fn make_database(path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::NotWritable { path: path.to_owned(), source };
    check_kind(path)?;
    private().truncate(false).open(path).map(drop).map_err(failed)
}

/// Opens the lock's file. Anyone who may open it may hold the lock: so nobody but the owner may.
pub(super) fn open_lock(path: &Path) -> Result<File, OpenError> {
    let failed = |source| OpenError::NotWritable { path: path.to_owned(), source };
    check_kind(path)?;
    let file = private().truncate(false).open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0
            && let Err(error) = file.set_permissions(fs::Permissions::from_mode(0o600))
        {
            warn!(path = %path.display(), %error, "others may open the lock, and so keep the server from starting: chmod 600 it");
        }
    }
    Ok(file)
}

/// Says who else may read or change what is said here, and has SQLite's logs follow the database's mode.
#[cfg(unix)]
pub(super) fn warn_of_others(folder: &Path, database: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).map(|found| found.permissions().mode() & 0o777).ok();
    if let Some(mode) = mode(folder).filter(|mode| mode & 0o022 != 0) {
        warn!(path = %folder.display(), mode = format!("{mode:o}"),
              "others may write to the data folder, and so put another database there: chmod 700 it");
    }
    let Some(wanted) = mode(database) else { return };
    if wanted & 0o077 != 0 {
        warn!(path = %database.display(), mode = format!("{wanted:o}"),
              "others may open the database, and so read everything in it: chmod 600 it");
    }
    for suffix in LOGS {
        let mut log = database.as_os_str().to_owned();
        log.push(suffix);
        let log = Path::new(&log);
        if mode(log).is_some_and(|mode| mode != wanted)
            && let Err(error) = fs::set_permissions(log, fs::Permissions::from_mode(wanted))
        {
            warn!(path = %log.display(), %error, "this file has another mode than the database: give it the same");
        }
    }
}

#[cfg(not(unix))]
pub(super) fn warn_of_others(_: &Path, _: &Path) {}

/// Neither a link that leads nowhere, which would make a file elsewhere, nor anything but a file.
fn check_kind(path: &Path) -> Result<(), OpenError> {
    let Ok(link) = fs::symlink_metadata(path) else { return Ok(()) };
    let why = match fs::metadata(path) {
        Ok(file) if file.is_file() => return Ok(()),
        Ok(found) if found.is_dir() => "it is a folder",
        Ok(_) => "it is no regular file",
        Err(_) if link.is_symlink() => "it is a link to a file that is not there",
        Err(source) => return Err(OpenError::NotWritable { path: path.to_owned(), source }),
    };
    Err(OpenError::NotAFile { path: path.to_owned(), why })
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
