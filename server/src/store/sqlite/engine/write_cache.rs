//! The writer's cache: rooms, authors and memberships that messages come from, and counters that are not written yet.
//!
//! A message would otherwise ask for each of them again, and move the same counters one by one. The cache is emptied
//! whenever anything but a message is written, by this process or another; counters are written before that, and
//! before the commit. So it never says anything else than the tables do.

use std::collections::HashMap;

use chat_protocol::{RoomId, Timestamp, UserId};
use rusqlite::{Connection, params};

use crate::{
    access::Person,
    store::{
        Result, RowId,
        steps::{Author, LogEnd},
    },
};

/// Rooms, authors and memberships known at most; more are asked for again.
const MOST: usize = 100_000;

/// See the module.
#[derive(Default)]
pub(in crate::store::sqlite) struct WriteCache {
    rooms: HashMap<RowId, Known>,
    rows: HashMap<RoomId, RowId>,
    authors: HashMap<UserId, Author>,
    /// By room and user.
    members: HashMap<(RowId, RowId), Writer>,
    /// Rooms whose counters are not written yet.
    changed_rooms: Vec<RowId>,
    /// Memberships likewise.
    changed_members: Vec<(RowId, RowId)>,
    /// Whether any command was ever carried out, if that is known.
    pub(in crate::store::sqlite) has_commands: Option<bool>,
}

/// What is known of a room.
#[derive(Debug, Clone, Copy)]
struct Known {
    end: LogEnd,
    /// Whether it is in `changed_rooms`.
    changed: bool,
}

/// What is known of a member who writes.
#[derive(Debug, Clone, Copy, Default)]
struct Writer {
    person: Option<Person>,
    /// Messages not yet counted in `member.sent`.
    sent: u64,
}

impl WriteCache {
    /// Forgets everything. What was counted must have been written, or undone.
    pub(in crate::store::sqlite) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets everything if it is too much to keep.
    pub(super) fn clear_if_large(&mut self) {
        if self.rooms.len() + self.authors.len() + self.members.len() > MOST {
            self.clear();
        }
    }

    /// Where a room's log ends, if it is known.
    pub(in crate::store::sqlite) fn log_end(&self, room: RoomId) -> Option<LogEnd> {
        self.rooms.get(self.rows.get(&room)?).map(|known| known.end)
    }

    /// Keeps where a room's log ends by the tables.
    pub(in crate::store::sqlite) fn keep_log_end(&mut self, end: LogEnd) {
        self.rows.insert(end.place.id, end.place.row);
        self.rooms.insert(end.place.row, Known { end, changed: false });
    }

    /// Who writes, if it is known.
    pub(in crate::store::sqlite) fn author(&self, id: UserId) -> Option<Author> {
        self.authors.get(&id).cloned()
    }

    /// Keeps who writes.
    pub(in crate::store::sqlite) fn keep_author(&mut self, id: UserId, author: Author) {
        self.authors.insert(id, author);
    }

    /// How a member stands to a room, if it is known.
    pub(in crate::store::sqlite) fn writer(&self, room: RowId, user: RowId) -> Option<Person> {
        self.members.get(&(room, user))?.person
    }

    /// Keeps how a member stands to a room.
    pub(in crate::store::sqlite) fn keep_writer(&mut self, room: RowId, user: RowId, person: Person) {
        self.members.entry((room, user)).or_default().person = Some(person);
    }

    /// A message of a member was stored at a room's end.
    pub(in crate::store::sqlite) fn count_message(&mut self, room: RowId, user: RowId, seq: u64, at: Timestamp) {
        if let Some(Known { end, changed }) = self.rooms.get_mut(&room) {
            (end.last_seq, end.last_at) = (seq, Some(at));
            end.messages += 1;
            if !std::mem::replace(changed, true) {
                self.changed_rooms.push(room);
            }
        }
        let Writer { sent, .. } = self.members.entry((room, user)).or_default();
        if *sent == 0 {
            self.changed_members.push((room, user));
        }
        *sent += 1;
    }

    /// Writes what was counted.
    pub(in crate::store::sqlite) fn flush(&mut self, db: &Connection) -> Result<()> {
        if self.changed_rooms.is_empty() {
            return Ok(());
        }
        let mut update = db.prepare_cached("UPDATE room SET last_seq = ?, last_at = ?, messages = ? WHERE id = ?")?;
        for row in self.changed_rooms.drain(..) {
            let Some(Known { end, changed }) = self.rooms.get_mut(&row) else { continue };
            *changed = false;
            update.execute(params![end.last_seq, end.last_at.map(Timestamp::millis), end.messages, row])?;
        }
        let mut update = db.prepare_cached("UPDATE member SET sent = sent + ? WHERE room = ? AND user = ?")?;
        for (room, user) in self.changed_members.drain(..) {
            let Some(Writer { sent, .. }) = self.members.get_mut(&(room, user)) else { continue };
            update.execute(params![std::mem::take(sent), room, user])?;
        }
        Ok(())
    }
}
