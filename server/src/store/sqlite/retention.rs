//! Messages that are older than the server keeps them.

use rusqlite::params;
use uuid::Uuid;

use super::{Store, engine::writer};
use crate::store::{Expired, Expiry, Result, RowId, operation};

/// Messages that are deleted in one transaction: some milliseconds of the writer's time.
const AT_ONCE: i64 = 64;

impl Store {
    /// Some of the messages that are too old, from after a row on; none if there are no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn expired_messages(&self, expiry: Expiry, after: RowId) -> Result<Vec<Expired>> {
        self.read(move |db| {
            let kept_since = writer::now().millis() - i64::try_from(expiry.keep.as_millis()).unwrap_or(i64::MAX);
            let mut find = db.prepare_cached(
                "SELECT id, uuid FROM message WHERE id > ?1 AND NOT deleted AND sent_at < ?2
                    AND NOT (?3 AND EXISTS (SELECT 1 FROM pin WHERE pin.message = message.id))
                    AND NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = message.room)
                 ORDER BY id LIMIT ?4",
            )?;
            let read = |row: &rusqlite::Row<'_>| Ok(Expired { row: row.get(0)?, id: row.get::<_, Uuid>(1)?.into() });
            let found = find.query_map(params![after, kept_since, expiry.keep_pinned, AT_ONCE], read)?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Deletes them as their authors could. Gives how many were deleted.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn delete_expired(&self, expiry: Expiry, found: Vec<Expired>) -> Result<u64> {
        self.write(move |tx| operation::retention::delete_expired(tx, expiry, &found)).await
    }
}
