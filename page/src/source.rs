//! Reading the folder `static/`, and the page as plain modules.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, ErrorKind},
    path::Path,
};

use crate::{Page, version};

/// Not part of the page.
const TESTS: &str = "tests";

/// The page as its sources are: one file for each module and style sheet.
///
/// # Errors
/// When the folder cannot be read, or its document and worker are not as the addresses of a version need them.
pub fn modules(folder: &Path) -> io::Result<Page> {
    let files = read(folder)?;
    version::assemble(files).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// The files of the page by path, from the slash on.
pub(crate) fn read(folder: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    add(folder, "", &mut files)?;
    Ok(files)
}

fn add(folder: &Path, under: &str, files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        // Editors keep their own files beside the sources.
        if name.starts_with('.') || name.ends_with('~') || (under.is_empty() && name == TESTS) {
            continue;
        }
        let path = format!("{under}/{name}");
        if entry.file_type()?.is_dir() {
            add(&entry.path(), &path, files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}
