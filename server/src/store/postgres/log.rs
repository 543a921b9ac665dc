//! The log itself, on PostgreSQL: giving positions, appending, and what a row of it says.

use chat_protocol::{
    LogEntry, LogEvent, Moderation, ModerationAction, ReactionChange, RoomId, RoomSelector, Timestamp,
};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;

use super::{
    access,
    engine::{connection::Db, transaction::Tx},
    message_row, rows,
};
pub(super) use crate::store::event_columns::MESSAGE;
use crate::store::event_columns::{
    DELETED, EDITED, LEFT, MODERATED, PINNED, REACTED, UNPINNED, UNREACTED, UPDATED, columns,
};
use crate::store::{
    Notice, Result,
    access::Access,
    steps::{EventRows, Log, LogEnd},
};

/// Where an event stands.
pub(super) struct Position {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    /// Messages in the room, this one among them if it is one.
    pub(super) messages: u64,
}

impl Log for Tx<'_> {
    fn log_end(&mut self, room: &RoomSelector) -> Result<LogEnd> {
        let place = access::place(self.db, room, None)?;
        let sql = "SELECT last_seq, last_at, messages FROM room WHERE id = $1";
        let row = self.db.query_one(sql, &[&place.row])?;
        Ok(LogEnd {
            place,
            last_seq: rows::number(&row, 0)?,
            last_at: rows::maybe_time(&row, 1)?,
            messages: rows::number(&row, 2)?,
        })
    }

    fn append(&mut self, access: &Access, rows: EventRows, event: LogEvent) -> Result<u64> {
        let (kind, changes) = columns(&event);
        let position = next(self, access)?;
        write(self.db, access, &position, kind, rows, changes)?;
        let Position { seq, at, .. } = position;
        self.notices.push(Notice::Logged(LogEntry { room: access.id(), seq, at, event }));
        Ok(seq)
    }
}

/// Takes the next position of a room. Its time never runs backwards, whatever the clock does.
fn next(tx: &Tx<'_>, access: &Access) -> Result<Position> {
    let row = tx.db.query_one(
        "UPDATE room SET last_seq = last_seq + 1, last_at = greatest(last_at, $2) WHERE id = $1
         RETURNING last_seq, last_at, messages",
        &[&access.row(), &tx.now.millis()],
    )?;
    Ok(Position { seq: rows::number(&row, 0)?, at: rows::time(&row, 1)?, messages: rows::number(&row, 2)? })
}

/// Writes the event's row at a position taken.
pub(super) fn write(
    db: &Db,
    access: &Access,
    position: &Position,
    kind: i32,
    rows: EventRows,
    changes: Option<String>,
) -> Result<()> {
    db.execute(
        "INSERT INTO event (room, seq, at, kind, account, messages, message, changes, actor)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &access.row(),
            &rows::int(position.seq),
            &position.at.millis(),
            &kind,
            &rows.user,
            &rows::int(position.messages),
            &rows.message,
            &changes,
            &rows.actor,
        ],
    )?;
    Ok(())
}

/// Reads an event: the columns of its message, then `kind`, `seq`, `at`, `changes`, its user and its actor.
pub(super) fn entry(db: &Db, row: &Row, room: RoomId) -> Result<LogEntry> {
    const KIND: usize = message_row::COUNT;
    let (seq, at) = (rows::number(row, KIND + 1)?, rows::time(row, KIND + 2)?);
    let user = || rows::user_ref(row, KIND + 4);
    let message = || message_row::message(db, row, room);
    let target = || message_row::target(row);
    let event = match row.try_get::<_, i32>(KIND)? {
        MESSAGE => LogEvent::Message { message: message()? },
        EDITED => LogEvent::MessageEdited { message: message()?, user: user()? },
        DELETED => LogEvent::MessageDeleted { target: target()?, user: user()? },
        REACTED => LogEvent::ReactionAdded { target: target()?, reaction: reaction(row)?, user: user()? },
        UNREACTED => LogEvent::ReactionRemoved { target: target()?, reaction: reaction(row)?, user: user()? },
        PINNED => LogEvent::MessagePinned { target: target()?, user: user()? },
        UNPINNED => LogEvent::MessageUnpinned { target: target()?, user: user()? },
        LEFT => LogEvent::UserLeft { user: user()? },
        UPDATED => LogEvent::RoomUpdated { changes: changes(row)?.unwrap_or_default(), user: user()? },
        MODERATED => {
            LogEvent::Moderated { user: user()?, by: rows::user_ref(row, KIND + 6)?, moderation: moderation(row)? }
        }
        _ => LogEvent::UserJoined { user: user()?, by: rows::maybe_user_ref(row, KIND + 6)? },
    };
    Ok(LogEntry { room, seq, at, event })
}

/// What the column `changes` holds, if it can be read.
fn changes<T: DeserializeOwned>(row: &Row) -> Result<Option<T>> {
    let text: Option<&str> = row.try_get(message_row::COUNT + 3)?;
    Ok(text.and_then(|text| serde_json::from_str(text).ok()))
}

fn reaction(row: &Row) -> Result<ReactionChange> {
    let (emoji, count) = changes(row)?.unwrap_or_default();
    Ok(ReactionChange { emoji, count })
}

fn moderation(row: &Row) -> Result<Moderation> {
    let (action, until, reason, role, removed) =
        changes(row)?.unwrap_or((ModerationAction::Unmute, None, None, None, false));
    Ok(Moderation { action, until, reason, role, removed })
}
