//! Uploading files: begun, received piece by piece, gone on with after a cut, finished, given up.
//!
//! Whose it is and which message carries it stands in the store, the bytes in the folder of files. The disk is worked on in
//! threads that may block, a few at once; nothing of a file is held but the piece that is being written.

mod receiving;
mod tidy;
mod turns;

use std::{
    collections::HashMap,
    io::{self, ErrorKind},
    sync::Arc,
};

use chat_protocol::{Attachment, ErrorCode, Timestamp, UploadId, file};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use self::turns::Turns;
use super::{Caller, Chat, Error, Origin, Result};
use crate::{
    files::{self, Files, Resumed, UNKNOWN},
    store::{Location, NewUploadRow, OpenError, StoreError, UploadState},
};

/// Threads that work on the disk at once. Each takes what it writes from one connection.
const AT_ONCE: usize = 2;
/// Uploads of which it is remembered how far they were hashed; others are read again when they go on.
const MOST_RESUMED: usize = 256;

/// What is said of a file before it comes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewUpload {
    /// What it is called, in the words of its uploader.
    pub name: String,
    /// Its bytes, if they are known.
    pub size: Option<u64>,
    /// Of a picture, in pixels; counts if the file says the same.
    pub width: Option<u32>,
    /// Likewise.
    pub height: Option<u32>,
    /// An upload that is a small picture of it.
    pub preview: Option<UploadId>,
}

/// How far an upload is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// What is known of it.
    pub upload: Attachment,
    /// Bytes that are there.
    pub received: u64,
    /// When it goes, unless a message carries it.
    pub expires_at: Option<Timestamp>,
}

/// A file that may be read.
#[derive(Debug)]
pub struct OpenFile {
    /// What it is.
    pub upload: Attachment,
    /// Its bytes.
    pub file: std::fs::File,
    /// Stands for its bytes: never the same for others.
    pub hash: String,
}

/// The folder of files, and who works on what in it. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Uploads {
    files: Files,
    turns: Turns,
    /// How far uploads were hashed that were left.
    resumed: Arc<Mutex<HashMap<UploadId, Resumed>>>,
    at_once: Arc<Semaphore>,
    /// Held while a file comes to its place or goes from it, until the store knows.
    places: Arc<tokio::sync::Mutex<()>>,
}

impl Uploads {
    /// Opens the folder in the server's data folder.
    pub(super) fn open(location: &Location) -> std::result::Result<Self, OpenError> {
        let (files, path) = match location {
            Location::Folder(folder) | Location::Postgres { folder, .. } => {
                (Files::open(folder), folder.join(files::FOLDER))
            }
            Location::Memory => (Files::temporary(), std::env::temp_dir()),
        };
        let files = files.and_then(|files| files.remove_unfinished().map(|()| files));
        let files = files.map_err(|source| OpenError::NotWritable { path, source })?;
        Ok(Self {
            files,
            turns: Turns::default(),
            resumed: Arc::default(),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::default(),
        })
    }

    /// Works on the disk, in a thread that may block.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce(&Files) -> io::Result<T> + Send + 'static) -> Result<T> {
        let turn = Arc::clone(&self.at_once).acquire_owned().await.map_err(Error::internal)?;
        let files = self.files.clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&files);
            drop(turn);
            done
        });
        done.await.map_err(Error::internal)?.map_err(Error::from)
    }

    fn remember(&self, id: UploadId, resumed: Resumed) {
        let mut all = self.resumed.lock();
        if all.len() >= MOST_RESUMED
            && let Some(other) = all.keys().next().copied()
        {
            all.remove(&other);
        }
        all.insert(id, resumed);
    }

    fn recall(&self, id: UploadId) -> Option<Resumed> {
        self.resumed.lock().remove(&id)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full.into(),
            _ => Self::internal(error),
        }
    }
}

impl Chat {
    /// Begins an upload, of which all bytes are still to come. An empty file is there at once.
    ///
    /// # Errors
    /// `bad_request`, `too_large`, `rate_limited`, `storage_full`.
    pub async fn begin_upload(&self, caller: &Caller, origin: &Origin, new: NewUpload) -> Result<Progress> {
        self.rates().upload(caller.user, origin).map_err(Error::rate_limited)?;
        let limits = self.limits();
        let size = new.size.unwrap_or(0);
        if limits.upload_bytes.is_some_and(|most| size > most) {
            return Err(self.too_large());
        }
        let upload = Attachment {
            id: UploadId::now_v7(),
            name: file::clean_name(&new.name),
            size,
            media_type: UNKNOWN.to_owned(),
            width: new.width,
            height: new.height,
            preview: new.preview,
        };
        let row = NewUploadRow { user: caller.user, upload: upload.clone(), most_bytes: self.most_bytes() };
        let expires_at = Some(self.store().begin_upload(row).await?);
        failpoint!("upload-begun");
        let progress = Progress { upload, received: 0, expires_at };
        if new.size == Some(0) { self.finish(caller, progress).await } else { Ok(progress) }
    }

    /// How far an upload of the caller is. One of which all bytes have come is finished if it is not yet.
    ///
    /// # Errors
    /// `not_found`, `storage_full`.
    pub async fn upload(&self, caller: &Caller, id: UploadId) -> Result<Progress> {
        let UploadState { attachment: upload, is_whole, expires_at } = self.store().upload(caller.user, id).await?;
        if is_whole {
            return Ok(Progress { received: upload.size, upload, expires_at });
        }
        let received = self.uploads().work(move |files| files.arrived(id)).await?;
        let progress = Progress { upload, received, expires_at };
        if received == progress.upload.size && received > 0 {
            self.finish(caller, progress).await
        } else {
            Ok(progress)
        }
    }

    /// Gives up an upload of the caller that no message carries.
    ///
    /// # Errors
    /// `not_found`; `forbidden` for one that a message carries.
    pub async fn end_upload(&self, caller: &Caller, id: UploadId) -> Result<()> {
        let turn = self.uploads().turns.take(id).await;
        self.store().remove_upload(caller.user, id).await?;
        self.uploads().recall(id);
        self.uploads().work(move |files| files.discard(id)).await?;
        drop(turn);
        self.delete_freed_files().await
    }

    /// A file, for its uploader and for who may read the message that carries it.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn file(&self, caller: Option<&Caller>, id: UploadId) -> Result<OpenFile> {
        self.may_read(caller)?;
        let (upload, hash) = self.store().file(caller.map(|caller| caller.user), id).await?;
        let file = self.uploads().work(move |files| files.read(hash)).await?;
        Ok(OpenFile { upload, file, hash: hash.to_string() })
    }

    pub(super) fn uploads(&self) -> &Uploads {
        &self.shared.uploads
    }

    fn most_bytes(&self) -> u64 {
        self.limits().storage_per_user.unwrap_or(u64::MAX)
    }

    fn too_large(&self) -> Error {
        let most = self.limits().upload_bytes.unwrap_or(u64::MAX);
        Error::new(ErrorCode::TooLarge, format!("the file is larger than {most} bytes, which is the limit"))
    }
}
