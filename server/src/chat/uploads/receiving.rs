//! Receiving the bytes of an upload, and what follows once they are all there.

use std::time::Duration;

use bytes::Bytes;
use chat_protocol::{Attachment, ErrorCode, UploadId};
use futures_util::{Stream, StreamExt as _};
use tokio::time::timeout;

use super::{Caller, Chat, Error, NewUpload, Origin, Progress, Result, Uploads};
use crate::{
    files::{self, Kind, Partial, Placed},
    store::UploadState,
};

/// How long nothing may come of a file that is being sent.
const PATIENCE: Duration = Duration::from_secs(30);

/// A partial file that is being written. What is known of it is remembered when it is left, however that happens.
struct Receiving<'a> {
    uploads: &'a Uploads,
    id: UploadId,
    partial: Option<Partial>,
}

impl Drop for Receiving<'_> {
    fn drop(&mut self) {
        if let Some(partial) = self.partial.take() {
            self.uploads.remember(self.id, partial.leave());
        }
    }
}

impl<'a> Receiving<'a> {
    async fn open(uploads: &'a Uploads, id: UploadId) -> Result<Self> {
        let resumed = uploads.recall(id);
        let partial = uploads.work(move |files| files.go_on(id, resumed)).await?;
        Ok(Self { uploads, id, partial: Some(partial) })
    }

    fn length(&self) -> u64 {
        self.partial.as_ref().map_or(0, Partial::length)
    }

    async fn write(&mut self, bytes: Bytes) -> Result<()> {
        let Some(mut partial) = self.partial.take() else { return Ok(()) };
        // The bytes are freed here, and not by the thread that wrote them: it would keep their memory for itself.
        let work = move |_: &_| partial.write(&bytes).map(|()| (partial, bytes));
        let (partial, bytes) = self.uploads.work(work).await?;
        drop(bytes);
        self.partial = Some(partial);
        failpoint!("upload-written");
        Ok(())
    }

    /// Has the disk keep what has arrived.
    async fn sync(&mut self) -> Result<()> {
        let Some(partial) = self.partial.take() else { return Ok(()) };
        let partial = self.uploads.work(move |_| partial.sync_arrived().map(|()| partial)).await?;
        self.partial = Some(partial);
        Ok(())
    }
}

impl Chat {
    /// Appends to an upload of the caller what comes, up to its size. What has come stays, however it ends: it is gone on with
    /// from there.
    ///
    /// # Errors
    /// `not_found`; `id_conflict` if the upload is not as far as `from`; `too_large` if more comes than was said;
    /// `storage_full`; `bad_request` if it ended early.
    pub async fn receive<E>(
        &self,
        caller: &Caller,
        id: UploadId,
        from: u64,
        bytes: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
    ) -> Result<Progress> {
        let turn = self.uploads().turns.take(id).await;
        let UploadState { attachment: upload, is_whole, expires_at } = self.store().upload(caller.user, id).await?;
        if is_whole {
            let received = upload.size;
            let progress = Progress { upload, received, expires_at };
            return if from == received { Ok(progress) } else { Err(elsewhere(received)) };
        }
        let mut receiving = Receiving::open(self.uploads(), id).await?;
        if receiving.length() != from {
            return Err(elsewhere(receiving.length()));
        }
        tokio::select! {
            biased;
            () = turn.over() => {
                return Err(Error::bad_request("another request went on with this upload: ask how far it is"));
            }
            received = receive_up_to(&mut receiving, upload.size, bytes) => received?,
        }
        let progress = Progress { upload, received: receiving.length(), expires_at };
        let is_whole = progress.received == progress.upload.size;
        if !is_whole {
            // What the answer says is here stays here.
            receiving.sync().await?;
        }
        drop(receiving);
        failpoint!("upload-received");
        if is_whole { self.finish(caller, progress).await } else { Ok(progress) }
    }

    /// Takes a whole file in one go. If it is cut, nothing is left of it.
    ///
    /// # Errors
    /// `bad_request`, `too_large`, `rate_limited`, `storage_full`.
    pub async fn put_file<E>(
        &self,
        caller: &Caller,
        origin: &Origin,
        new: NewUpload,
        bytes: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
    ) -> Result<Attachment> {
        let size = new.size;
        let progress = self.begin_upload(caller, origin, new).await?;
        if size == Some(0) {
            return Ok(progress.upload);
        }
        let id = progress.upload.id;
        let abandoned = Abandoned { chat: self.clone(), caller: caller.clone(), id: Some(id) };
        let most = size.unwrap_or(self.limits().upload_bytes.unwrap_or(u64::MAX).min(self.most_bytes()));
        let mut receiving = Receiving::open(self.uploads(), id).await?;
        receive_up_to(&mut receiving, most, bytes).await.map_err(|error| match error.code {
            ErrorCode::TooLarge if size.is_none() => self.too_large(),
            _ => error,
        })?;
        let received = receiving.length();
        drop(receiving);
        if size.is_some_and(|size| size != received) {
            return Err(ended_early());
        }
        let upload = Attachment { size: received, ..progress.upload.clone() };
        let finished = self.finish(caller, Progress { upload, received, ..progress }).await?;
        abandoned.keep();
        Ok(finished.upload)
    }

