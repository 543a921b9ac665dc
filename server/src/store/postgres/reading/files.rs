//! Uploads and files, as those ask for them who tidy up.

use std::collections::HashSet;

use chat_protocol::UploadId;
use uuid::Uuid;

use crate::{
    files::FileHash,
    store::{
        Result,
        postgres::{engine::connection::Db, files::AT_ONCE, rows},
        steps::FileRows,
    },
};

impl FileRows for Db {
    fn freed_files(&self) -> Result<Vec<FileHash>> {
        let found = self.query("SELECT hash FROM freed_file LIMIT $1", &[&AT_ONCE])?;
        found.iter().map(|row| Ok(FileHash(rows::hash(row, 0)?))).collect()
    }

    fn used_files(&self, files: &[FileHash]) -> Result<HashSet<FileHash>> {
        let hashes: Vec<&[u8]> = files.iter().map(|file| file.0.as_slice()).collect();
        let found = self.query("SELECT DISTINCT hash FROM upload WHERE hash = ANY($1)", &[&hashes])?;
        found.iter().map(|row| Ok(FileHash(rows::hash(row, 0)?))).collect()
    }

    fn arriving_uploads(&self, ids: &[UploadId]) -> Result<HashSet<UploadId>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let found = self.query("SELECT uuid FROM upload WHERE uuid = ANY($1) AND hash IS NULL", &[&ids])?;
        found.iter().map(|row| rows::id(row, 0)).collect()
    }
}
