//! A ZIP, of which single files are read into memory. Nothing of it is written anywhere.

use std::{
    fs::File,
    io::{BufReader, Read as _},
    path::{Path, PathBuf},
};

use zip::{ZipArchive, result::ZipError};

use super::{super::at, Days};
use crate::formats::{Result, not_taken};

/// The largest file that is read: a day of the busiest room is far smaller.
const LARGEST: u64 = 256 * 1024 * 1024;
/// How many times as large as the ZIP all that is read from it may be: JSON shrinks to a thirtieth at most.
const MOST_TIMES: u64 = 200;
/// A small ZIP may always hold as much.
const ALWAYS: u64 = 16 * 1024 * 1024;

pub(super) struct Archive {
    path: PathBuf,
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
        Ok(Self { path: path.to_owned(), zip, left: length.saturating_mul(MOST_TIMES).max(ALWAYS) })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The bytes of a file, whatever it says of its size.
    pub(super) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>> {
        let file = match self.zip.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return not_taken(format!("{name}: {error}")),
        };
        let most = LARGEST.min(self.left);
        let mut bytes = Vec::new();
        let read = file.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| std::io::Error::new(error.kind(), format!("{name}: {error}"))).map_err(at(&self.path))?;
        let length = bytes.len() as u64;
        if length > most {
            return not_taken(format!("{name} grows far beyond what a chat has; the ZIP is not what it seems"));
        }
        self.left -= length;
        Ok(Some(bytes))
    }

    /// Files such as `general/2026-11-01.json`, by their day.
    pub(super) fn days(&self) -> Days {
        let mut days = Days::new();
        for name in self.zip.file_names() {
            // Slack writes no name that is not text.
            let Ok(name) = name else { continue };
            let Some((folder, file)) = name.split_once('/') else { continue };
            let Some(day) = file.strip_suffix(".json").filter(|day| is_day(day)) else { continue };
            days.entry(day.to_owned()).or_default().insert(folder.to_owned());
        }
        days
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() })
}
