//! Removing a room: at once for all who see it, and its messages some at a time.

use chat_protocol::{RoomId, RoomKind};

use super::unique;
use crate::store::{
    Notice, Result, RowId,
    access::Access,
    postgres::{engine::transaction::Tx, rows},
};

/// Messages of removed rooms that are deleted at once: some milliseconds in which no one else writes.
const ERASED_AT_ONCE: i64 = 500;

/// Takes a room from all lists, and has what is in it erased later.
pub(super) fn remove(tx: &mut Tx<'_>, access: &Access) -> Result<()> {
    let (db, room, id) = (tx.db, access.row(), access.id().uuid());
    db.execute(
        "INSERT INTO deleted_room (account, uuid) SELECT account, $2 FROM member WHERE room = $1 AND joined",
        &[&room, &id],
    )?;
    if access.kind() != RoomKind::Public {
        // Nobody is in it any more who may read what was done there.
        db.execute("UPDATE audit SET detail = NULL WHERE room = $1", &[&id])?;
    }
    db.execute("INSERT INTO removed_room (room) VALUES ($1)", &[&room])?;
    let nobodys = RoomId::now_v7();
    db.execute(
        "UPDATE room SET uuid = $2, name = '', topic = '', kind = 'private', private_name = NULL, canonical = $3,
                skeleton = $3, cased_skeleton = $3, members = 0 WHERE id = $1",
        &[&room, &nobodys.uuid(), &unique(nobodys, RoomKind::Private, "")],
    )?;
    db.execute("UPDATE hook SET secret = NULL WHERE room = $1", &[&room])?;
    if db.execute("DELETE FROM webhook WHERE room = $1", &[&room])? > 0 {
        tx.notices.push(Notice::Webhooks);
    }
    for table in ["member", "restriction", "slow_message", "mention", "room_mention", "pin", "report"] {
        db.execute(&format!("DELETE FROM {table} WHERE room = $1"), &[&room])?;
    }
    Ok(())
}

/// Erases a part of a removed room; false if there is none.
pub(super) fn erase_some(tx: &mut Tx<'_>) -> Result<bool> {
    let db = tx.db;
    let Some(removed) = db.query_opt("SELECT room FROM removed_room ORDER BY room LIMIT 1", &[])? else {
        return Ok(false);
    };
    let room: RowId = removed.try_get(0)?;
    let erased = db.query(
        "DELETE FROM event WHERE room = $1
           AND seq IN (SELECT seq FROM event WHERE room = $1 ORDER BY seq LIMIT $2) RETURNING message",
        &[&room, &ERASED_AT_ONCE],
    )?;
    let messages: Vec<RowId> = rows::firsts::<Option<RowId>>(&erased)?.into_iter().flatten().collect();
    for statement in [
        "DELETE FROM search_entry WHERE message = ANY($1)",
        "DELETE FROM upload WHERE message = ANY($1)",
        "DELETE FROM thread_author WHERE root IN (SELECT uuid FROM message WHERE id = ANY($1))",
        "DELETE FROM thread_follow WHERE root IN (SELECT uuid FROM message WHERE id = ANY($1))",
        "DELETE FROM thread WHERE root IN (SELECT uuid FROM message WHERE id = ANY($1))",
        "DELETE FROM edit WHERE message = ANY($1)",
        "DELETE FROM reaction WHERE message = ANY($1)",
        "DELETE FROM reaction_count WHERE message = ANY($1)",
        "DELETE FROM message WHERE id = ANY($1)",
    ] {
        db.execute(statement, &[&messages])?;
    }
    if erased.is_empty() {
        for statement in [
            "DELETE FROM command WHERE room = $1",
            "DELETE FROM removed_room WHERE room = $1",
            "DELETE FROM room WHERE id = $1",
        ] {
            db.execute(statement, &[&room])?;
        }
    }
    Ok(true)
}
