//! A message as its columns hold it, with what other tables add to it.

use chat_protocol::{Message, MessageId, Reaction, Replies, RoomId, Target, mention};
use tokio_postgres::Row;

use super::{engine::connection::Db, files, mentions::mentions_from, rows};
use crate::store::{Result, RowId, StoreError, access::Access};

/// Columns of [`message`], from `message` and its `author`.
pub(super) const COLUMNS: &str = "message.seq, message.sent_at, message.uuid, message.body, \
     message.edited_at, message.deleted, message.reply_to, message.mentioned, author.uuid, author.name, \
     message.thread, message.mentions_room, message.extras, message.id";
/// How many they are.
pub(super) const COUNT: usize = 14;

/// Bits of the column `extras`: what else must be read.
const HAS_REACTIONS: i32 = 1;
const HAS_REPLIES: i32 = 2;
const HAS_FILES: i32 = 4;

/// People that a reaction names.
const REACTION_PEOPLE: usize = 20;
/// People that the replies of a message name.
const REPLY_PEOPLE: i64 = 5;

/// Whether a message carries files, by its column `extras`.
pub(super) fn has_files(row: &Row, column: usize) -> Result<bool> {
    Ok(row.try_get::<_, i32>(column)? & HAS_FILES != 0)
}

/// Reads a message from [`COLUMNS`], as it now is.
pub(super) fn message(db: &Db, row: &Row, room: RoomId) -> Result<Message> {
    let mentioned = row.try_get::<_, Option<&str>>(7)?.map(mentions_from).unwrap_or_default();
    let (id, extras, number): (MessageId, i32, RowId) = (rows::id(row, 2)?, row.try_get(12)?, row.try_get(13)?);
    Ok(Message {
        id,
        room,
        seq: rows::number(row, 0)?,
        author: rows::user_ref(row, 8)?,
        body: row.try_get(3)?,
        sent_at: rows::time(row, 1)?,
        edited_at: rows::maybe_time(row, 4)?,
        deleted: row.try_get(5)?,
        reply_to: rows::maybe_id(row, 6)?,
        thread: rows::maybe_id(row, 10)?,
        replies: if extras & HAS_REPLIES == 0 { None } else { replies(db, id)?.map(Box::new) },
        mentions: mention::users(&mentioned),
        mentioned,
        mentions_room: row.try_get(11)?,
        reactions: if extras & HAS_REACTIONS == 0 { vec![] } else { reactions(db, number, REACTION_PEOPLE)? },
        attachments: if extras & HAS_FILES == 0 { vec![] } else { files::of_message(db, number)? },
        blocks: None,
    })
}

/// The message of a row, as it now is.
pub(super) fn of(db: &Db, access: &Access, row: RowId) -> Result<Message> {
    let sql = format!(
        "SELECT {COLUMNS} FROM message JOIN account AS author ON author.id = message.author WHERE message.id = $1"
    );
    let found = db.query_opt(&sql, &[&row])?.ok_or(StoreError::NoMessage)?;
    message(db, &found, access.id())
}

/// Reads what an event is about from [`COLUMNS`].
pub(super) fn target(row: &Row) -> Result<Target> {
    Ok(Target { message_id: rows::id(row, 2)?, message_seq: rows::number(row, 0)? })
}

/// What people answered with an emoji: the first emoji first, and of each at most so many people.
pub(super) fn reactions(db: &Db, message: RowId, most: usize) -> Result<Vec<Reaction>> {
    let found = db.query(
        "SELECT kind.emoji, kind.count, person.uuid, person.name FROM reaction_count AS kind CROSS JOIN LATERAL
            (SELECT account.uuid, account.name, reaction.seq FROM reaction JOIN account ON account.id = reaction.account
             WHERE reaction.message = kind.message AND reaction.emoji = kind.emoji ORDER BY reaction.seq LIMIT $2) AS person
         WHERE kind.message = $1 ORDER BY kind.seq, person.seq",
        &[&message, &rows::int(most)],
    )?;
    let mut reactions: Vec<Reaction> = Vec::new();
    for row in &found {
        let emoji: &str = row.try_get(0)?;
        if reactions.last().is_none_or(|last| last.emoji != emoji) {
            reactions.push(Reaction { emoji: emoji.to_owned(), count: rows::number(row, 1)?, users: vec![] });
        }
        if let Some(last) = reactions.last_mut() {
            last.users.push(rows::user_ref(row, 2)?);
        }
    }
    Ok(reactions)
}

/// The replies of the thread that begins with a message, if any is left.
fn replies(db: &Db, root: MessageId) -> Result<Option<Replies>> {
    let found = db.query(
        "SELECT thread.count, thread.last_seq, thread.last_at, account.uuid, account.name
         FROM thread JOIN thread_author ON thread_author.root = thread.root AND thread_author.count > 0
              JOIN account ON account.id = thread_author.account
         WHERE thread.root = $1 AND thread.count > 0 ORDER BY thread_author.seq LIMIT $2",
        &[&root.uuid(), &REPLY_PEOPLE],
    )?;
    let Some(first) = found.first() else { return Ok(None) };
    Ok(Some(Replies {
        count: rows::number(first, 0)?,
        last_seq: rows::number(first, 1)?,
        last_at: rows::time(first, 2)?,
        people: found.iter().map(|row| rows::user_ref(row, 3)).collect::<Result<_>>()?,
    }))
}
