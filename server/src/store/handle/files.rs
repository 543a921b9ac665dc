//! Files that were uploaded, and the messages that carry them.

use std::collections::HashSet;

use chat_protocol::{Attachment, Timestamp, UploadId, UserId};

use super::Store;
use crate::{
    files::FileHash,
    store::{NewUploadRow, Result, UploadState, operation},
};

impl Store {
    /// Begins an upload. Gives when it goes, if no message carries it by then.
    ///
    /// # Errors
    /// `TooManyBytes`, `BadUpload`.
    pub async fn begin_upload(&self, new: NewUploadRow) -> Result<Timestamp> {
        self.write(move |tx| operation::files::begin(tx, &new)).await
    }

    /// How far an upload of a user is.
    ///
    /// # Errors
    /// `NoUpload`.
    pub async fn upload(&self, user: UserId, id: UploadId) -> Result<UploadState> {
        self.read(move |db| operation::files::state(db, user, id)).await
    }

    /// Notes that all bytes of an upload are there, and what they are. The user may have at most so many. Gives when it goes,
    /// likewise; nothing, if a message carries it already.
    ///
    /// # Errors
    /// `NoUpload`, `TooManyBytes`.
    pub async fn finish_upload(
        &self,
        user: UserId,
        upload: Attachment,
        hash: FileHash,
        most_bytes: u64,
    ) -> Result<Option<Timestamp>> {
        self.write(move |tx| operation::files::finish(tx, user, &upload, &hash, most_bytes)).await
    }

    /// Deletes an upload that no message carries.
    ///
    /// # Errors
    /// `NoUpload`, `UsedUpload`.
    pub async fn remove_upload(&self, user: UserId, id: UploadId) -> Result<()> {
        self.write(move |tx| operation::files::remove(tx, user, id)).await
    }

    /// A file, for somebody; `None` has no token.
    ///
    /// # Errors
    /// `NoUpload`.
    pub async fn file(&self, reader: Option<UserId>, id: UploadId) -> Result<(Attachment, FileHash)> {
        self.read(move |db| operation::files::find(db, reader, id)).await
    }

    /// Deletes some of the uploads that no message carries in time. Gives which.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn delete_expired_uploads(&self) -> Result<Vec<UploadId>> {
        self.write(|tx| tx.delete_expired_uploads()).await
    }

    /// Some of the files that may be deleted.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn freed_files(&self) -> Result<Vec<FileHash>> {
        self.read(|db| db.freed_files()).await
    }

    /// Notes that files were deleted that were to be, or are used again.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn forget_freed(&self, files: Vec<FileHash>) -> Result<()> {
        self.write(move |tx| tx.forget_freed(&files)).await
    }

    /// Those of these files that an upload names.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn used_files(&self, files: Vec<FileHash>) -> Result<HashSet<FileHash>> {
        self.read(move |db| db.used_files(&files)).await
    }

    /// Those of these uploads that are still arriving.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn arriving_uploads(&self, ids: Vec<UploadId>) -> Result<HashSet<UploadId>> {
        self.read(move |db| db.arriving_uploads(&ids)).await
    }
}
