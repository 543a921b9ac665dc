//! Files that were uploaded, and the messages that carry them.

use std::time::Duration;

use chat_protocol::{Attachment, Timestamp, UploadId};

use crate::{
    files::FileHash,
    store::{Result, RowId, access::Place},
};

/// How long an upload is kept that no message carries, from its beginning and again from its end on.
pub(in crate::store) const UNUSED: Duration = Duration::from_secs(24 * 60 * 60);

/// An upload.
#[derive(Debug, Clone)]
pub(in crate::store) struct Upload {
    /// Whose.
    pub(in crate::store) user: RowId,
    /// As a message shows it. Until all bytes are there its size is what was said, and its type unknown.
    pub(in crate::store) attachment: Attachment,
    /// There once all bytes are.
    pub(in crate::store) hash: Option<FileHash>,
    /// The room of the message that carries it, if one does.
    pub(in crate::store) place: Option<Place>,
    /// When it goes, unless a message carries it.
    pub(in crate::store) expires_at: Option<Timestamp>,
}

/// The steps on files.
pub(in crate::store) trait Uploads {
    /// Notes that a user begins an upload. Gives when it goes, if no message carries it by then.
    fn insert_upload(&mut self, user: RowId, upload: &Attachment) -> Result<Timestamp>;
    /// Bytes of all files of a user, as far as that is known.
    fn stored_bytes(&mut self, user: RowId) -> Result<u64>;
    /// Notes that all bytes of an upload are there, and what they are. Gives when it goes, likewise.
    fn finish_upload(&mut self, upload: &Attachment, hash: &FileHash) -> Result<Timestamp>;
    /// Deletes an upload.
    fn delete_upload(&mut self, id: UploadId) -> Result<()>;
    /// Deletes uploads that no message carries and whose time is over, some at a time. Gives which.
    fn delete_expired_uploads(&mut self) -> Result<Vec<UploadId>>;
    /// Notes that files were deleted that were to be, or are used again.
    fn forget_freed(&mut self, files: &[FileHash]) -> Result<()>;
}
