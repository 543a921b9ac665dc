//! What changes messages after they were sent, and the commands that asked for it.

use chat_protocol::{Message, MessageId, Target, Timestamp, api::Edit};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{access, engine::writer::Tx, files, mentions, message_row, rows, search};
use crate::store::{
    Done, Result,
    access::Access,
    steps::{MessageHash, SentMessage},
};

/// The earlier texts of a message, the first one first.
pub(super) fn edits(db: &Connection, message: i64) -> Result<Vec<Edit>> {
    let mut texts = db.prepare_cached("SELECT body, written_at FROM edit WHERE message = ? ORDER BY seq")?;
    let read = |row: &Row<'_>| Ok(Edit { body: row.get(0)?, at: rows::time(row, 1)? });
    Ok(texts.query_map([message], read)?.collect::<rusqlite::Result<_>>()?)
}

/// The pinned messages of a room, the newest pin first.
pub(super) fn pins(db: &Connection, access: &Access) -> Result<Vec<Message>> {
    let mut pinned = db.prepare_cached("SELECT message FROM pin WHERE room = ? ORDER BY seq DESC")?;
    let rows = pinned.query_map([access.row()], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    rows.into_iter().map(|row| message_row::of(db, access, row)).collect()
}

pub(super) fn find_command(db: &Connection, id: MessageId) -> Result<Option<(Done, MessageHash)>> {
    let mut find = db.prepare_cached(
        "SELECT room.uuid, command.seq, command.hash FROM command JOIN room ON room.id = command.room
         WHERE command.id = ? AND NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = room.id)",
    )?;
    let read = |row: &Row<'_>| Ok((Done { room: row.get::<_, Uuid>(0)?.into(), seq: row.get(1)? }, row.get(2)?));
    Ok(find.query_row([id.uuid()], read).optional()?)
}

pub(super) fn insert_command(
    db: &Connection,
    id: MessageId,
    hash: &MessageHash,
    access: &Access,
    seq: u64,
) -> Result<()> {
    let mut insert = db.prepare_cached("INSERT INTO command (id, hash, room, seq) VALUES (?, ?, ?, ?)")?;
    insert.execute(params![id.uuid(), hash, access.row(), seq])?;
    Ok(())
}

pub(super) fn find_sent(db: &Connection, id: MessageId) -> Result<Option<SentMessage>> {
    let found = db
        .prepare_cached(
            "SELECT message.id, message.seq, message.author, message.deleted, room.uuid
             FROM message JOIN room ON room.id = message.room WHERE message.uuid = ?",
        )?
        .query_row([id.uuid()], |row| {
            let target = Target { message_id: id, message_seq: row.get(1)? };
            Ok((row.get(0)?, target, row.get(2)?, row.get(3)?, row.get::<_, Uuid>(4)?))
        })
        .optional()?;
    let Some((row, target, author, deleted, room)) = found else { return Ok(None) };
    let place = access::place(db, &chat_protocol::RoomId::from(room).into(), None)?;
    Ok(Some(SentMessage { row, target, place, author, deleted }))
}

pub(super) fn insert_edit(db: &Connection, message: i64, body: &str, written_at: Timestamp, seq: u64) -> Result<()> {
    let mut insert = db.prepare_cached("INSERT INTO edit (message, written_at, seq, body) VALUES (?, ?, ?, ?)")?;
    insert.execute(params![message, written_at.millis(), seq, body])?;
    Ok(())
}

pub(super) fn replace_text(tx: &Tx<'_>, access: &Access, row: i64, before: &Message, edited: &Message) -> Result<()> {
    search::remove(tx.db, row)?;
    tx.db
        .prepare_cached("UPDATE message SET body = ?, edited_at = ?, mentioned = ?, mentions_room = ? WHERE id = ?")?
        .execute(params![
            edited.body,
            edited.edited_at.map(Timestamp::millis),
            mentions::mentions_to(&edited.mentioned),
            edited.mentions_room,
            row
        ])?;
    search::add(tx.db, row)?;
    mentions::delete_mentions(tx.db, access, before)?;
    mentions::insert_mentions(tx, access, edited)
}

