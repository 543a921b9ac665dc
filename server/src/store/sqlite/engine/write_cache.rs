//! The writer's cache: rooms, authors and memberships that messages come from, and counters that are not written yet.
//!
//! A message would otherwise ask for each of them again, and move the same counters one by one. The cache is emptied
//! whenever anything but a message is written, by this process or another; counters are written before that, and
//! before the commit. So it never says anything else than the tables do.

use std::collections::HashMap;

use chat_protocol::{RoomId, RoomSelector, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::{
    Result, StoreError,
    access::Place,
    sqlite::{access, members, rows},
    steps::{Author, LogEnd},
};

/// Rooms, authors and memberships known at most; more are asked for again.
const MOST: usize = 100_000;

/// See the module.
#[derive(Default)]
pub(in crate::store::sqlite) struct WriteCache {
    rooms: HashMap<i64, Known>,
    places: HashMap<RoomId, Place>,
    authors: HashMap<UserId, Author>,
    /// By room and user: messages not yet counted in `member.sent`.
    members: HashMap<(i64, i64), u64>,
    /// Rooms whose counters are not written yet.
    changed_rooms: Vec<i64>,
    /// Memberships likewise.
    changed_members: Vec<(i64, i64)>,
}

/// What is known of a room.
#[derive(Debug, Clone, Copy)]
struct Known {
    end: LogEnd,
    /// Whether it is in `changed_rooms`.
    changed: bool,
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

    pub(in crate::store::sqlite) fn log_end(&mut self, db: &Connection, selector: &RoomSelector) -> Result<LogEnd> {
        let known = match selector {
            RoomSelector::Id(id) => self.places.get(id).copied(),
            RoomSelector::Name(_) | RoomSelector::Direct(_) => None,
        };
        let place = match known {
            Some(place) => place,
            None => access::place(db, selector)?,
        };
        let row = place.row;
        if let Some(known) = self.rooms.get(&row) {
            return Ok(known.end);
        }
        let end = db.prepare_cached("SELECT last_seq, last_at, messages FROM room WHERE id = ?")?.query_row(
            [row],
            |found| {
                Ok(LogEnd {
                    place,
                    last_seq: found.get(0)?,
                    last_at: found.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis),
                    messages: found.get(2)?,
                })
            },
        )?;
        self.places.insert(place.id, place);
        self.rooms.insert(row, Known { end, changed: false });
        Ok(end)
    }

    pub(in crate::store::sqlite) fn author(&mut self, db: &Connection, id: UserId) -> Result<Author> {
        if let Some(author) = self.authors.get(&id) {
            return Ok(author.clone());
        }
        let author = db
            .prepare_cached(
                "SELECT id, name, NOT EXISTS (SELECT 1 FROM member WHERE user = user.id AND joined AND NOT announced),
                        role
                 FROM user WHERE uuid = ?",
            )?
            .query_row([id.uuid()], |found| {
                let role = rows::role(&found.get::<_, String>(3)?);
                Ok(Author { row: found.get(0)?, role, name: found.get(1)?, announced: found.get(2)? })
            })
            .optional()?
            .ok_or(StoreError::NoUser)?;
        self.authors.insert(id, author.clone());
        Ok(author)
    }

    pub(in crate::store::sqlite) fn is_member(&mut self, db: &Connection, room: i64, user: i64) -> Result<bool> {
        if self.members.contains_key(&(room, user)) {
            return Ok(true);
        }
        let joined = members::is_member(db, room, user)?;
        if joined {
            self.members.insert((room, user), 0);
        }
        Ok(joined)
    }

    /// A message of a member was stored at a room's end.
    pub(in crate::store::sqlite) fn count_message(&mut self, room: i64, user: i64, seq: u64, at: Timestamp) {
        if let Some(Known { end, changed }) = self.rooms.get_mut(&room) {
            (end.last_seq, end.last_at) = (seq, Some(at));
            end.messages += 1;
            if !std::mem::replace(changed, true) {
                self.changed_rooms.push(room);
            }
        }
        let sent = self.members.entry((room, user)).or_default();
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
            let Some(sent) = self.members.get_mut(&(room, user)) else { continue };
            update.execute(params![std::mem::take(sent), room, user])?;
        }
        Ok(())
    }
}
