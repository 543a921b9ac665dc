//! Messages that are older than their room or the server keeps them, on PostgreSQL.

use super::{
    engine::{connection::Db, transaction::Tx},
    rows,
};
use crate::store::{EXPIRED_AT_ONCE, Expired, Expiry, Result, RowId, steps::Retention};

/// What makes a message too old. The limit of its room goes before that of the server (`$2`), whichever is longer; 0 means no limit. What
/// is pinned stays if the room or the server (`$3`) asks for it. What was said in a removed room is erased otherwise.
fn is_too_old() -> String {
    format!(
        "NOT message.deleted
         AND message.sent_at < {}
             - CASE room.retention_days WHEN 0 THEN NULL
                    ELSE coalesce(room.retention_days::bigint * 86400000, $2::bigint) END
         AND NOT (($3 OR room.retention_keeps_pinned) AND EXISTS (SELECT 1 FROM pin WHERE pin.message = message.id))
         AND NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = message.room)",
        rows::NOW
    )
}

/// Some of the messages that are too old, from after a row on, in order.
pub(super) fn expired(db: &Db, expiry: Expiry, after: RowId) -> Result<Vec<Expired>> {
    let sql = format!(
        "SELECT message.id, message.uuid FROM message JOIN room ON room.id = message.room
         WHERE message.id > $1 AND {} ORDER BY message.id LIMIT {EXPIRED_AT_ONCE}",
        is_too_old()
    );
    let found = db.query(&sql, &[&after, &keep(expiry), &expiry.keep_pinned])?;
    found.iter().map(|row| Ok(Expired { row: row.try_get(0)?, id: rows::id(row, 1)? })).collect()
}

impl Retention for Tx<'_> {
    fn is_expired(&mut self, message: RowId, expiry: Expiry) -> Result<bool> {
        let sql = format!(
            "SELECT 1 FROM message JOIN room ON room.id = message.room WHERE message.id = $1 AND {}",
            is_too_old()
        );
        Ok(self.db.query_opt(&sql, &[&message, &keep(expiry), &expiry.keep_pinned])?.is_some())
    }
}

/// How long the server keeps messages, in milliseconds.
fn keep(expiry: Expiry) -> Option<i64> {
    expiry.keep.map(|keep| rows::int(keep.as_millis()))
}
