//! The log itself: giving positions, appending, reading on from a position.

use std::{collections::HashMap, ops::ControlFlow};

use chat_protocol::{LogEntry, LogEvent, Moderation, ModerationAction, ReactionChange, RoomId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{
    engine::{deferred, writer::Tx},
    message_row, rows,
};
pub(super) use crate::store::event_columns::MESSAGE;
use crate::store::event_columns::{
    DELETED, EDITED, JOINED, LEFT, MODERATED, PINNED, REACTED, UNPINNED, UNREACTED, UPDATED, columns,
};
use crate::store::{
    Extent, Notice, Result,
    access::{Access, Place},
    archive::EventKind,
    steps::{EventRows, LogEnd, LogRows},
};

/// The kind of an event that is no message, by its number.
pub(super) const fn event_kind(number: i32) -> Option<EventKind> {
    Some(match number {
        JOINED => EventKind::UserJoined,
        LEFT => EventKind::UserLeft,
        UPDATED => EventKind::RoomUpdated,
        EDITED => EventKind::MessageEdited,
        DELETED => EventKind::MessageDeleted,
        REACTED => EventKind::ReactionAdded,
        UNREACTED => EventKind::ReactionRemoved,
        PINNED => EventKind::MessagePinned,
        UNPINNED => EventKind::MessageUnpinned,
        MODERATED => EventKind::Moderated,
        _ => return None,
    })
}

/// The number of a kind of event.
pub(super) const fn event_number(kind: EventKind) -> i32 {
    match kind {
        EventKind::UserJoined => JOINED,
        EventKind::UserLeft => LEFT,
        EventKind::RoomUpdated => UPDATED,
        EventKind::MessageEdited => EDITED,
        EventKind::MessageDeleted => DELETED,
        EventKind::ReactionAdded => REACTED,
        EventKind::ReactionRemoved => UNREACTED,
        EventKind::MessagePinned => PINNED,
        EventKind::MessageUnpinned => UNPINNED,
        EventKind::Moderated => MODERATED,
    }
}

/// Where an event stands.
pub(super) struct Position {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    /// Messages in the room, this one among them if it is one.
    pub(super) messages: u64,
}

/// Where a room's log ends, by the tables.
pub(super) fn end(db: &Connection, place: Place) -> Result<LogEnd> {
    let mut find = db.prepare_cached("SELECT last_seq, last_at, messages FROM room WHERE id = ?")?;
    Ok(find.query_row([place.row], |row| {
        let last_at = row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis);
        Ok(LogEnd { place, last_seq: row.get(0)?, last_at, messages: row.get(2)? })
    })?)
}

/// Takes the next position of a room. Its time never runs backwards, whatever the clock does.
fn next(tx: &Tx<'_>, access: &Access) -> Result<Position> {
    Ok(tx
        .db
        .prepare_cached(
            "UPDATE room SET last_seq = last_seq + 1, last_at = max(coalesce(last_at, 0), ?2) WHERE id = ?1
             RETURNING last_seq, last_at, messages",
        )?
        .query_row(params![access.row(), tx.now.millis()], |row| {
            Ok(Position { seq: row.get(0)?, at: rows::time(row, 1)?, messages: row.get(2)? })
        })?)
}

/// Writes the event's row at a position taken.
pub(super) fn write(
    tx: &Tx<'_>,
    access: &Access,
    position: &Position,
    kind: i32,
    rows: EventRows,
    changes: Option<String>,
) -> Result<()> {
    tx.db
        .prepare_cached(
            "INSERT INTO event (room, seq, at, kind, user, messages, message, changes, actor)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            access.row(),
            position.seq,
            position.at.millis(),
            kind,
            rows.user,
            position.messages,
            rows.message,
            changes,
            rows.actor
        ])?;
    Ok(())
}

/// Appends an event that is no message, and has it told once it is committed. Gives its position.
pub(super) fn append(tx: &mut Tx<'_>, access: &Access, rows: EventRows, event: LogEvent) -> Result<u64> {
    let (kind, changes) = columns(&event);
    tx.deferred.flush(tx.db)?;
    let position = next(tx, access)?;
    write(tx, access, &position, kind, rows, changes)?;
    let Position { seq, at, .. } = position;
    tx.notices.push(Notice::Logged(LogEntry { room: access.id(), seq, at, event }));
    Ok(seq)
}

