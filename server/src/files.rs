//! The bytes of files, in a folder beside the database: those that are still arriving, and those that are whole, by their
//! SHA-256.
//!
//! Everything here may block, and knows neither who a file belongs to nor what it is called: a name that somebody chose is
//! never part of a path. What is acknowledged was synced to the disk first, the file and its name.

mod adding;
mod partial;
mod sniff;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use chat_protocol::UploadId;

pub use self::{
    partial::{Partial, Resumed},
    sniff::{Kind, UNKNOWN, sniff},
};

/// The folder's name, in the data folder.
pub const FOLDER: &str = "files";
/// Where files are that are still arriving, each by the id of its upload.
const PARTIAL: &str = "partial";
/// Held by those who copy the files, so that none is deleted meanwhile.
const LOCK: &str = "lock";

/// What a file is found by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileHash(pub [u8; 32]);

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FileHash {
    /// Of a file's name in the folder.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(hash))
    }
}

/// The folder of files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Files {
    folder: Arc<Folder>,
}

#[derive(Debug)]
enum Folder {
    Kept(PathBuf),
    /// Deleted with the last handle.
    Temporary(tempfile::TempDir),
}

/// How a file came to where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// It had not been there.
    New,
    /// The same bytes were there.
    Known,
}

impl Files {
    /// The folder in a data folder; makes it where there is none, for its owner alone.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(data: &Path) -> io::Result<Self> {
        let folder = data.join(FOLDER);
        make_folder(&folder.join(PARTIAL))?;
        let files = Self::existing(&folder);
        // Made now, so that it is the server's: others only take it.
        files.lock_file()?;
        Ok(files)
    }

    /// A folder of whole files that is made now.
    ///
    /// # Errors
    /// `AlreadyExists`, and when it cannot be made.
    pub fn open_new(folder: &Path) -> io::Result<Self> {
        if fs::symlink_metadata(folder).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        make_folder(folder)?;
        Ok(Self::existing(folder))
    }

    /// A folder of whole files, to read them.
    pub fn existing(folder: &Path) -> Self {
        Self { folder: Arc::new(Folder::Kept(folder.to_owned())) }
    }

    /// A folder that ends with the process.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn temporary() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("chat-files-").tempdir()?;
        make_folder(&folder.path().join(PARTIAL))?;
        Ok(Self { folder: Arc::new(Folder::Temporary(folder)) })
    }

    /// Bytes of an upload that have arrived.
    ///
    /// # Errors
    /// When the file cannot be looked at.
    pub fn arrived(&self, id: UploadId) -> io::Result<u64> {
        match fs::metadata(self.partial(id)) {
            Ok(found) => Ok(found.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Opens an upload to go on with it; `resumed` is what was known when it was left, if that is still known.
    ///
    /// # Errors
    /// When the file cannot be opened or read.
    pub fn go_on(&self, id: UploadId, resumed: Option<Resumed>) -> io::Result<Partial> {
        Partial::open(&self.partial(id), resumed)
    }

    /// Deletes what has arrived of an upload.
    ///
    /// # Errors
    /// When it cannot be deleted.
    pub fn discard(&self, id: UploadId) -> io::Result<()> {
        remove(&self.partial(id))
    }

    /// Puts a whole upload where it is found by its hash. It is there for good once this returns. What arrived stays where it
    /// is, too, until [`Files::discard`]: a crash before the store knows of the file loses nothing of the upload.
    ///
    /// # Errors
    /// When it cannot be put there, or the folder not synced.
    pub fn place(&self, id: UploadId, hash: FileHash) -> io::Result<Placed> {
        self.place_by(|from, to| fs::hard_link(from, to), id, hash)
    }

    /// The same by a way to give a file a second name.
    fn place_by(
        &self,
        link: impl FnOnce(&Path, &Path) -> io::Result<()>,
        id: UploadId,
        hash: FileHash,
    ) -> io::Result<Placed> {
        let to = self.path_of(hash);
        if to.exists() {
            return Ok(Placed::Known);
        }
        let folder = to.parent().unwrap_or(self.root());
        if !folder.exists() {
            make_folder(folder)?;
            sync_folder(self.root())?;
        }
        let arrived = self.partial(id);
        if link(&arrived, &to).is_err() {
            // A file system without hard links. If it was something else, it shows again.
            fs::rename(&arrived, &to)?;
        }
        sync_folder(folder)?;
        Ok(Placed::New)
    }

    /// Takes back what [`Files::place`] did.
    ///
    /// # Errors
    /// When the file cannot be moved.
    pub fn take_back(&self, id: UploadId, hash: FileHash) -> io::Result<()> {
        let arrived = self.partial(id);
        if arrived.exists() { self.remove(hash) } else { fs::rename(self.path_of(hash), arrived) }
    }

    /// Opens a whole file to read it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn read(&self, hash: FileHash) -> io::Result<fs::File> {
        fs::File::open(self.path_of(hash))
    }

    /// Deletes a whole file; fine if it is not there.
    ///
    /// # Errors
    /// When it cannot be deleted.
    pub fn remove(&self, hash: FileHash) -> io::Result<()> {
        remove(&self.path_of(hash))
    }

    /// The uploads of which something has arrived.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn arriving(&self) -> io::Result<Vec<UploadId>> {
        Ok(names(&self.root().join(PARTIAL))?.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// The first bytes of the hashes that whole files have.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn first_bytes(&self) -> io::Result<Vec<u8>> {
        let byte = |name: &String| (name.len() == 2).then(|| u8::from_str_radix(name, 16).ok()).flatten();
        Ok(names(self.root())?.iter().filter_map(byte).collect())
    }

    /// The whole files whose hash begins with a byte.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn whole(&self, first: u8) -> io::Result<Vec<FileHash>> {
        Ok(names(&self.root().join(format!("{first:02x}")))?.iter().filter_map(|name| FileHash::parse(name)).collect())
    }

    /// Keeps files from being deleted as long as it is held, also those of another process's server.
    ///
    /// # Errors
    /// When the lock cannot be opened.
    pub fn hold(&self) -> io::Result<fs::File> {
        let lock = self.lock_file()?;
        lock.lock_shared()?;
        Ok(lock)
    }

    /// Does what [`Files::hold`] does, and makes nothing: no server that deletes files has run where the lock is missing.
    ///
    /// # Errors
    /// When the lock cannot be opened.
    pub fn hold_existing(&self) -> io::Result<Option<fs::File>> {
        match fs::File::open(self.root().join(LOCK)) {
            Ok(lock) => lock.lock_shared().map(|()| Some(lock)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The right to delete files, unless somebody holds them.
    ///
    /// # Errors
    /// When the lock cannot be opened.
    pub fn may_delete(&self) -> io::Result<Option<fs::File>> {
        let lock = self.lock_file()?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Where a whole file is.
    pub fn path_of(&self, hash: FileHash) -> PathBuf {
        let name = hash.to_string();
        self.root().join(&name[..2]).join(name)
    }

    fn partial(&self, id: UploadId) -> PathBuf {
        self.root().join(PARTIAL).join(id.to_string())
    }

    fn lock_file(&self) -> io::Result<fs::File> {
        private().truncate(false).open(self.root().join(LOCK))
    }

    fn root(&self) -> &Path {
        match &*self.folder {
            Folder::Kept(folder) => folder,
            Folder::Temporary(folder) => folder.path(),
        }
    }
}

/// For writing, made where there is none, for its owner alone.
fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.create(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Only Unix opens folders; elsewhere names are on disk when the system says so.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The names in a folder; none where there is no folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
