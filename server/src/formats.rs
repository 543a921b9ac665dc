//! What an import reads, and how it is told apart.

mod export;

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::{
    files::Files,
    store::admin::{self, AdminError, Imported, Importer, LINES},
};

/// What was not taken, and why.
#[derive(Debug, Default)]
pub struct Report(Vec<String>);

impl Report {
    /// Each as a line.
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}

type Result<T> = std::result::Result<T, AdminError>;
type Take = fn(&Path, &mut Importer<'_>, &Files, &mut Report) -> Result<()>;

/// Makes the database of a folder that has none from what is in another place.
///
/// # Errors
/// With what to do about it; then nothing has changed.
pub fn import(folder: &Path, place: &Path) -> Result<(Imported, Report)> {
    let take = recognise(place)?;
    let digest = digest(place)?;
    let mut report = Report::default();
    let imported = admin::import(folder, &digest, |importer, stored| take(place, importer, stored, &mut report))?;
    Ok((imported, report))
}

/// Which format the place has.
fn recognise(place: &Path) -> Result<Take> {
    /// Where a tar file says that it is one.
    const TAR_MAGIC: std::ops::Range<usize> = 257..262;
    if fs::metadata(place).map_err(at(place))?.is_dir() {
        return if place.join(LINES).exists() { Ok(export::take_folder) } else { unknown(place) };
    }
    let mut first = Vec::new();
    File::open(place).and_then(|file| file.take(4096).read_to_end(&mut first)).map_err(at(place))?;
    match &*first {
        tar if tar.get(TAR_MAGIC) == Some(b"ustar") => Ok(export::take_tar),
        _ => unknown(place),
    }
}

fn unknown<T>(place: &Path) -> Result<T> {
    not_taken(format!("{} is no export of chat-server", place.display()))
}

fn not_taken<T>(why: impl Into<String>) -> Result<T> {
    Err(AdminError::NotTaken(why.into()))
}

/// For errors of files: which one.
fn at(path: &Path) -> impl FnOnce(io::Error) -> AdminError {
    let path = path.to_owned();
    |source| AdminError::File { path, source }
}

/// What tells the same from something else: of a folder, the names and contents of its files.
fn digest(place: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut paths = vec![place.to_owned()];
    while let Some(path) = paths.pop() {
        let found = fs::symlink_metadata(&path).map_err(at(&path))?;
        hash.update(path.strip_prefix(place).unwrap_or(&path).as_os_str().as_encoded_bytes());
        hash.update([0]);
        if found.is_dir() {
            let mut entries = fs::read_dir(&path)
                .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>())
                .map_err(at(&path))?;
            entries.sort_unstable();
            paths.append(&mut entries);
        } else if found.is_file() {
            let mut file = File::open(&path).map_err(at(&path))?;
            let mut piece = vec![0; 256 * 1024];
            loop {
                match file.read(&mut piece).map_err(at(&path))? {
                    0 => break,
                    read => hash.update(&piece[..read]),
                }
            }
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
