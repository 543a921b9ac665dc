//! A file that is still arriving. Its length on the disk says how far it is; its hash is counted while it is written.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{FileHash, private, sync_folder};

/// Bytes that are read at once where a file must be hashed again.
const READ_AT_ONCE: usize = 64 * 1024;

/// How far a file had come when it was left, so that it need not be read again.
#[derive(Debug, Clone)]
pub struct Resumed {
    length: u64,
    hash: Sha256,
}

/// A file that is being written, at its end.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
    file: File,
    length: u64,
    hash: Sha256,
}

impl Partial {
    pub(super) fn open(path: &Path, resumed: Option<Resumed>) -> io::Result<Self> {
        let file = private().write(false).append(true).read(true).open(path)?;
        let length = file.metadata()?.len();
        let hash = match resumed.filter(|resumed| resumed.length == length) {
            Some(resumed) => resumed.hash,
            None => hash_of(from_beginning(&file)?)?,
        };
        Ok(Self { path: path.to_owned(), file, length, hash })
    }

    /// Its bytes.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Appends bytes. After a failure the file may have a part of them: it is to be opened again.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Has the disk keep it. Gives its hash.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sync(&self) -> io::Result<FileHash> {
        self.file.sync_all()?;
        Ok(FileHash(self.hash.clone().finalize().into()))
    }

    /// Has the disk keep what has arrived.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sync_arrived(&self) -> io::Result<()> {
        self.file.sync_all()?;
        self.path.parent().map_or(Ok(()), sync_folder)
    }

    /// Leaves it as it is, to go on later.
    pub fn leave(self) -> Resumed {
        Resumed { length: self.length, hash: self.hash }
    }

    /// The same file, to be read from its beginning, also if it has no name any more.
    ///
    /// # Errors
    /// What the disk says.
    pub fn read(&self) -> io::Result<File> {
        from_beginning(&self.file)
    }
}

fn hash_of(mut file: File) -> io::Result<Sha256> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; READ_AT_ONCE]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// What is written goes to the end, wherever it is read.
fn from_beginning(file: &File) -> io::Result<File> {
    let mut file = file.try_clone()?;
    file.rewind()?;
    Ok(file)
}
