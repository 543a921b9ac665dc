//! Uploads and files, as those ask for them who tidy up.

use std::collections::HashSet;

use chat_protocol::UploadId;

use crate::{files::FileHash, store::Result};

/// Reads uploads and files.
pub(in crate::store) trait FileRows {
    /// Some of the files that may be deleted.
    fn freed_files(&self) -> Result<Vec<FileHash>>;
    /// Those of these files that an upload names.
    fn used_files(&self, files: &[FileHash]) -> Result<HashSet<FileHash>>;
    /// Those of these uploads that are still arriving.
    fn arriving_uploads(&self, ids: &[UploadId]) -> Result<HashSet<UploadId>>;
}
