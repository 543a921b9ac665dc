//! What `chat-server export` wrote: a folder, or a tar file.

use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, Read},
    path::Path,
};

use super::{Report, at, not_taken};
use crate::{
    files::{FileHash, Files},
    store::{
        admin::{AdminError, FILES, Importer, LINES, Refused},
        archive::Record,
    },
};

/// The longest line: a message with all its earlier texts.
const LONGEST_LINE: u64 = 256 * 1024 * 1024;

type Result<T> = std::result::Result<T, AdminError>;

/// Takes a folder.
pub(super) fn take_folder(folder: &Path, importer: &mut Importer<'_>, stored: &Files, _: &mut Report) -> Result<()> {
    let lines = folder.join(LINES);
    take_lines(open_regular(&lines)?, importer)?;
    let files = folder.join(FILES);
    let names = match fs::read_dir(&files) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(&files)(error)),
    };
    for name in names {
        let name = name.map_err(at(&files))?.file_name();
        let path = files.join(&name);
        take_file(&name.to_string_lossy(), open_regular(&path)?, stored).map_err(at(&path))?;
    }
    Ok(())
}

/// Takes a tar file, as a stream: it is read once, and nothing of it is written but files under their hashes.
pub(super) fn take_tar(path: &Path, importer: &mut Importer<'_>, stored: &Files, _: &mut Report) -> Result<()> {
    let mut tar = tar::Archive::new(BufReader::new(File::open(path).map_err(at(path))?));
    let mut has_lines = false;
    for entry in tar.entries().map_err(at(path))? {
        let entry = entry.map_err(at(path))?;
        if !entry.header().entry_type().is_file() {
            return not_taken("the tar file holds something else than files; make it with `chat-server export`");
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match name.strip_prefix(FILES).and_then(|rest| rest.strip_prefix('/')) {
            Some(file) => take_file(file, entry, stored).map_err(at(path))?,
            None if name == LINES && !has_lines => {
                has_lines = true;
                take_lines(entry, importer)?;
            }
            None => return not_taken(format!("the tar file holds {name:?}, which no export has")),
        }
    }
    if has_lines { Ok(()) } else { not_taken(format!("the tar file has no {LINES}; it may be cut off")) }
}

/// Neither a link, which could lead anywhere, nor what could be waited for without end.
fn open_regular(path: &Path) -> Result<File> {
    let found = fs::symlink_metadata(path).map_err(at(path))?;
    if !found.is_file() {
        return not_taken(format!("{} is no regular file", path.display()));
    }
    File::open(path).map_err(at(path))
}

/// Takes all lines, and says which one cannot be taken.
fn take_lines(from: impl Read, importer: &mut Importer<'_>) -> Result<()> {
    let mut from = BufReader::new(from);
    let (mut line, mut number) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        number += 1;
        let wrong = |what: String| AdminError::NotTaken(format!("line {number} of {LINES}: {what}"));
        let read =
            (&mut from).take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(|error| wrong(error.to_string()))?;
        if read == 0 {
            return if number > 1 { Ok(()) } else { Err(wrong("there is no line at all".to_owned())) };
        }
        if line.last() != Some(&b'\n') {
            return Err(wrong("it does not end: the export is cut off".to_owned()));
        }
        let record: Record = serde_json::from_slice(&line).map_err(|error| wrong(error.to_string()))?;
        if (number == 1) != matches!(record, Record::Export(_)) {
            return Err(wrong("the header stands in the first line, and in no other".to_owned()));
        }
        importer.put(&record).map_err(|refused| match refused {
            Refused::Wrong(what) => wrong(what),
            Refused::Store(failure) => failure.into(),
        })?;
    }
}

/// Takes a file, if its bytes are what its name says.
fn take_file(name: &str, from: impl Read, stored: &Files) -> io::Result<()> {
    let refused = |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{name:?} {what}"));
    let hash = FileHash::parse(name).ok_or_else(|| refused("is not named as files of an export are"))?;
    stored.add(hash, from).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => refused("has other bytes than its name says"),
        _ => error,
    })
}
