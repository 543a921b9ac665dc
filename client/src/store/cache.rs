//! Rooms, cursors, newest messages and read positions.
//!
//! The rule that nothing here may break: the cursor of a room is never ahead of what is kept of it.

use std::collections::HashSet;

use chat_protocol::{
    Cursor, Epoch, LogEntry, LogEvent, Message, MessageId, Room, RoomId, Timestamp, User, amend, lose_reply,
};
use rusqlite::{OptionalExtension, params};

use super::{
    change::Change,
    database::Database,
    fault::bad_value,
    values::{from_json, id, json, signed, unsigned},
};

/// Messages that are kept of each room: some screens, so that a start shows where one was.
const NEWEST: u64 = 200;
/// Older ones go when this many events came: going for each event would cost more than the event.
const TRIM_EVERY: u64 = 32;

type Result<T> = std::result::Result<T, rusqlite::Error>;

/// A room as the file knows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CachedRoom {
    /// As the server last described it.
    pub(crate) room: Room,
    /// The history that the cursor belongs to.
    pub(crate) epoch: Epoch,
    /// The last event that is known, and with it all before.
    pub(crate) cursor: Cursor,
    /// Whether its newest messages are kept, and not only those since the cursor began.
    pub(crate) loaded: bool,
}

impl Database {
    pub(super) fn apply_to_cache(&self, change: &Change) -> Result<()> {
        match change {
            Change::Welcome { epoch, user, rooms } => self.welcome(*epoch, user, rooms),
            Change::RoomAdded { epoch, room } => self.enter(*epoch, room, true),
            Change::RoomRemoved { room } => self.leave(*room),
            Change::Logged { epoch, room, seq, at, changed, event } => {
                let cursor = Cursor { seq: *seq, at: Some(*at) };
                if self.logged(*epoch, *room, cursor, changed.as_ref())?
                    && let Some(event) = event.as_deref()
                {
                    let entry = LogEntry { room: *room, seq: *seq, at: *at, event: event.clone() };
                    self.remember(&entry)?;
                    return if seq.is_multiple_of(TRIM_EVERY) { self.trim(*room) } else { Ok(()) };
                }
                Ok(())
            }
            Change::Reset { epoch, room, cursor } => self.reset(*epoch, *room, *cursor),
            Change::Page { epoch, room, messages } => self.page(*epoch, *room, messages),
            Change::Room { room } => self.set_room(room),
            Change::User { user } => self.run("UPDATE account SET user = ?", [json(user)?]).map(drop),
            Change::Read { room, wanted: None } => {
                self.run("DELETE FROM read WHERE room = ?", [room.to_string()]).map(drop)
            }
            Change::Read { room, wanted: Some((seq, back)) } => self.set_read(*room, *seq, *back),
            Change::Draft(_)
            | Change::StandIn { .. }
            | Change::Move { .. }
            | Change::Queue { .. }
            | Change::Tried
            | Change::Withdraw { .. }
            | Change::Unqueue { .. }
            | Change::Files { .. }
            | Change::Rewrite { .. }
            | Change::Failure { .. } => Ok(()),
        }
    }

    fn welcome(&self, epoch: Epoch, user: &User, rooms: &[Room]) -> Result<()> {
        self.run("UPDATE account SET epoch = ?, user = ?", params![epoch.to_string(), json(user)?])?;
        let stay: HashSet<RoomId> = rooms.iter().map(|room| room.id).collect();
        let known: Vec<RoomId> = self.rows("SELECT id FROM room", [], |row| id(row.get(0)?))?;
        for gone in known.into_iter().filter(|room| !stay.contains(room)) {
            self.leave(gone)?;
        }
        rooms.iter().try_for_each(|room| self.enter(epoch, room, false))
    }

