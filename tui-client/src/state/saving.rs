//! Files of messages that are being saved to this machine, and where those are that were.

use std::collections::HashMap;

use chat_protocol::UploadId;

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Saving {
    /// How many bytes have come.
    under_way: HashMap<UploadId, u64>,
    paths: HashMap<UploadId, String>,
}

impl Saving {
    /// So many bytes of a file have come. Without a beginning they mean nothing: it was stopped.
    pub(crate) fn came(&mut self, file: UploadId, bytes: u64) {
        if let Some(known) = self.under_way.get_mut(&file) {
            *known = bytes;
        }
    }

    pub(crate) fn begin(&mut self, file: UploadId) {
        self.under_way.insert(file, 0);
    }

    /// Nothing more comes.
    pub(crate) fn end(&mut self, file: UploadId) {
        self.under_way.remove(&file);
    }

    /// How much of a file has come, while it comes.
    pub(crate) fn bytes(&self, file: UploadId) -> Option<u64> {
        self.under_way.get(&file).copied()
    }

    pub(crate) fn is_at(&mut self, file: UploadId, path: String) {
        self.paths.insert(file, path);
    }

    /// Where a file was saved since the start.
    pub(crate) fn path(&self, file: UploadId) -> Option<&str> {
        self.paths.get(&file).map(String::as_str)
    }
}
