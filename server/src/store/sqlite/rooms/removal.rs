//! Removing a room: at once for all who see it, and its messages some at a time.

use chat_protocol::{RoomId, RoomKind};
use rusqlite::{OptionalExtension as _, params};

use super::unique;
use crate::store::{
    Notice, Result,
    access::Access,
    sqlite::{engine::writer::Tx, files, search},
};

/// Messages of removed rooms that are deleted at once: some milliseconds of the writer's time.
const ERASED_AT_ONCE: i64 = 500;

/// Takes a room from all lists, and has what is in it erased later.
pub(super) fn remove(tx: &mut Tx<'_>, access: &Access) -> Result<()> {
    let room = access.row();
    let (id, is_public) = (access.id().uuid(), access.kind() == RoomKind::Public);
    tx.db
        .prepare_cached("INSERT INTO deleted_room (user, uuid) SELECT user, ?2 FROM member WHERE room = ?1 AND joined")?
        .execute(params![room, id])?;
    if !is_public {
        // Nobody is in it any more who may read what was done there.
        tx.db.prepare_cached("UPDATE audit SET detail = NULL WHERE room = ?")?.execute([id])?;
    }
    tx.db
        .prepare_cached("INSERT INTO removed_room (room, was_public) VALUES (?, ?)")?
        .execute(params![room, is_public])?;
    let nobodys = RoomId::now_v7();
    tx.db
        .prepare_cached(
            "UPDATE room SET uuid = ?2, name = '', topic = '', kind = 'private', private_name = NULL, canonical = ?3,
                    skeleton = ?3, cased_skeleton = ?3, members = 0 WHERE id = ?1",
        )?
        .execute(params![room, nobodys.uuid(), unique(nobodys, RoomKind::Private, "")])?;
    tx.db.prepare_cached("UPDATE hook SET secret = NULL WHERE room = ?")?.execute([room])?;
    if tx.db.prepare_cached("DELETE FROM webhook WHERE room = ?")?.execute([room])? > 0 {
        tx.notices.push(Notice::Webhooks);
    }
    for table in ["member", "restriction", "slow_message", "mention", "room_mention", "pin", "report"] {
        tx.db.prepare_cached(&format!("DELETE FROM {table} WHERE room = ?"))?.execute([room])?;
    }
    Ok(())
}

/// Erases a part of a removed room; false if there is none.
pub(super) fn erase_some(tx: &mut Tx<'_>) -> Result<bool> {
    let room: Option<i64> =
        tx.db.prepare_cached("SELECT room FROM removed_room LIMIT 1")?.query_row([], |row| row.get(0)).optional()?;
    let Some(room) = room else { return Ok(false) };
    tx.erases = true;
    tx.deferred.flush(tx.db)?;
    let mut find = tx.db.prepare_cached("SELECT seq, message FROM event WHERE room = ? ORDER BY seq LIMIT ?")?;
    let found = find.query_map([room, ERASED_AT_ONCE], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(i64, Option<i64>)> = found.collect::<rusqlite::Result<_>>()?;
    for (seq, message) in &found {
        if let Some(message) = message {
            search::remove(tx.db, *message)?;
            files::detach(tx.db, *message)?;
            for statement in [
                "DELETE FROM thread_author WHERE root = (SELECT uuid FROM message WHERE id = ?)",
                "DELETE FROM thread_follow WHERE root = (SELECT uuid FROM message WHERE id = ?)",
                "DELETE FROM thread WHERE root = (SELECT uuid FROM message WHERE id = ?)",
                "DELETE FROM edit WHERE message = ?",
                "DELETE FROM reaction WHERE message = ?",
                "DELETE FROM reaction_count WHERE message = ?",
                "DELETE FROM message WHERE id = ?",
            ] {
                tx.db.prepare_cached(statement)?.execute([message])?;
            }
        }
        tx.db.prepare_cached("DELETE FROM event WHERE room = ? AND seq = ?")?.execute([room, *seq])?;
    }
    search::forget_end(tx.db)?;
    if found.is_empty() {
        for statement in [
            // The next room may get this row: nothing of this one may be left for it.
            "DELETE FROM command WHERE room = ?",
            "DELETE FROM removed_room WHERE room = ?",
            "DELETE FROM room WHERE id = ?",
        ] {
            tx.db.prepare_cached(statement)?.execute([room])?;
        }
    }
    Ok(true)
}