    /// A room that is known in this history keeps its cursor; unless events now begin after it, which is `afresh`.
    fn enter(&self, epoch: Epoch, room: &Room, afresh: bool) -> Result<()> {
        self.forget_left(room.id)?;
        let cursor: Option<u64> = self
            .connection
            .prepare_cached("SELECT cursor_seq FROM room WHERE id = ? AND epoch = ?")?
            .query_row(params![room.id.to_string(), epoch.to_string()], |row| row.get(0).map(unsigned))
            .optional()?;
        if cursor.is_some_and(|seq| !afresh || seq >= room.last_seq) {
            return self.set_room(room);
        }
        self.run(
            "INSERT OR IGNORE INTO room (id, room, epoch, cursor_seq) VALUES (?, ?, ?, 0)",
            params![room.id.to_string(), json(room)?, epoch.to_string()],
        )?;
        self.set_room(room)?;
        self.reset(epoch, room.id, Cursor { seq: room.last_seq, at: room.last_at })
    }

    fn leave(&self, room: RoomId) -> Result<()> {
        self.remember_left(room)?;
        for statement in
            ["DELETE FROM room WHERE id = ?", "DELETE FROM message WHERE room = ?", "DELETE FROM read WHERE room = ?"]
        {
            self.run(statement, [room.to_string()])?;
        }
        Ok(())
    }

    /// Moves the cursor; false where the file is elsewhere.
    fn logged(&self, epoch: Epoch, room: RoomId, cursor: Cursor, changed: Option<&Room>) -> Result<bool> {
        let moved = self.run(
            "UPDATE room SET cursor_seq = ?, cursor_at = ? WHERE id = ? AND epoch = ? AND cursor_seq = ? - 1",
            params![signed(cursor.seq), millis(cursor), room.to_string(), epoch.to_string(), signed(cursor.seq)],
        )?;
        if moved > 0
            && let Some(changed) = changed
        {
            self.set_room(changed)?;
        }
        Ok(moved > 0)
    }

    /// Keeps a message that came, and what an event makes of those that are here.
    fn remember(&self, entry: &LogEntry) -> Result<()> {
        if let LogEvent::Message { message } = &entry.event {
            self.insert(message)?;
            if let Some(first) = message.thread {
                self.amend_thread(entry.room, first, |first| amend(first, entry))?;
            }
        }
        let Some(target) = entry.event.target() else { return Ok(()) };
        let Some(mut message) = self.message(entry.room, target.message_seq)? else { return Ok(()) };
        let was_there = !message.deleted;
        let is_changed = amend(&mut message, entry);
        // Also by an edit that shows the message as it now is. One that came deleted was never counted.
        if was_there
            && message.deleted
            && let Some(first) = message.thread
        {
            self.amend_thread(entry.room, first, |first| lose_reply(first, target.message_seq))?;
        }
        if is_changed { self.insert(&message) } else { Ok(()) }
    }

