//! Reads a database as the lines of an export, in an order that the rows' numbers have no part in, but for messages: they
//! come as they were stored.

use std::io::{self, Write};

use chat_protocol::{MessageId, Timestamp, UserId};
use rusqlite::{Connection, Row};
use serde_json::Value;
use uuid::Uuid;

use super::super::Result;
use crate::{
    files::FileHash,
    store::{
        AdminError,
        archive::{
            EditRecord, EventKind, EventRecord, FileRecord, FollowRecord, Header, IgnoreRecord, MemberRecord,
            MessageRecord, ReactionRecord, Record, Removed, RestrictionKind, RestrictionRecord, RoomRecord, UserRecord,
            VERSION,
        },
        sqlite::{log, mentions, message_row, rows},
    },
};

/// Rooms that are not being removed.
const THERE: &str = "NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = room.id)";

/// Writes all lines. The connection stands in one state of the database meanwhile.
pub(super) fn write(db: &Connection, out: &mut dyn Write) -> Result<Written> {
    let mut lines = Lines { out, written: Written::default() };
    lines.put(&Record::Export(Header { version: VERSION }))?;
    let sql = format!("SELECT {}, disabled FROM user ORDER BY uuid", rows::USER);
    lines.each(db, &sql, |row| user(row).map(Record::User))?;
    let sql = format!(
        "SELECT uuid, name, kind, topic, archived, slow_seconds, created_at, retention_days, retention_keeps_pinned
         FROM room WHERE {THERE} ORDER BY uuid"
    );
    lines.each(db, &sql, |row| room(row).map(Record::Room))?;
    let sql = format!(
        "SELECT room.uuid, user.uuid, joined, announced, moderator, since, read_seq, notify, favourite, hidden, removal,
                remover.uuid, removal_reason
         FROM member JOIN room ON room.id = member.room JOIN user ON user.id = member.user
              LEFT JOIN user AS remover ON remover.id = member.removed_by
         WHERE {THERE} ORDER BY room.uuid, user.uuid"
    );
    lines.each(db, &sql, |row| member(row).map(Record::Member))?;
    let sql = format!(
        "SELECT room.uuid, user.uuid, restriction.kind, until FROM restriction JOIN room ON room.id = restriction.room
              JOIN user ON user.id = restriction.user WHERE {THERE} ORDER BY room.uuid, user.uuid, restriction.kind"
    );
    lines.each(db, &sql, |row| restriction(row).map(Record::Restriction))?;
    messages(db, &mut lines)?;
    let sql = format!(
        "SELECT room.uuid, event.seq, event.at, event.kind, user.uuid, actor.uuid, message.uuid, changes
         FROM room JOIN event ON event.room = room.id JOIN user ON user.id = event.user
              LEFT JOIN user AS actor ON actor.id = event.actor LEFT JOIN message ON message.id = event.message
         WHERE {THERE} AND event.kind <> {} ORDER BY room.uuid, event.seq",
        log::MESSAGE
    );
    lines.each(db, &sql, |row| event(row).map(Record::Event))?;
    let sql = format!(
        "SELECT user.uuid, root, following FROM thread_follow JOIN user ON user.id = thread_follow.user
              JOIN message ON message.uuid = root JOIN room ON room.id = message.room
         WHERE {THERE} ORDER BY user.uuid, root"
    );
    lines.each(db, &sql, |row| {
        let (user, message) = (id(row, 0)?, id::<MessageId>(row, 1)?);
        Ok(Record::Follow(FollowRecord { user, message, following: row.get(2)? }))
    })?;
    let sql = "SELECT user.uuid, other.uuid FROM ignored JOIN user ON user.id = ignored.user
                    JOIN user AS other ON other.id = ignored.other ORDER BY user.uuid, other.uuid";
    lines.each(db, sql, |row| Ok(Record::Ignore(IgnoreRecord { user: id(row, 0)?, other: id(row, 1)? })))?;
    Ok(lines.written)
}

/// What an export has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Users.
    pub users: u64,
    /// Rooms.
    pub rooms: u64,
    /// Messages, deleted ones included.
    pub messages: u64,
    /// Files of messages, each once.
    pub files: u64,
    /// Files that should be there and are not.
    pub missing_files: u64,
}