    /// Finishes an upload of which all bytes are there: they are on the disk for good, and the store knows, once this returns.
    /// Goes on to the end also when nobody waits for it any more.
    pub(super) async fn finish(&self, caller: &Caller, progress: Progress) -> Result<Progress> {
        let (chat, caller) = (self.clone(), caller.clone());
        tokio::spawn(async move { chat.place(&caller, progress).await }).await.map_err(Error::internal)?
    }

    async fn place(&self, caller: &Caller, progress: Progress) -> Result<Progress> {
        let uploads = self.uploads();
        let Progress { upload, received, .. } = progress;
        let id = upload.id;
        let resumed = uploads.recall(id);
        let looked_at = uploads.work(move |files| {
            let partial = files.go_on(id, resumed)?;
            if partial.length() != received {
                return Ok(None);
            }
            let hash = partial.sync()?;
            Ok(Some((hash, files::sniff(partial.read()?)?)))
        });
        let Some((hash, kind)) = looked_at.await? else { return self.finished_elsewhere(caller, id).await };
        failpoint!("file-synced");
        let Kind { media_type, size } = kind;
        // What the uploader said of its size counts if the file says the same.
        let size = size.filter(|size| (upload.width, upload.height) == (Some(size.0), Some(size.1)));
        let (width, height) = (size.map(|size| size.0), size.map(|size| size.1));
        let upload = Attachment { media_type: media_type.to_owned(), width, height, ..upload };
        let places = uploads.places.lock().await;
        let placed = uploads.work(move |files| files.place(id, hash)).await?;
        failpoint!("file-placed");
        let stored = self.store().finish_upload(caller.user, upload.clone(), hash, self.most_bytes()).await;
        failpoint!("upload-finished");
        match (&stored, placed) {
            (Err(_), Placed::New) => uploads.work(move |files| files.take_back(id, hash)).await?,
            (Err(_), Placed::Known) => {}
            (Ok(_), _) => uploads.work(move |files| files.discard(id)).await?,
        }
        drop(places);
        Ok(Progress { upload, received, expires_at: stored? })
    }

    /// The bytes of an upload are no longer where they arrived: another request finished it, or gave it up.
    async fn finished_elsewhere(&self, caller: &Caller, id: UploadId) -> Result<Progress> {
        self.uploads().work(move |files| files.discard(id)).await?;
        let UploadState { attachment: upload, is_whole, expires_at } = self.store().upload(caller.user, id).await?;
        let received = upload.size;
        if is_whole { Ok(Progress { upload, received, expires_at }) } else { Err(elsewhere(0)) }
    }
}

async fn receive_up_to<E>(
    receiving: &mut Receiving<'_>,
    most: u64,
    bytes: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
) -> Result<()> {
    let mut bytes = std::pin::pin!(bytes);
    loop {
        let next = timeout(PATIENCE, bytes.next()).await;
        let next = next.map_err(|_| Error::bad_request("the file did not come in time: go on with it"))?;
        let Some(piece) = next else { return Ok(()) };
        let piece = piece.map_err(|_| ended_early())?;
        if piece.len() as u64 > most.saturating_sub(receiving.length()) {
            return Err(Error::new(ErrorCode::TooLarge, "more bytes came than the upload was said to have"));
        }
        receiving.write(piece).await?;
    }
}

/// An upload that goes if it is not kept.
struct Abandoned {
    chat: Chat,
    caller: Caller,
    id: Option<UploadId>,
}

impl Abandoned {
    fn keep(mut self) {
        self.id = None;
    }
}

impl Drop for Abandoned {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let (chat, caller) = (self.chat.clone(), self.caller.clone());
        tokio::spawn(async move {
            // First its bytes: a disk that they filled has no room for noting that it is gone.
            let discarded = chat.uploads().work(move |files| files.discard(id)).await;
            if let Err(failure) = discarded.and(chat.end_upload(&caller, id).await) {
                // It expires by itself.
                tracing::debug!(%failure, "an upload that was cut stays for a day");
            }
        });
    }
}

fn ended_early() -> Error {
    Error::bad_request("the file ended early")
}

fn elsewhere(received: u64) -> Error {
    Error::new(ErrorCode::IdConflict, format!("{received} bytes are here: go on from there"))
}