    /// Changes the first message of a thread, if it is here.
    fn amend_thread(&self, room: RoomId, first: MessageId, change: impl FnOnce(&mut Message) -> bool) -> Result<()> {
        // Those that only name it are few; reading all of a room for each reply would cost more than the reply.
        let found: Vec<Message> = self.rows(
            "SELECT message FROM message WHERE room = ? AND instr(message, ?) > 0 ORDER BY seq LIMIT 8",
            params![room.to_string(), format!(r#""id":"{first}""#)],
            |row| from_json(row.get_ref(0)?.as_str()?),
        )?;
        let Some(mut first) = found.into_iter().find(|message| message.id == first) else { return Ok(()) };
        if change(&mut first) { self.insert(&first) } else { Ok(()) }
    }

    fn message(&self, room: RoomId, seq: u64) -> Result<Option<Message>> {
        let mut found = self.rows(
            "SELECT message FROM message WHERE room = ? AND seq = ?",
            params![room.to_string(), signed(seq)],
            |row| from_json(row.get_ref(0)?.as_str()?),
        )?;
        Ok(found.pop())
    }

    fn reset(&self, epoch: Epoch, room: RoomId, cursor: Cursor) -> Result<()> {
        self.run("DELETE FROM message WHERE room = ?", [room.to_string()])?;
        self.run(
            "UPDATE room SET epoch = ?, cursor_seq = ?, cursor_at = ?, loaded = 0 WHERE id = ?",
            params![epoch.to_string(), signed(cursor.seq), millis(cursor), room.to_string()],
        )
        .map(drop)
    }

    /// Only where there is none: what another process keeps there already may not reach up to this page.
    fn page(&self, epoch: Epoch, room: RoomId, messages: &[Message]) -> Result<()> {
        let taken = self.run(
            "UPDATE room SET loaded = 1 WHERE id = ? AND epoch = ? AND loaded = 0",
            params![room.to_string(), epoch.to_string()],
        )?;
        if taken == 0 {
            return Ok(());
        }
        messages.iter().try_for_each(|message| self.insert(message))?;
        self.trim(room)
    }

    fn insert(&self, message: &Message) -> Result<()> {
        let values = params![message.room.to_string(), signed(message.seq), json(message)?];
        self.run("INSERT OR REPLACE INTO message VALUES (?, ?, ?)", values).map(drop)
    }

    fn trim(&self, room: RoomId) -> Result<()> {
        self.run(
            "DELETE FROM message WHERE room = ?1 AND seq <=
                (SELECT seq FROM message WHERE room = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
            params![room.to_string(), signed(NEWEST)],
        )
        .map(drop)
    }

    /// A read position that the server does not know yet.
    pub(super) fn set_read(&self, room: RoomId, seq: u64, back: bool) -> Result<()> {
        let values = params![room.to_string(), signed(seq), back];
        self.run("INSERT OR REPLACE INTO read VALUES (?, ?, ?)", values).map(drop)
    }

    fn set_room(&self, room: &Room) -> Result<()> {
        self.run("UPDATE room SET room = ? WHERE id = ?", params![json(room)?, room.id.to_string()]).map(drop)
    }

    pub(super) fn epoch(&self) -> Result<Option<Epoch>> {
        let epoch: Option<String> = self.connection.query_row("SELECT epoch FROM account", [], |row| row.get(0))?;
        epoch.map(id).transpose()
    }

    /// The user as the server last described it.
    pub(crate) fn user(&self) -> Result<Option<User>> {
        let user: Option<String> = self.connection.query_row("SELECT user FROM account", [], |row| row.get(0))?;
        user.map(|user| from_json(&user)).transpose()
    }

    /// All rooms, by name.
    pub(crate) fn rooms(&self) -> Result<Vec<CachedRoom>> {
        let mut rooms = self.rows("SELECT room, epoch, cursor_seq, cursor_at, loaded, id FROM room", [], |row| {
            let at: Option<i64> = row.get(3)?;
            let room: Room = from_json(row.get_ref(0)?.as_str()?)?;
            if room.id != id(row.get(5)?)? {
                return Err(bad_value(5, "the id of another room"));
            }
            Ok(CachedRoom {
                room,
                epoch: id(row.get(1)?)?,
                cursor: Cursor { seq: unsigned(row.get(2)?), at: at.map(Timestamp::from_millis) },
                loaded: row.get(4)?,
            })
        })?;
        rooms.sort_by(|a: &CachedRoom, b| a.room.name.cmp(&b.room.name));
        Ok(rooms)
    }

    /// The newest messages of a room, ascending: all that are kept.
    pub(crate) fn messages(&self, room: RoomId) -> Result<Vec<Message>> {
        self.rows("SELECT message, seq FROM message WHERE room = ? ORDER BY seq", [room.to_string()], |row| {
            let message: Message = from_json(row.get_ref(0)?.as_str()?)?;
            if message.room != room || signed(message.seq) != row.get::<_, i64>(1)? {
                return Err(bad_value(0, "a message of another place"));
            }
            Ok(message)
        })
    }

    /// Read positions that the server has not confirmed.
    pub(crate) fn reads(&self) -> Result<Vec<(RoomId, u64, bool)>> {
        self.rows("SELECT room, seq, back FROM read", [], |row| {
            Ok((id(row.get(0)?)?, unsigned(row.get(1)?), row.get(2)?))
        })
    }
}

fn millis(cursor: Cursor) -> Option<i64> {
    cursor.at.map(Timestamp::millis)
}
