//! Members: who is in which room.

use chat_protocol::{RemovalReason, RoomId, User, UserId};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::rows;
use crate::store::{Page, Removal, Result, UserFilter, access::Access, records, steps::Ended};

/// A room's members by name, a part of the list.
pub(super) fn list(db: &Connection, access: &Access, filter: &UserFilter) -> Result<Page<User>> {
    let (online, ids) = match &filter.online {
        Some((online, ids)) => (Some(*online), rows::id_list(ids)),
        None => (None, "[]".to_owned()),
    };
    let sql = format!(
        "SELECT {}, user.canonical FROM member JOIN user ON user.id = member.user
         JOIN room ON room.id = member.room
         WHERE member.room = ?1 AND (joined OR room.kind = 'direct') AND user.canonical > ?2 AND (announced OR ?3 = 1)
           AND (?3 IS NULL OR ?3 = (user.uuid IN (SELECT unhex(value) FROM json_each(?4))))
         ORDER BY user.canonical LIMIT ?5",
        rows::USER
    );
    let after = records::after_name(filter.after.as_deref());
    let found = db
        .prepare_cached(&sql)?
        .query_map(params![access.row(), after, online, ids, filter.limit + 1], |row| {
            Ok((rows::user(row)?, row.get(rows::AFTER_USER)?))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Page::cut(found, filter.limit))
}

/// Those who moderate a room.
pub(super) fn moderators(db: &Connection, access: &Access) -> Result<Vec<UserId>> {
    Ok(db
        .prepare_cached(
            "SELECT user.uuid FROM member JOIN user ON user.id = member.user
             WHERE member.room = ? AND joined AND moderator",
        )?
        .query_map([access.row()], |row| Ok(row.get::<_, Uuid>(0)?.into()))?
        .collect::<rusqlite::Result<Vec<_>>>()?)
}

/// The rooms that a user is a member of, and all direct rooms that they are one of the people of.
pub(super) fn rooms_of(db: &Connection, user: i64) -> Result<Vec<RoomId>> {
    Ok(db
        .prepare_cached(
            "SELECT uuid FROM member JOIN room ON room.id = member.room
             WHERE user = ? AND (joined OR room.kind = 'direct')",
        )?
        .query_map([user], |row| Ok(row.get::<_, Uuid>(0)?.into()))?
        .collect::<rusqlite::Result<Vec<_>>>()?)
}

/// The direct rooms of a user that are not in their list: nothing was said there yet, or they left them.
pub(super) fn direct_rooms_aside(db: &Connection, user: i64) -> Result<Vec<RoomId>> {
    Ok(db
        .prepare_cached(
            "SELECT uuid FROM member JOIN room ON room.id = member.room
             WHERE user = ? AND NOT joined AND room.kind = 'direct'",
        )?
        .query_map([user], |row| Ok(row.get::<_, Uuid>(0)?.into()))?
        .collect::<rusqlite::Result<Vec<_>>>()?)
}

/// How many rooms a user is a member of.
pub(super) fn count_rooms(db: &Connection, user: i64) -> Result<u64> {
    let mut count = db.prepare_cached("SELECT count(*) FROM member WHERE user = ? AND joined")?;
    Ok(count.query_row([user], |row| row.get(0))?)
}

/// The room whose log does not speak of a member yet.
pub(super) fn unannounced_room(db: &Connection, user: i64) -> Result<Option<RoomId>> {
    let mut find = db.prepare_cached(
        "SELECT room.uuid FROM member JOIN room ON room.id = member.room WHERE user = ? AND joined AND NOT announced",
    )?;
    Ok(find.query_row([user], |row| row.get::<_, Uuid>(0)).optional()?.map(RoomId::from))
}

/// Makes a membership that has read up to the end of the room's log.
pub(super) fn insert(db: &Connection, access: &Access, user: i64, announced: bool) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO member (room, user, joined, announced, read_seq, read_messages, read_sent, since)
         SELECT id, ?2, 1, ?3, last_seq, messages, 0, last_seq FROM room WHERE id = ?1
         ON CONFLICT (room, user) DO UPDATE SET joined = 1, announced = max(announced, ?3), since = excluded.since,
            removal = NULL, removed_by = NULL, removal_reason = NULL,
            read_seq = excluded.read_seq, read_messages = excluded.read_messages, read_sent = sent",
    )?
    .execute(params![access.row(), user, announced])?;
    Ok(())
}

/// Notes that the log speaks of a member.
pub(super) fn set_announced(db: &Connection, access: &Access, user: i64) -> Result<()> {
    let mut update = db.prepare_cached("UPDATE member SET announced = 1 WHERE room = ? AND user = ?")?;
    update.execute([access.row(), user])?;
    Ok(())
}

/// Ends a membership, and keeps how.
pub(super) fn remove(db: &Connection, access: &Access, user: i64, ended: &Ended<'_>) -> Result<()> {
    let Ended { why, by, reason } = *ended;
    db.prepare_cached(
        "UPDATE member SET joined = 0, moderator = 0, removal = ?, removed_by = ?, removal_reason = ?
         WHERE room = ? AND user = ?",
    )?
    .execute(params![removal_text(why), by, reason, access.row(), user])?;
    Ok(())
}

/// How a user came to be no longer in a room, if they ever were. That a room was removed is known to those who were in it.
pub(super) fn removal(db: &Connection, room: RoomId, user: i64) -> Result<Removal> {
    let mut find = db.prepare_cached("SELECT 1 FROM deleted_room WHERE user = ? AND uuid = ?")?;
    if find.exists(params![user, room.uuid()])? {
        return Ok(Removal { room, why: RemovalReason::Deleted, by: None, reason: None });
    }
    let mut find = db.prepare_cached(
        "SELECT removal, removal_reason, remover.uuid, remover.name FROM member JOIN room ON room.id = member.room
              LEFT JOIN user AS remover ON remover.id = member.removed_by
         WHERE room.uuid = ? AND member.user = ?",
    )?;
    let found = find.query_row(params![room.uuid(), user], |row| {
        let by = row.get::<_, Option<Uuid>>(2)?.map(|_| rows::user_ref(row, 2)).transpose()?;
        Ok(Removal { room, why: removal_reason(row.get::<_, Option<String>>(0)?.as_deref()), by, reason: row.get(1)? })
    });
    Ok(found.optional()?.unwrap_or(Removal { room, why: RemovalReason::Left, by: None, reason: None }))
}

/// What is kept of those who did not leave by themselves.
const fn removal_text(why: RemovalReason) -> Option<&'static str> {
    match why {
        RemovalReason::Kicked => Some("kicked"),
        RemovalReason::Banned => Some("banned"),
        RemovalReason::Left | RemovalReason::Deleted => None,
    }
}

fn removal_reason(text: Option<&str>) -> RemovalReason {
    match text {
        Some("kicked") => RemovalReason::Kicked,
        Some("banned") => RemovalReason::Banned,
        _ => RemovalReason::Left,
    }
}

/// Changes the number of members that a room tells.
pub(super) fn change_count(db: &Connection, access: &Access, by: i64) -> Result<()> {
    db.prepare_cached("UPDATE room SET members = members + ? WHERE id = ?")?.execute([by, access.row()])?;
    Ok(())
}
