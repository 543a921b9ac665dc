//! What the writer knows by heart of the rooms, authors and memberships that messages come from.
//!
//! A message would otherwise ask for each of them again, and move the same counters one by one. The book is thrown
//! away whenever anything but a message is written, by this process or another; counters are written before that, and
//! before the commit. So it never says anything else than the tables do.

use std::collections::HashMap;

use chat_protocol::{Role, RoomId, RoomSelector, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, params};

use super::{access::Place, rows};
use crate::store::{Result, StoreError};

/// Rooms, authors and memberships known at most; more are asked for again.
const MOST: usize = 100_000;

/// See the module.
#[derive(Default)]
pub(super) struct Book {
    rooms: HashMap<i64, RoomEnd>,
    places: HashMap<RoomId, Place>,
    authors: HashMap<UserId, Author>,
    /// By room and user: messages not yet counted in `member.sent`.
    members: HashMap<(i64, i64), u64>,
    /// Rooms whose counters are not written yet.
    moved: Vec<i64>,
    /// Memberships likewise.
    wrote: Vec<(i64, i64)>,
}

/// Where a room's log ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct RoomEnd {
    pub(super) place: Place,
    pub(super) last_seq: u64,
    pub(super) last_at: Option<Timestamp>,
    pub(super) messages: u64,
    moved: bool,
}

/// Who writes.
#[derive(Debug, Clone)]
pub(super) struct Author {
    pub(super) row: i64,
    pub(super) role: Role,
    pub(super) name: String,
    /// False for a guest that only read so far.
    pub(super) announced: bool,
}

impl Book {
    /// Forgets everything. What was counted must have been written, or undone.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets everything if it is too much to keep.
    pub(super) fn bound(&mut self) {
        if self.rooms.len() + self.authors.len() + self.members.len() > MOST {
            self.clear();
        }
    }

    pub(super) fn room(&mut self, db: &Connection, selector: &RoomSelector) -> Result<RoomEnd> {
        let known = match selector {
            RoomSelector::Id(id) => self.places.get(id).copied(),
            RoomSelector::Name(_) => None,
        };
        let place = match known {
            Some(place) => place,
            None => Place::find(db, selector)?,
        };
        let row = place.row();
        if let Some(room) = self.rooms.get(&row) {
            return Ok(*room);
        }
        let room = db.prepare_cached("SELECT last_seq, last_at, messages FROM room WHERE id = ?")?.query_row(
            [row],
            |found| {
                Ok(RoomEnd {
                    place,
                    last_seq: found.get(0)?,
                    last_at: found.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis),
                    messages: found.get(2)?,
                    moved: false,
                })
            },
        )?;
        self.places.insert(place.id(), place);
        self.rooms.insert(row, room);
        Ok(room)
    }

    pub(super) fn author(&mut self, db: &Connection, id: UserId) -> Result<Author> {
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

    pub(super) fn is_member(&mut self, db: &Connection, room: i64, user: i64) -> Result<bool> {
        if self.members.contains_key(&(room, user)) {
            return Ok(true);
        }
        let joined = super::members::is_member(db, room, user)?;
        if joined {
            self.members.insert((room, user), 0);
        }
        Ok(joined)
    }

    /// A message of a member was stored at a room's end.
    pub(super) fn count(&mut self, room: i64, user: i64, seq: u64, at: Timestamp) {
        if let Some(room) = self.rooms.get_mut(&room) {
            (room.last_seq, room.last_at) = (seq, Some(at));
            room.messages += 1;
            if !std::mem::replace(&mut room.moved, true) {
                self.moved.push(room.place.row());
            }
        }
        let sent = self.members.entry((room, user)).or_default();
        if *sent == 0 {
            self.wrote.push((room, user));
        }
        *sent += 1;
    }

    /// Writes what was counted.
    pub(super) fn settle(&mut self, db: &Connection) -> Result<()> {
        if self.moved.is_empty() {
            return Ok(());
        }
        let mut update = db.prepare_cached("UPDATE room SET last_seq = ?, last_at = ?, messages = ? WHERE id = ?")?;
        for row in self.moved.drain(..) {
            let Some(room) = self.rooms.get_mut(&row) else { continue };
            room.moved = false;
            update.execute(params![room.last_seq, room.last_at.map(Timestamp::millis), room.messages, row])?;
        }
        let mut update = db.prepare_cached("UPDATE member SET sent = sent + ? WHERE room = ? AND user = ?")?;
        for (room, user) in self.wrote.drain(..) {
            let Some(sent) = self.members.get_mut(&(room, user)) else { continue };
            update.execute(params![std::mem::take(sent), room, user])?;
        }
        Ok(())
    }
}