impl LogRows for Connection {
    fn extent(&self, access: &Access) -> Result<Extent> {
        let mut find = self.prepare_cached("SELECT last_seq, last_at FROM room WHERE id = ?")?;
        Ok(find.query_row([access.row()], |row| {
            Ok(Extent { last_seq: row.get(0)?, last_at: row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis) })
        })?)
    }

    fn entries_after(
        &self,
        access: &Access,
        after: u64,
        most: usize,
        take: &mut dyn FnMut(LogEntry) -> ControlFlow<()>,
    ) -> Result<()> {
        let mut taken = 0;
        for table in deferred::TABLES {
            let sql = format!(
                "SELECT {}, log.kind, log.seq, log.at, log.changes, user.uuid, user.name, actor.uuid, actor.name
                 FROM {table} AS log JOIN user ON user.id = log.user LEFT JOIN user AS actor ON actor.id = log.actor
                      LEFT JOIN message ON message.id = log.message
                      LEFT JOIN user AS author ON author.id = message.author
                 WHERE log.room = ? AND log.seq > ? ORDER BY log.seq LIMIT ?",
                message_row::COLUMNS
            );
            let mut statement = self.prepare_cached(&sql)?;
            let after = i64::try_from(after).unwrap_or(i64::MAX);
            let mut found = statement.query(params![access.row(), after, most - taken])?;
            while let Some(row) = found.next()? {
                if take(entry(self, row, access.id())?).is_break() {
                    return Ok(());
                }
                taken += 1;
            }
        }
        Ok(())
    }

    fn times(&self, positions: &[(RoomId, u64)]) -> Result<HashMap<RoomId, Timestamp>> {
        let mut find =
            self.prepare_cached("SELECT at FROM log WHERE room = (SELECT id FROM room WHERE uuid = ?) AND seq = ?")?;
        let mut times = HashMap::new();
        for (room, seq) in positions {
            let seq = i64::try_from(*seq).unwrap_or(i64::MAX);
            if let Some(at) = find.query_row(params![room.uuid(), seq], |row| rows::time(row, 0)).optional()? {
                times.insert(*room, at);
            }
        }
        Ok(times)
    }
}

fn entry(db: &Connection, row: &Row<'_>, room: RoomId) -> Result<LogEntry> {
    const KIND: usize = message_row::COUNT;
    let (seq, at) = (row.get(KIND + 1)?, rows::time(row, KIND + 2)?);
    let user = || rows::user_ref(row, KIND + 4);
    let actor = || rows::user_ref(row, KIND + 6);
    let message = || message_row::message(db, row, room);
    let target = || message_row::target(row);
    let event = match row.get(KIND)? {
        MESSAGE => LogEvent::Message { message: message()? },
        EDITED => LogEvent::MessageEdited { message: message()?, user: user()? },
        DELETED => LogEvent::MessageDeleted { target: target()?, user: user()? },
        REACTED => LogEvent::ReactionAdded { target: target()?, reaction: reaction(row)?, user: user()? },
        UNREACTED => LogEvent::ReactionRemoved { target: target()?, reaction: reaction(row)?, user: user()? },
        PINNED => LogEvent::MessagePinned { target: target()?, user: user()? },
        UNPINNED => LogEvent::MessageUnpinned { target: target()?, user: user()? },
        LEFT => LogEvent::UserLeft { user: user()? },
        UPDATED => LogEvent::RoomUpdated { changes: changes(row)?.unwrap_or_default(), user: user()? },
        MODERATED => LogEvent::Moderated { user: user()?, by: actor()?, moderation: moderation(row)? },
        _ => {
            let by = row.get::<_, Option<Uuid>>(KIND + 6)?.map(|_| actor()).transpose()?;
            LogEvent::UserJoined { user: user()?, by }
        }
    };
    Ok(LogEntry { room, seq, at, event })
}

/// What the column `changes` holds, if it can be read.
fn changes<T: DeserializeOwned>(row: &Row<'_>) -> Result<Option<T>> {
    let text: Option<String> = row.get(message_row::COUNT + 3)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn reaction(row: &Row<'_>) -> Result<ReactionChange> {
    let (emoji, count) = changes(row)?.unwrap_or_default();
    Ok(ReactionChange { emoji, count })
}

fn moderation(row: &Row<'_>) -> Result<Moderation> {
    let text: Option<String> = row.get(message_row::COUNT + 3)?;
    let nothing =
        Moderation { action: ModerationAction::Unmute, until: None, reason: None, role: None, removed: false };
    Ok(text.and_then(|text| moderation_of(&text)).unwrap_or(nothing))
}

/// What a moderator did, as the column `changes` has it.
pub(super) fn moderation_of(text: &str) -> Option<Moderation> {
    let (action, until, reason, role, removed) = serde_json::from_str(text).ok()?;
    Some(Moderation { action, until, reason, role, removed })
}
