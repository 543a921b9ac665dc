//! Messages that are older than their room or the server keeps them.

use rusqlite::{Connection, named_params};
use uuid::Uuid;

use super::engine::writer::{self, Tx};
use crate::store::{EXPIRED_AT_ONCE, Expired, Expiry, Result, RowId, steps::Retention};

/// What makes a message too old. The limit of its room goes before that of the server, whichever is longer; 0 means no limit. What is
/// pinned stays if either asks for it. What was said in a removed room is erased otherwise.
const EXPIRED: &str = "NOT message.deleted
    AND message.sent_at < :now
        - CASE room.retention_days WHEN 0 THEN NULL ELSE coalesce(room.retention_days * 86400000, :keep) END
    AND NOT ((:keep_pinned OR room.retention_keeps_pinned)
             AND EXISTS (SELECT 1 FROM pin WHERE pin.message = message.id))
    AND NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = message.room)";

/// Some of the messages that are too old, from after a row on.
pub(super) fn expired(db: &Connection, expiry: Expiry, after: RowId) -> Result<Vec<Expired>> {
    // Each room is looked up for its messages, not the other way round: so they come in their order.
    let sql = format!(
        "SELECT message.id, message.uuid FROM message CROSS JOIN room ON room.id = message.room
         WHERE message.id > :after AND {EXPIRED} ORDER BY message.id LIMIT {EXPIRED_AT_ONCE}"
    );
    let (now, keep) = limits(expiry);
    let read = |row: &rusqlite::Row<'_>| Ok(Expired { row: row.get(0)?, id: row.get::<_, Uuid>(1)?.into() });
    let mut find = db.prepare_cached(&sql)?;
    let found = find.query_map(
        named_params! { ":after": after, ":now": now, ":keep": keep, ":keep_pinned": expiry.keep_pinned },
        read,
    )?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

impl Retention for Tx<'_> {
    fn is_expired(&mut self, message: RowId, expiry: Expiry) -> Result<bool> {
        let sql = format!(
            "SELECT 1 FROM message JOIN room ON room.id = message.room WHERE message.id = :message AND {EXPIRED}"
        );
        let (now, keep) = limits(expiry);
        let mut find = self.db.prepare_cached(&sql)?;
        Ok(find.exists(
            named_params! { ":message": message, ":now": now, ":keep": keep, ":keep_pinned": expiry.keep_pinned },
        )?)
    }
}

/// The time, and how long the server keeps messages; both in milliseconds.
fn limits(expiry: Expiry) -> (i64, Option<i64>) {
    let keep = expiry.keep.map(|keep| i64::try_from(keep.as_millis()).unwrap_or(i64::MAX));
    (writer::now().millis(), keep)
}
