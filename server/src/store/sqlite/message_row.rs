//! A message as its columns hold it, with what other tables add to it.

use chat_protocol::{Message, MessageId, Reaction, Replies, RoomId, Target, Timestamp, mention};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{files, mentions::mentions_from, rows};
use crate::store::{Result, RowId, StoreError, access::Access};

/// Columns of [`message`], from `message` and its `author`.
pub(super) const COLUMNS: &str = "message.seq, message.sent_at, message.uuid, message.body, \
     message.edited_at, message.deleted, message.reply_to, message.mentioned, author.uuid, author.name, \
     message.thread, message.mentions_room, message.extras, message.id";
/// How many they are.
pub(super) const COUNT: usize = 14;

/// Bits of the column `extras`: what else must be read.
pub(super) const HAS_REACTIONS: u8 = 1;
pub(super) const HAS_REPLIES: u8 = 2;
pub(super) const HAS_FILES: u8 = 4;

/// People that a reaction names.
const REACTION_PEOPLE: usize = 20;
/// People that the replies of a message name.
const REPLY_PEOPLE: usize = 5;

/// Reads a message from [`COLUMNS`], as it now is.
pub(super) fn message(db: &Connection, row: &Row<'_>, room: RoomId) -> Result<Message> {
    let mentioned = row.get::<_, Option<String>>(7)?.map(|text| mentions_from(&text)).unwrap_or_default();
    let (id, seq, extras): (MessageId, u64, u8) = (row.get::<_, Uuid>(2)?.into(), row.get(0)?, row.get(12)?);
    Ok(Message {
        id,
        room,
        seq,
        author: rows::user_ref(row, 8)?,
        body: row.get(3)?,
        sent_at: rows::time(row, 1)?,
        edited_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_millis),
        deleted: row.get(5)?,
        reply_to: row.get::<_, Option<Uuid>>(6)?.map(Into::into),
        thread: row.get::<_, Option<Uuid>>(10)?.map(Into::into),
        replies: if extras & HAS_REPLIES == 0 { None } else { replies(db, id)?.map(Box::new) },
        mentions: mention::users(&mentioned),
        mentioned,
        mentions_room: row.get(11)?,
        reactions: if extras & HAS_REACTIONS == 0 { vec![] } else { reactions(db, row.get(13)?, REACTION_PEOPLE)? },
        attachments: if extras & HAS_FILES == 0 { vec![] } else { files::of_message(db, row.get(13)?)? },
        blocks: None,
    })
}

/// The message of a row, as it now is.
pub(super) fn of(db: &Connection, access: &Access, row: RowId) -> Result<Message> {
    let sql =
        format!("SELECT {COLUMNS} FROM message JOIN user AS author ON author.id = message.author WHERE message.id = ?");
    let mut statement = db.prepare_cached(&sql)?;
    let mut found = statement.query([row])?;
    message(db, found.next()?.ok_or(StoreError::NoMessage)?, access.id())
}

/// Reads what an event is about from [`COLUMNS`].
pub(super) fn target(row: &Row<'_>) -> Result<Target> {
    Ok(Target { message_id: row.get::<_, Uuid>(2)?.into(), message_seq: row.get(0)? })
}

/// What people answered with an emoji: the first emoji first, and of each at most so many people.
pub(super) fn reactions(db: &Connection, message: i64, most: usize) -> Result<Vec<Reaction>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut kinds = db.prepare_cached("SELECT emoji, count FROM reaction_count WHERE message = ? ORDER BY seq")?;
    let mut people = db.prepare_cached(
        "SELECT uuid, name FROM reaction JOIN user ON user.id = reaction.user
         WHERE message = ? AND emoji = ? ORDER BY seq LIMIT ?",
    )?;
    let mut reactions = Vec::new();
    let mut found = kinds.query([message])?;
    while let Some(row) = found.next()? {
        let (emoji, count): (String, u64) = (row.get(0)?, row.get(1)?);
        let users = people
            .query_map(params![message, emoji, most], |row| rows::user_ref(row, 0))?
            .collect::<rusqlite::Result<_>>()?;
        reactions.push(Reaction { emoji, count, users });
    }
    Ok(reactions)
}

/// The replies of the thread that begins with a message, if any is left.
fn replies(db: &Connection, root: MessageId) -> Result<Option<Replies>> {
    let mut find = db.prepare_cached("SELECT count, last_seq, last_at FROM thread WHERE root = ? AND count > 0")?;
    let found = find.query_row([root.uuid()], |row| Ok((row.get(0)?, row.get(1)?, rows::time(row, 2)?))).optional()?;
    let Some((count, last_seq, last_at)) = found else { return Ok(None) };
    let mut people = db.prepare_cached(
        "SELECT uuid, name FROM thread_author JOIN user ON user.id = thread_author.user
         WHERE root = ? AND count > 0 ORDER BY seq LIMIT ?",
    )?;
    let people = people
        .query_map(params![root.uuid(), REPLY_PEOPLE], |row| rows::user_ref(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(Replies { count, last_seq, last_at, people }))
}
