//! Files that were uploaded, and the messages that carry them, on PostgreSQL. Which files are to be deleted is noted by a
//! trigger, whatever deletes the row that named them.

use chat_protocol::{Attachment, RoomId, Timestamp, UploadId};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    access,
    engine::{connection::Db, transaction::Tx},
    rows,
};
use crate::{
    files::{FileHash, UNKNOWN},
    store::{
        Result, RowId,
        steps::{UNUSED, Upload, Uploads},
    },
};

/// Uploads or files that are deleted in one go.
pub(super) const AT_ONCE: i64 = 100;

/// Columns of [`attachment`].
const ATTACHMENT: &str = "uuid, name, size, type, width, height, preview";
/// The column after them.
const AFTER: usize = 7;

fn attachment(row: &Row) -> Result<Attachment> {
    Ok(Attachment {
        id: rows::id(row, 0)?,
        name: row.try_get(1)?,
        size: rows::number(row, 2)?,
        media_type: row.try_get::<_, Option<String>>(3)?.unwrap_or_else(|| UNKNOWN.to_owned()),
        width: rows::maybe_number(row, 4)?,
        height: rows::maybe_number(row, 5)?,
        preview: rows::maybe_id(row, 6)?,
    })
}

/// The files of a message, in their order.
pub(super) fn of_message(db: &Db, message: RowId) -> Result<Vec<Attachment>> {
    let sql = format!("SELECT {ATTACHMENT} FROM upload WHERE message = $1 AND place IS NOT NULL ORDER BY place");
    db.query(&sql, &[&message])?.iter().map(attachment).collect()
}

/// Gives a message its files, which were checked, and their previews.
pub(super) fn attach(db: &Db, message: RowId, attachments: &[Attachment]) -> Result<()> {
    let (mut ids, mut places, mut previews) = (Vec::new(), Vec::new(), Vec::new());
    for (place, Attachment { id, preview, .. }) in (0_i64..).zip(attachments) {
        ids.push(id.uuid());
        places.push(Some(place));
        previews.push(preview.map(UploadId::uuid));
        if let Some(preview) = preview {
            ids.push(preview.uuid());
            places.push(None);
            previews.push(None::<Uuid>);
        }
    }
    db.execute(
        "UPDATE upload SET message = $1, place = file.place, preview = file.preview, expires_at = NULL
         FROM unnest($2::uuid[], $3::bigint[], $4::uuid[]) AS file (uuid, place, preview)
         WHERE upload.uuid = file.uuid",
        &[&message, &ids, &places, &previews],
    )?;
    db.execute("UPDATE message SET extras = extras | 4 WHERE id = $1", &[&message])?;
    Ok(())
}

/// Takes its files from a message that is deleted.
pub(super) fn detach(db: &Db, message: RowId) -> Result<()> {
    db.execute("DELETE FROM upload WHERE message = $1", &[&message])?;
    Ok(())
}

/// The upload of an id.
pub(super) fn find(db: &Db, id: UploadId) -> Result<Option<Upload>> {
    let sql = format!(
        "SELECT {ATTACHMENT}, account, hash, (SELECT room.uuid FROM message JOIN room ON room.id = message.room
                                              WHERE message.id = upload.message), expires_at
         FROM upload WHERE uuid = $1"
    );
    let Some(row) = db.query_opt(&sql, &[&id.uuid()])? else { return Ok(None) };
    let room: Option<RoomId> = rows::maybe_id(&row, AFTER + 2)?;
    Ok(Some(Upload {
        user: row.try_get(AFTER)?,
        attachment: attachment(&row)?,
        hash: rows::maybe_hash(&row, AFTER + 1)?.map(FileHash),
        place: room.map(|room| access::place(db, &room.into(), None)).transpose()?,
        expires_at: rows::maybe_time(&row, AFTER + 3)?,
    }))
}

impl Uploads for Tx<'_> {
    fn insert_upload(&mut self, user: RowId, upload: &Attachment) -> Result<Timestamp> {
        let expires_at = self.now + UNUSED;
        let Attachment { id, name, size, width, height, preview, .. } = upload;
        self.db.execute(
            "INSERT INTO upload (uuid, account, name, size, width, height, preview, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &id.uuid(),
                &user,
                name,
                &rows::int(*size),
                &width.map(rows::int),
                &height.map(rows::int),
                &preview.map(UploadId::uuid),
                &expires_at.millis(),
            ],
        )?;
        Ok(expires_at)
    }

    fn stored_bytes(&mut self, user: RowId) -> Result<u64> {
        let sum = "SELECT coalesce(sum(size), 0)::bigint FROM upload WHERE account = $1";
        rows::number(&self.db.query_one(sum, &[&user])?, 0)
    }

    fn finish_upload(&mut self, upload: &Attachment, hash: &FileHash) -> Result<Timestamp> {
        let expires_at = self.now + UNUSED;
        let Attachment { id, size, media_type, width, height, .. } = upload;
        self.db.execute(
            "UPDATE upload SET size = $2, hash = $3, type = $4, width = $5, height = $6, expires_at = $7 WHERE uuid = $1",
            &[
                &id.uuid(),
                &rows::int(*size),
                &hash.0.as_slice(),
                media_type,
                &width.map(rows::int),
                &height.map(rows::int),
                &expires_at.millis(),
            ],
        )?;
        Ok(expires_at)
    }

    fn delete_upload(&mut self, id: UploadId) -> Result<()> {
        self.db.execute("DELETE FROM upload WHERE uuid = $1", &[&id.uuid()])?;
        Ok(())
    }

    fn delete_expired_uploads(&mut self) -> Result<Vec<UploadId>> {
        rows::ids(&self.db.query(
            "DELETE FROM upload WHERE id IN (SELECT id FROM upload WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)
             RETURNING uuid",
            &[&self.now.millis(), &AT_ONCE],
        )?)
    }

    fn forget_freed(&mut self, files: &[FileHash]) -> Result<()> {
        let hashes: Vec<&[u8]> = files.iter().map(|file| file.0.as_slice()).collect();
        self.db.execute("DELETE FROM freed_file WHERE hash = ANY($1)", &[&hashes])?;
        Ok(())
    }
}
