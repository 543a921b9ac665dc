//! Messages with files: their bytes are kept beside the outbox until the server has stored the message.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use chat_protocol::{
    MessageId, RoomId,
    body::{Body, BodyError},
    file,
};

use super::{Client, sending::now};
use crate::{
    Action, Delivery, Entry, EntryFile, Error, FileSource,
    connection::Request,
    error::innermost,
    files, picture,
    store::{Change, OutboxRow},
};

/// A file to be sent with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// What it is called.
    pub name: String,
    /// Its bytes.
    pub source: FileSource,
    /// Of a picture, its width and height in pixels, where they cannot be read from the file.
    pub picture: Option<(u32, u32)>,
    /// A small picture of it: PNG, JPEG or WebP of at most 64 KiB.
    pub preview: Option<Vec<u8>>,
    /// Whether a picture keeps what its file says of where, when and with what it was taken.
    pub keep_metadata: bool,
}

impl NewFile {
    /// A file of this machine, under its own name.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self::new(&name, FileSource::Path(path))
    }

    /// A file that is in memory.
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Self {
        Self::new(name, FileSource::Bytes(bytes.into()))
    }

    fn new(name: &str, source: FileSource) -> Self {
        Self { name: file::clean_name(name), source, picture: None, preview: None, keep_metadata: false }
    }
}

impl Client {
    /// Says something with files, up to 10; the text may be empty. When this returns, the message and its files are on this
    /// disk: it waits as long as copying takes. The files are uploaded as soon as there is a connection, and go on after a
    /// cut; the message follows them. [`Update::Outbox`](crate::Update::Outbox) says how far they are.
    ///
    /// # Errors
    /// When a file cannot be read, the text is too long, or the disk fails.
    pub fn send_files(
        &self,
        room: RoomId,
        body: &str,
        files: &[NewFile],
        reply_to: Option<MessageId>,
    ) -> Result<MessageId, Error> {
        let body = match Body::parse(body, self.shared.max_body.load(Ordering::Relaxed)) {
            Err(BodyError::Blank) if !files.is_empty() => Body::empty(),
            body => body?,
        };
        let entry = self.new_entry(room, body, reply_to);
        let entry = Entry { files: self.keep_files(entry.id, files)?, ..entry };
        let id = entry.id;
        let n = self.shared.store.change_now(Change::Queue { entry: entry.clone(), tried: false })?;
        self.ask(Request::Send(OutboxRow { n, entry, tried: false }));
        Ok(id)
    }

    /// The same without waiting: the message is given as it is being saved. That it cannot be kept, or a file not be read, is
    /// reported by [`Update::Outbox`](crate::Update::Outbox). Must be called in a tokio runtime.
    pub fn queue_files(&self, room: RoomId, body: Body, files: Vec<NewFile>, reply_to: Option<MessageId>) -> Entry {
        let entry = self.new_entry(room, body, reply_to);
        let named = files.iter().map(|file| EntryFile { name: file.name.clone(), ..EntryFile::default() }).collect();
        let saving = Entry { files: named, state: Delivery::Saving, ..entry.clone() };
        let shown = saving.clone();
        let client = self.clone();
        tokio::task::spawn_blocking(move || {
            let kept = client.keep_files(entry.id, &files).and_then(|files| {
                let entry = Entry { files, ..entry.clone() };
                let n = client.shared.store.change_now(Change::Queue { entry: entry.clone(), tried: false })?;
                Ok(OutboxRow { n, entry, tried: false })
            });
            client.ask(match kept {
                Ok(row) => Request::Send(row),
                Err(error) => {
                    _ = fs::remove_dir_all(client.shared.store.files().join(entry.id.to_string()));
                    Request::Unsaved(Entry { state: Delivery::Unsaved { detail: error.to_string() }, ..saving })
                }
            });
        });
        shown
    }

    fn new_entry(&self, room: RoomId, body: Body, reply_to: Option<MessageId>) -> Entry {
        Entry {
            id: MessageId::now_v7(),
            room,
            action: Action::Message,
            body: body.into_string(),
            reply_to,
            files: Vec::new(),
            state: Delivery::Queued,
            written_at: now(),
        }
    }

    /// Copies files to where they wait, and has the disk keep them. Pictures go without what their files say of where they were taken.
    fn keep_files(&self, message: MessageId, new: &[NewFile]) -> Result<Vec<EntryFile>, Error> {
        let folder = self.shared.store.files().join(message.to_string());
        files::make_folder(&folder).map_err(|source| Error::file(&folder, source))?;
        let kept = new.iter().enumerate().map(|(index, file)| {
            let path = folder.join(index.to_string());
            let failed = |error: io::Error| match &file.source {
                FileSource::Path(path) => Error::file(path, error),
                FileSource::Bytes(_) => Error::Store(innermost(&error)),
            };
            let found = picture::read(&file.source, file.keep_metadata).map_err(failed)?;
            let (source, picture) = match found {
                Some(found) => (FileSource::Bytes(found.bytes), found.size),
                None => (file.source.clone(), None),
            };
            let size = keep(&source, &path)?;
            let preview = match &file.preview {
                Some(bytes) => {
                    let path = folder.join(format!("{index}.preview"));
                    keep(&FileSource::Bytes(bytes.clone().into()), &path)?;
                    Some(path)
                }
                None => None,
            };
            let (name, picture) = (file.name.clone(), file.picture.or(picture));
            Ok(EntryFile { name, size, path, picture, preview, ..EntryFile::default() })
        });
        kept.collect::<Result<_, Error>>().inspect_err(|_| _ = fs::remove_dir_all(&folder))
    }
}

/// Writes a copy for the owner alone. Gives its size.
fn keep(source: &FileSource, to: &Path) -> Result<u64, Error> {
    let written = |mut from: &mut dyn io::Read| {
        let mut file = files::open(to)?;
        let size = io::copy(&mut from, &mut file)?;
        file.sync_all()?;
        Ok(size)
    };
    let failed = |source: io::Error| Error::Store(format!("{}: {}", to.display(), innermost(&source)));
    match source {
        FileSource::Bytes(bytes) => written(&mut bytes.as_ref()).map_err(failed),
        FileSource::Path(path) => {
            let no_file = |source| Error::file(path, source);
            let mut file = fs::File::open(path).map_err(no_file)?;
            if file.metadata().map_err(no_file)?.is_dir() {
                return Err(no_file(io::ErrorKind::IsADirectory.into()));
            }
            written(&mut file).map_err(failed)
        }
    }
}
