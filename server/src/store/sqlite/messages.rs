//! Messages: storing each once, and reading pages of them.

mod page;

use chat_protocol::{Message, MessageId, mention::Mention};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{
    engine::writer::Tx,
    files,
    log::{self, Position},
    mentions::{insert_mentions, mentions_to},
    message_row::{COLUMNS, COUNT, message},
};
use crate::store::{
    Result,
    access::Access,
    steps::{EventRows, MessageHash},
};

/// The message of an id, in any room, and the hash that was stored with it.
pub(super) fn find(db: &Connection, id: MessageId) -> Result<Option<(Message, MessageHash)>> {
    let sql = format!(
        "SELECT {COLUMNS}, message.hash, room.uuid FROM message
              JOIN user AS author ON author.id = message.author JOIN room ON room.id = message.room
         WHERE message.uuid = ?"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut found = statement.query([id.uuid()])?;
    let Some(row) = found.next()? else { return Ok(None) };
    Ok(Some((message(db, row, row.get::<_, Uuid>(COUNT + 1)?.into())?, row.get(COUNT)?)))
}

/// The first message of the thread that a message of the room belongs to.
pub(super) fn thread_of(db: &Connection, access: &Access, id: MessageId) -> Result<Option<MessageId>> {
    let mut find = db.prepare_cached("SELECT coalesce(thread, uuid) FROM message WHERE uuid = ? AND room = ?")?;
    let found = find.query_row(params![id.uuid(), access.row()], |row| row.get::<_, Uuid>(0)).optional()?;
    Ok(found.map(MessageId::from))
}

/// How many members a room has.
pub(super) fn room_size(db: &Connection, access: &Access) -> Result<u64> {
    let mut find = db.prepare_cached("SELECT members FROM room WHERE id = ?")?;
    Ok(find.query_row([access.row()], |row| row.get(0))?)
}

/// Stores a message with its event, its mentions and its counters; false if the id is taken.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    access: &Access,
    author: i64,
    message: &Message,
    hash: &MessageHash,
    ordinal: u64,
) -> Result<bool> {
    if is_command(tx, message.id)? || !insert_row(tx, access, author, message, hash)? {
        return Ok(false);
    }
    let row = tx.db.last_insert_rowid();
    let (seq, at) = (message.seq, message.sent_at);
    if tx.deferred.inserts_now() {
        let position = Position { seq, at, messages: ordinal };
        let rows = EventRows { message: Some(row), ..EventRows::from(author) };
        log::write(tx, access, &position, log::MESSAGE, rows, None)?;
    }
    insert_mentions(tx, access, message)?;
    if !message.attachments.is_empty() {
        files::attach(tx.db, row, &message.attachments)?;
    }
    if let Some(root) = message.thread {
        insert_reply(tx, root, author, message)?;
    }
    tx.cache.count_message(access.row(), author, seq, at);
    Ok(true)
}

/// Which of the names are users'.
pub(super) fn users_named(db: &Connection, names: &[(String, String)]) -> Result<Vec<Mention>> {
    let mut find = db.prepare_cached("SELECT uuid FROM user WHERE canonical = ? AND NOT disabled")?;
    let mut mentioned = Vec::new();
    for (written, canonical) in names {
        if let Some(uuid) = find.query_row([canonical], |row| row.get::<_, Uuid>(0)).optional()? {
            mentioned.push(Mention { name: written.clone(), user: uuid.into() });
        }
    }
    Ok(mentioned)
}

/// Whether a command has this id. Where there has been none at all, that is known without a search.
fn is_command(tx: &mut Tx<'_>, id: MessageId) -> Result<bool> {
    let exist = match tx.cache.has_commands {
        Some(exist) => exist,
        None => tx.db.prepare_cached("SELECT 1 FROM command LIMIT 1")?.exists([])?,
    };
    tx.cache.has_commands = Some(exist);
    Ok(exist && tx.db.prepare_cached("SELECT 1 FROM command WHERE id = ?")?.exists([id.uuid()])?)
}

/// Says whether the id was new.
fn insert_row(tx: &Tx<'_>, access: &Access, author: i64, message: &Message, hash: &[u8; 32]) -> Result<bool> {
    let mentioned = mentions_to(&message.mentioned);
    let inserted = tx
        .db
        .prepare_cached(
            "INSERT INTO message (uuid, hash, room, seq, author, body, sent_at, reply_to, mentioned, thread, mentions_room)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uuid) DO NOTHING",
        )?
        .execute(params![
            message.id.uuid(),
            hash,
            access.row(),
            message.seq,
            author,
            message.body,
            message.sent_at.millis(),
            message.reply_to.map(MessageId::uuid),
            mentioned,
            message.thread.map(MessageId::uuid),
            message.mentions_room
        ])?;
    Ok(inserted == 1)
}

/// Counts a reply of its thread, and has whoever reads the first message look for it.
fn insert_reply(tx: &Tx<'_>, root: MessageId, author: i64, reply: &Message) -> Result<()> {
    let (db, root) = (tx.db, root.uuid());
    db.prepare_cached(
        "INSERT INTO thread (root, count, last_seq, last_at) VALUES (?1, 1, ?2, ?3)
         ON CONFLICT (root) DO UPDATE SET count = count + 1, last_seq = ?2, last_at = ?3",
    )?
    .execute(params![root, reply.seq, reply.sent_at.millis()])?;
    db.prepare_cached(
        "INSERT INTO thread_author (root, user, seq, count) VALUES (?, ?, ?, 1)
         ON CONFLICT (root, user) DO UPDATE SET count = count + 1",
    )?
    .execute(params![root, author, reply.seq])?;
    db.prepare_cached("UPDATE message SET extras = extras | 2 WHERE uuid = ? AND extras & 2 = 0")?.execute([root])?;
    Ok(())
}