pub(super) fn erase(tx: &mut Tx<'_>, access: &Access, row: i64, before: &Message) -> Result<()> {
    tx.erases = true;
    let db = tx.db;
    search::remove(db, row)?;
    mentions::delete_mentions(db, access, before)?;
    for statement in [
        "UPDATE message SET body = '', mentioned = NULL, mentions_room = 0, deleted = 1, extras = extras & ~5 WHERE id = ?",
        "DELETE FROM edit WHERE message = ?",
        "DELETE FROM reaction WHERE message = ?",
        "DELETE FROM reaction_count WHERE message = ?",
    ] {
        db.prepare_cached(statement)?.execute([row])?;
    }
    if !before.attachments.is_empty() {
        files::detach(db, row)?;
    }
    Ok(())
}

pub(super) fn remove_reply(db: &Connection, root: MessageId, author: i64) -> Result<()> {
    let root = root.uuid();
    db.prepare_cached("UPDATE thread_author SET count = count - 1 WHERE root = ? AND user = ?")?
        .execute(params![root, author])?;
    db.prepare_cached(
        "UPDATE thread SET count = count - 1,
             last_seq = coalesce((SELECT seq FROM message WHERE thread = ?1 AND NOT deleted ORDER BY seq DESC LIMIT 1), 0),
             last_at = coalesce((SELECT sent_at FROM message WHERE thread = ?1 AND NOT deleted
                                 ORDER BY seq DESC LIMIT 1), 0)
         WHERE root = ?1",
    )?
    .execute([root])?;
    Ok(())
}

pub(super) fn has_reacted(db: &Connection, message: i64, emoji: &str, user: i64) -> Result<bool> {
    let mut find = db.prepare_cached("SELECT 1 FROM reaction WHERE message = ? AND emoji = ? AND user = ?")?;
    Ok(find.exists(params![message, emoji, user])?)
}

pub(super) fn count_reactions(db: &Connection, message: i64, emoji: &str) -> Result<(u64, usize)> {
    let mut count = db.prepare_cached(
        "SELECT coalesce(max(count) FILTER (WHERE emoji = ?2), 0), count(*) FROM reaction_count WHERE message = ?1",
    )?;
    Ok(count.query_row(params![message, emoji], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

pub(super) fn insert_reaction(db: &Connection, message: i64, emoji: &str, user: i64, seq: u64) -> Result<()> {
    db.prepare_cached("INSERT INTO reaction (message, emoji, seq, user) VALUES (?, ?, ?, ?)")?
        .execute(params![message, emoji, seq, user])?;
    db.prepare_cached(
        "INSERT INTO reaction_count (message, emoji, seq, count) VALUES (?, ?, ?, 1)
         ON CONFLICT (message, emoji) DO UPDATE SET count = count + 1",
    )?
    .execute(params![message, emoji, seq])?;
    db.prepare_cached("UPDATE message SET extras = extras | 1 WHERE id = ? AND extras & 1 = 0")?.execute([message])?;
    Ok(())
}

pub(super) fn delete_reaction(db: &Connection, message: i64, emoji: &str, user: i64) -> Result<()> {
    let key = params![message, emoji];
    db.prepare_cached("DELETE FROM reaction WHERE message = ? AND emoji = ? AND user = ?")?
        .execute(params![message, emoji, user])?;
    db.prepare_cached("UPDATE reaction_count SET count = count - 1 WHERE message = ? AND emoji = ?")?.execute(key)?;
    db.prepare_cached("DELETE FROM reaction_count WHERE message = ? AND emoji = ? AND count = 0")?.execute(key)?;
    Ok(())
}

pub(super) fn count_pins(db: &Connection, access: &Access, message: i64) -> Result<(bool, u64)> {
    let mut find =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM pin WHERE message = ?2), pins FROM room WHERE id = ?1")?;
    Ok(find.query_row([access.row(), message], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

pub(super) fn insert_pin(db: &Connection, access: &Access, message: i64, seq: u64) -> Result<()> {
    db.prepare_cached("INSERT INTO pin (room, seq, message) VALUES (?, ?, ?)")?.execute(params![
        access.row(),
        seq,
        message
    ])?;
    db.prepare_cached("UPDATE room SET pins = pins + 1 WHERE id = ?")?.execute([access.row()])?;
    Ok(())
}

pub(super) fn delete_pin(db: &Connection, access: &Access, message: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM pin WHERE message = ?")?.execute([message])?;
    db.prepare_cached("UPDATE room SET pins = pins - 1 WHERE id = ?")?.execute([access.row()])?;
    Ok(())
}