struct Lines<'a> {
    out: &'a mut dyn Write,
    written: Written,
}

impl Lines<'_> {
    fn each(&mut self, db: &Connection, sql: &str, read: impl Fn(&Row<'_>) -> rusqlite::Result<Record>) -> Result<()> {
        let mut statement = db.prepare(sql)?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            let record = read(row)?;
            self.put(&record)?;
        }
        Ok(())
    }

    fn put(&mut self, record: &Record) -> Result<()> {
        let counted = match record {
            Record::User(_) => &mut self.written.users,
            Record::Room(_) => &mut self.written.rooms,
            Record::Message(_) => &mut self.written.messages,
            _ => &mut 0,
        };
        *counted += 1;
        serde_json::to_writer(&mut *self.out, record)
            .map_err(io::Error::from)
            .and_then(|()| self.out.write_all(b"\n"))
            .map_err(AdminError::Output)
    }
}

fn id<T: From<Uuid>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get::<_, Uuid>(column).map(T::from)
}

fn id_or_none<T: From<Uuid>>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    Ok(row.get::<_, Option<Uuid>>(column)?.map(T::from))
}

fn time_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
}

fn user(row: &Row<'_>) -> rusqlite::Result<UserRecord> {
    let user = rows::user(row)?;
    Ok(UserRecord {
        id: user.id,
        name: user.name,
        display_name: user.display_name,
        color: user.color,
        role: user.role,
        bot: user.bot,
        disabled: row.get(rows::AFTER_USER)?,
        status: user.status,
        created_at: user.created_at,
    })
}

fn room(row: &Row<'_>) -> rusqlite::Result<RoomRecord> {
    Ok(RoomRecord {
        id: id(row, 0)?,
        name: row.get(1)?,
        kind: rows::kind(&row.get::<_, String>(2)?),
        topic: row.get(3)?,
        archived: row.get(4)?,
        slow_seconds: row.get(5)?,
        retention_days: row.get(7)?,
        retention_keeps_pinned: row.get(8)?,
        created_at: rows::time(row, 6)?,
    })
}

fn member(row: &Row<'_>) -> rusqlite::Result<MemberRecord> {
    let removal = |text: String| if text == "banned" { Removed::Banned } else { Removed::Kicked };
    Ok(MemberRecord {
        room: id(row, 0)?,
        user: id(row, 1)?,
        joined: row.get(2)?,
        announced: row.get(3)?,
        moderator: row.get(4)?,
        since: row.get(5)?,
        read_seq: row.get(6)?,
        notify: row.get::<_, Option<String>>(7)?.map(|text| rows::notify(&text)),
        favourite: row.get(8)?,
        hidden: row.get(9)?,
        removal: row.get::<_, Option<String>>(10)?.map(removal),
        removed_by: id_or_none(row, 11)?,
        removal_reason: row.get(12)?,
    })
}

fn restriction(row: &Row<'_>) -> rusqlite::Result<RestrictionRecord> {
    let is_ban = row.get::<_, String>(2)? == "ban";
    let kind = if is_ban { RestrictionKind::Ban } else { RestrictionKind::Mute };
    Ok(RestrictionRecord { room: id(row, 0)?, user: id(row, 1)?, kind, until: time_or_none(row, 3)? })
}

/// Writes messages in the order in which they were stored: that is the order in which they are found.
fn messages(db: &Connection, lines: &mut Lines<'_>) -> Result<()> {
    let sql = format!(
        "SELECT message.id, message.uuid, room.uuid, message.seq, author.uuid, sent_at, body, edited_at, deleted, reply_to,
                thread, mentioned, mentions_room, extras, pin.seq
         FROM message JOIN room ON room.id = message.room JOIN user AS author ON author.id = message.author
              LEFT JOIN pin ON pin.message = message.id
         WHERE {THERE} ORDER BY message.id"
    );
    let mut statement = db.prepare(&sql)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let message = message(db, row)?;
        lines.put(&Record::Message(Box::new(message)))?;
    }
    Ok(())
}

