//! Copies the database to a file while a server goes on writing.

use std::{fs, path::Path};

use super::{AdminError, Result, at, check_whole, copy, files, sync};
use crate::{
    files::Files,
    store::sqlite::engine::open::{self, DATABASE},
};

/// Writes a backup to a new file, and the files of messages to a folder beside it; it is whole, checked and on disk once this
/// returns. Gives how many files were missing.
///
/// # Errors
/// When the file exists or cannot be written, or there is nothing to copy. Then nothing is left of it.
pub fn backup(folder: &Path, file: &Path) -> Result<u64> {
    let path = folder.join(DATABASE);
    if !path.exists() {
        return Err(AdminError::NoDatabase(folder.to_owned()));
    }
    let database = open::connect(&path)?;
    open::check_ours(&database, &path)?;
    let stored = Files::open(folder).map_err(at(folder))?;
    // What is in the copy is not deleted meanwhile.
    let _held = stored.hold().map_err(at(folder))?;
    create_private(file)?;
    let written = copy(&database, file).and_then(|copy| {
        check_whole(&copy, file)?;
        let missing = files::save(&copy, &stored, file)?;
        drop(copy);
        sync(file)?;
        Ok(missing)
    });
    if let Err(failure) = &written {
        // Half a backup must not be taken for a whole one. If even that fails, the first error is the one to tell.
        _ = fs::remove_file(file);
        if !matches!(failure, AdminError::Exists(_)) {
            _ = fs::remove_dir_all(files::folder_of(file));
        }
    }
    written
}

/// Makes an empty file for its owner alone: a backup holds everything that was ever said.
pub(super) fn create_private(file: &Path) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(AdminError::Exists(file.to_owned())),
        Err(error) => Err(match file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
            Some(folder) => AdminError::NoFolder(folder.to_owned()),
            None => at(file)(error),
        }),
    }
}
