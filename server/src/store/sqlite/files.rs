//! Files that were uploaded, and the messages that carry them. Which files are to be deleted is noted by a trigger, whatever
//! deletes the row that named them.

use std::collections::HashSet;

use chat_protocol::{Attachment, RoomId, Timestamp, UploadId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{access, engine::writer::Tx};
use crate::{
    files::{FileHash, UNKNOWN},
    store::{
        Result, RowId,
        steps::{FileRows, UNUSED, Upload, Uploads},
    },
};

/// Uploads or files that are deleted in one go.
const AT_ONCE: usize = 100;

/// Columns of [`attachment`].
const ATTACHMENT: &str = "uuid, name, size, type, width, height, preview";
/// The column after them.
const AFTER: usize = 7;

fn attachment(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    Ok(Attachment {
        id: row.get::<_, Uuid>(0)?.into(),
        name: row.get(1)?,
        size: row.get(2)?,
        media_type: row.get::<_, Option<String>>(3)?.unwrap_or_else(|| UNKNOWN.to_owned()),
        width: row.get(4)?,
        height: row.get(5)?,
        preview: row.get::<_, Option<Uuid>>(6)?.map(Into::into),
    })
}

/// The files of a message, in their order.
pub(super) fn of_message(db: &Connection, message: RowId) -> Result<Vec<Attachment>> {
    let sql = format!("SELECT {ATTACHMENT} FROM upload WHERE message = ? AND place IS NOT NULL ORDER BY place");
    let mut find = db.prepare_cached(&sql)?;
    let found = find.query_map([message], attachment)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Gives a message its files, which were checked, and their previews.
pub(super) fn attach(db: &Connection, message: RowId, attachments: &[Attachment]) -> Result<()> {
    let mut attach = db.prepare_cached(
        "UPDATE upload SET message = ?2, place = ?3, preview = ?4, expires_at = NULL WHERE uuid = ?1",
    )?;
    for (place, Attachment { id, preview, .. }) in attachments.iter().enumerate() {
        attach.execute(params![id.uuid(), message, place, preview.map(UploadId::uuid)])?;
        if let Some(preview) = preview {
            attach.execute(params![preview.uuid(), message, None::<u64>, None::<Uuid>])?;
        }
    }
    db.prepare_cached("UPDATE message SET extras = extras | 4 WHERE id = ?")?.execute([message])?;
    Ok(())
}

/// Takes its files from a message that is deleted.
pub(super) fn detach(db: &Connection, message: RowId) -> Result<()> {
    db.prepare_cached("DELETE FROM upload WHERE message = ?")?.execute([message])?;
    Ok(())
}

/// The upload of an id.
pub(super) fn find(db: &Connection, id: UploadId) -> Result<Option<Upload>> {
    let sql = format!(
        "SELECT {ATTACHMENT}, user, hash, (SELECT room.uuid FROM message JOIN room ON room.id = message.room
                                           WHERE message.id = upload.message), expires_at FROM upload WHERE uuid = ?"
    );
    let found = db
        .prepare_cached(&sql)?
        .query_row([id.uuid()], |row| {
            let (user, hash) = (row.get(AFTER)?, row.get::<_, Option<[u8; 32]>>(AFTER + 1)?.map(FileHash));
            let room = row.get::<_, Option<Uuid>>(AFTER + 2)?.map(RoomId::from);
            let expires_at = row.get::<_, Option<i64>>(AFTER + 3)?.map(Timestamp::from_millis);
            Ok((attachment(row)?, user, hash, room, expires_at))
        })
        .optional()?;
    let Some((attachment, user, hash, room, expires_at)) = found else { return Ok(None) };
    let place = room.map(|room| access::place(db, &room.into(), None)).transpose()?;
    Ok(Some(Upload { user, attachment, hash, place, expires_at }))
}

impl FileRows for Connection {
    fn freed_files(&self) -> Result<Vec<FileHash>> {
        let mut find = self.prepare_cached("SELECT hash FROM freed_file LIMIT ?")?;
        let found = find.query_map([AT_ONCE], |row| row.get(0).map(FileHash))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    fn used_files(&self, files: &[FileHash]) -> Result<HashSet<FileHash>> {
        let mut find = self.prepare_cached("SELECT 1 FROM upload WHERE hash = ?")?;
        let mut used = HashSet::new();
        for file in files {
            if find.exists([file.0])? {
                used.insert(*file);
            }
        }
        Ok(used)
    }

    fn arriving_uploads(&self, ids: &[UploadId]) -> Result<HashSet<UploadId>> {
        let mut find = self.prepare_cached("SELECT 1 FROM upload WHERE uuid = ? AND hash IS NULL")?;
        let mut arriving = HashSet::new();
        for id in ids {
            if find.exists([id.uuid()])? {
                arriving.insert(*id);
            }
        }
        Ok(arriving)
    }
}

impl Uploads for Tx<'_> {
    fn insert_upload(&mut self, user: RowId, upload: &Attachment) -> Result<Timestamp> {
        let expires_at = self.now + UNUSED;
        let Attachment { id, name, size, width, height, preview, .. } = upload;
        self.db
            .prepare_cached(
                "INSERT INTO upload (uuid, user, name, size, width, height, preview, expires_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                id.uuid(),
                user,
                name,
                size,
                width,
                height,
                preview.map(UploadId::uuid),
                expires_at.millis()
            ])?;
        Ok(expires_at)
    }

    fn stored_bytes(&mut self, user: RowId) -> Result<u64> {
        let mut sum = self.db.prepare_cached("SELECT coalesce(sum(size), 0) FROM upload WHERE user = ?")?;
        Ok(sum.query_row([user], |row| row.get(0))?)
    }

    fn finish_upload(&mut self, upload: &Attachment, hash: &FileHash) -> Result<Timestamp> {
        let expires_at = self.now + UNUSED;
        let Attachment { id, size, media_type, width, height, .. } = upload;
        self.db
            .prepare_cached(
                "UPDATE upload SET size = ?, hash = ?, type = ?, width = ?, height = ?, expires_at = ? WHERE uuid = ?",
            )?
            .execute(params![size, hash.0, media_type, width, height, expires_at.millis(), id.uuid()])?;
        Ok(expires_at)
    }

    fn delete_upload(&mut self, id: UploadId) -> Result<()> {
        self.db.prepare_cached("DELETE FROM upload WHERE uuid = ?")?.execute([id.uuid()])?;
        Ok(())
    }

    fn delete_expired_uploads(&mut self) -> Result<Vec<UploadId>> {
        let mut find = self
            .db
            .prepare_cached("SELECT uuid FROM upload WHERE expires_at IS NOT NULL AND expires_at < ? LIMIT ?")?;
        let expired = find.query_map(params![self.now.millis(), AT_ONCE], |row| Ok(row.get::<_, Uuid>(0)?.into()))?;
        let expired = expired.collect::<rusqlite::Result<Vec<UploadId>>>()?;
        expired.iter().try_for_each(|id| self.delete_upload(*id))?;
        Ok(expired)
    }

    fn forget_freed(&mut self, files: &[FileHash]) -> Result<()> {
        let mut forget = self.db.prepare_cached("DELETE FROM freed_file WHERE hash = ?")?;
        files.iter().try_for_each(|file| forget.execute([file.0]).map(drop))?;
        Ok(())
    }
}