fn message(db: &Connection, row: &Row<'_>) -> rusqlite::Result<MessageRecord> {
    let (number, extras): (i64, u8) = (row.get(0)?, row.get(13)?);
    let mentioned = row.get::<_, Option<String>>(11)?.map(|text| mentions::mentions_from(&text)).unwrap_or_default();
    let edited_at = time_or_none(row, 7)?;
    Ok(MessageRecord {
        id: id(row, 1)?,
        room: id(row, 2)?,
        seq: row.get(3)?,
        author: id(row, 4)?,
        sent_at: rows::time(row, 5)?,
        body: row.get(6)?,
        edited_at,
        deleted: row.get(8)?,
        reply_to: id_or_none(row, 9)?,
        thread: id_or_none(row, 10)?,
        mentions: mentioned.into_iter().map(|mention| (mention.name, mention.user)).collect(),
        mentions_room: row.get(12)?,
        edits: if edited_at.is_some() { edits(db, number)? } else { vec![] },
        reactions: if extras & message_row::HAS_REACTIONS == 0 { vec![] } else { reactions(db, number)? },
        pinned: row.get(14)?,
        files: if extras & message_row::HAS_FILES == 0 { vec![] } else { files(db, number)? },
    })
}

fn edits(db: &Connection, message: i64) -> rusqlite::Result<Vec<EditRecord>> {
    let mut find = db.prepare_cached("SELECT seq, written_at, body FROM edit WHERE message = ? ORDER BY seq")?;
    let read = |row: &Row<'_>| Ok(EditRecord { seq: row.get(0)?, at: rows::time(row, 1)?, body: row.get(2)? });
    find.query_map([message], read)?.collect()
}

fn reactions(db: &Connection, message: i64) -> rusqlite::Result<Vec<ReactionRecord>> {
    let mut kinds = db.prepare_cached("SELECT emoji, seq FROM reaction_count WHERE message = ? ORDER BY seq, emoji")?;
    let mut people = db.prepare_cached(
        "SELECT user.uuid, seq FROM reaction JOIN user ON user.id = reaction.user
         WHERE message = ? AND emoji = ? ORDER BY seq",
    )?;
    let mut reactions = Vec::new();
    let mut found = kinds.query([message])?;
    while let Some(row) = found.next()? {
        let emoji: String = row.get(0)?;
        let read = |row: &Row<'_>| Ok((id::<UserId>(row, 0)?, row.get(1)?));
        let people = people.query_map(rusqlite::params![message, emoji], read)?.collect::<rusqlite::Result<_>>()?;
        reactions.push(ReactionRecord { emoji, seq: row.get(1)?, people });
    }
    Ok(reactions)
}

fn files(db: &Connection, message: i64) -> rusqlite::Result<Vec<FileRecord>> {
    let mut find = db.prepare_cached(
        "SELECT upload.uuid, user.uuid, upload.name, size, hash, type, width, height, preview, place
         FROM upload JOIN user ON user.id = upload.user WHERE message = ? AND hash IS NOT NULL
         ORDER BY place IS NULL, place, upload.uuid",
    )?;
    let read = |row: &Row<'_>| {
        Ok(FileRecord {
            id: id(row, 0)?,
            user: id(row, 1)?,
            name: row.get(2)?,
            size: row.get(3)?,
            sha256: FileHash(row.get(4)?).to_string(),
            media_type: row.get::<_, Option<String>>(5)?.unwrap_or_else(|| crate::files::UNKNOWN.to_owned()),
            width: row.get(6)?,
            height: row.get(7)?,
            preview: id_or_none(row, 8)?,
            place: row.get(9)?,
        })
    };
    find.query_map([message], read)?.collect()
}

fn event(row: &Row<'_>) -> rusqlite::Result<EventRecord> {
    let changes: Option<String> = row.get(7)?;
    Ok(EventRecord {
        room: id(row, 0)?,
        seq: row.get(1)?,
        at: rows::time(row, 2)?,
        kind: log::event_kind(row.get(3)?).unwrap_or(EventKind::UserJoined),
        user: id(row, 4)?,
        actor: id_or_none(row, 5)?,
        message: id_or_none(row, 6)?,
        changes: changes.and_then(|text| serde_json::from_str::<Value>(&text).ok()),
    })
}
