//! A ZIP, of which single files are read. Its names are looked up, and never paths.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use zip::{ZipArchive, result::ZipError};

use super::{Result, at, not_taken};

/// The largest file that is read into memory: a day of the busiest room is far smaller.
const LARGEST: u64 = 256 * 1024 * 1024;
/// How many times as large as the ZIP all that is read from it may be: JSON shrinks to a thirtieth at most.
const MOST_TIMES: u64 = 200;
/// A small ZIP may always hold as much.
const ALWAYS: u64 = 16 * 1024 * 1024;
const TOO_MUCH: &str = "grows far beyond what a chat has; the ZIP is not what it seems";

pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// Bytes that may still be read.
    left: u64,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(at(path))?;
        let length = file.metadata().map_err(at(path))?.len();
        let zip =
            ZipArchive::new(BufReader::new(file)).or_else(|error| not_taken(format!("{}: {error}", path.display())))?;
        Ok(Self { zip, left: length.saturating_mul(MOST_TIMES).max(ALWAYS) })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The names of all files in it.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        // A name that is not text is of no file that an export has.
        self.zip.file_names().filter_map(|name| name.ok().map(Cow::into_owned))
    }

    /// The bytes of a file, whatever it says of its size.
    pub(super) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>> {
        self.read_with(name, |file| {
            let mut bytes = Vec::new();
            file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(at(Path::new(name)))?;
            if bytes.len() as u64 > LARGEST {
                return not_taken(format!("{name} {TOO_MUCH}"));
            }
            Ok(bytes)
        })
    }

    /// Has a file be read, piece by piece.
    pub(super) fn read_with<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut dyn Read) -> Result<T>,
    ) -> Result<Option<T>> {
        let file = match self.zip.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return not_taken(format!("{name}: {error}")),
        };
        let mut file = Bounded { file, name, left: &mut self.left, is_over: false };
        let done = read(&mut file);
        if file.is_over { not_taken(format!("{name} {TOO_MUCH}")) } else { done.map(Some) }
    }
}

/// What is read of a file, as long as the whole archive may give more.
struct Bounded<'a, R> {
    file: R,
    name: &'a str,
    left: &'a mut u64,
    is_over: bool,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let told = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", self.name));
        let read = self.file.read(buffer).map_err(told)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => *self.left = left,
            None => {
                self.is_over = true;
                return Err(io::Error::new(io::ErrorKind::InvalidData, TOO_MUCH));
            }
        }
        Ok(read)
    }
}
