//! Where this client is in each room's log. A cursor moves by exactly one, or is set by the server's word.

use std::collections::HashMap;

use chat_protocol::{Cursor, Epoch, Event, Room, RoomId, Timestamp, UserId, Viewer, follow};

use crate::{direct, store::CachedRoom};

/// The user's rooms and their cursors.
#[derive(Debug)]
pub(crate) struct Cursors {
    /// Whose counts the rooms have.
    viewer: Viewer,
    /// The history that all cursors belong to; `None` before the first `Welcome`.
    epoch: Option<Epoch>,
    /// The last event of each room that is known, and with it all before.
    cursors: HashMap<RoomId, Cursor>,
    rooms: HashMap<RoomId, Room>,
    /// Events that came a second time.
    repeated: u64,
    catching_up: CatchUp,
}

/// What is known of a logged event.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// It is the next one; the room as it is now, if the event changed it.
    Next(Option<Room>),
    /// It came before.
    Known,
    /// Events before it are missing.
    Gap {
        /// The one that should have come.
        expected: u64,
    },
    /// Nobody said that the user is in this room.
    Foreign,
}

/// How much of what was missed has come.
#[derive(Debug, Default)]
struct CatchUp {
    /// What each room still lacks up to the position that `Welcome` says.
    missing: HashMap<RoomId, (u64, u64)>,
    total: u64,
}

impl Cursors {
    /// As kept from last time.
    pub(crate) fn new(me: UserId, epoch: Option<Epoch>, cached: Vec<CachedRoom>) -> Self {
        let mut rooms = Self {
            viewer: Viewer { id: me, ignored: Vec::new() },
            epoch,
            cursors: HashMap::new(),
            rooms: HashMap::new(),
            repeated: 0,
            catching_up: CatchUp::default(),
        };
        for cached in cached {
            if Some(cached.epoch) == epoch {
                rooms.cursors.insert(cached.room.id, cached.cursor);
            }
            rooms.rooms.insert(cached.room.id, cached.room);
        }
        rooms
    }

    /// Takes the server's word for whom the user ignores.
    pub(crate) fn ignore(&mut self, users: Vec<UserId>) {
        self.viewer.ignored = users;
    }

    /// Begins after the given cursors instead.
    pub(crate) fn begin_at(&mut self, epoch: Epoch, cursors: HashMap<RoomId, Cursor>) {
        self.epoch = Some(epoch);
        self.cursors = cursors;
    }

    /// What `Hello` says.
    pub(crate) fn hello(&self) -> (Option<Epoch>, HashMap<RoomId, Cursor>) {
        (self.epoch, self.cursors.clone())
    }

    /// Takes the server's word for who is where. Returns the rooms without a cursor: they begin at their `last_seq`.
    pub(crate) fn welcome(&mut self, epoch: Epoch, rooms: &[Room]) -> Vec<RoomId> {
        if self.epoch != Some(epoch) {
            self.epoch = Some(epoch);
            self.cursors.clear();
        }
        self.rooms = rooms.iter().map(|room| (room.id, room.clone())).collect();
        self.cursors.retain(|room, _| self.rooms.contains_key(room));
        self.catching_up = CatchUp::default();
        let mut fresh = Vec::new();
        for room in rooms {
            match self.cursors.get(&room.id) {
                Some(cursor) if cursor.seq < room.last_seq => {
                    self.catching_up.missing.insert(room.id, (cursor.seq, room.last_seq));
                    self.catching_up.total = self.catching_up.total.saturating_add(room.last_seq - cursor.seq);
                }
                Some(_) => {}
                None => {
                    self.cursors.insert(room.id, Cursor { seq: room.last_seq, at: room.last_at });
                    fresh.push(room.id);
                }
            }
        }
        fresh
    }

    /// Missed events that came, and how many were missed.
    pub(crate) fn progress(&self) -> (u64, u64) {
        let missing = self.catching_up.missing.values().fold(0_u64, |sum, (from, to)| sum.saturating_add(to - from));
        (self.catching_up.total.saturating_sub(missing), self.catching_up.total)
    }

    /// Looks at a logged event, and moves the cursor if it is the next one. `event` is `None` for one of a kind that
    /// this version does not know.
    pub(crate) fn logged(&mut self, room: RoomId, seq: u64, at: Timestamp, event: Option<&Event>) -> Step {
        let Some(cursor) = self.cursors.get_mut(&room) else { return Step::Foreign };
        let expected = cursor.seq.saturating_add(1);
        if seq < expected {
            self.repeated += 1;
            return Step::Known;
        }
        if seq > expected {
            return Step::Gap { expected };
        }
        *cursor = Cursor { seq, at: Some(at) };
        self.catching_up.moved(room, seq);
        Step::Next(change(self.rooms.get_mut(&room), event, &self.viewer))
    }

    /// Goes on elsewhere, as the server says.
    pub(crate) fn reset(&mut self, room: RoomId, cursor: Cursor) {
        self.cursors.insert(room, cursor);
        self.catching_up.missing.remove(&room);
    }

    /// A room was joined. Returns whether it begins again: then its newest page is wanted.
    pub(crate) fn added(&mut self, room: &Room) -> bool {
        let known = self.cursors.get(&room.id).is_some_and(|cursor| cursor.seq >= room.last_seq);
        self.rooms.insert(room.id, room.clone());
        if !known {
            self.cursors.insert(room.id, Cursor { seq: room.last_seq, at: room.last_at });
        }
        !known
    }

    /// A room was left.
    pub(crate) fn removed(&mut self, room: RoomId) {
        self.cursors.remove(&room);
        self.rooms.remove(&room);
        self.catching_up.missing.remove(&room);
    }

    /// The room after an event that is not logged, if it changed.
    pub(crate) fn changed_by(&mut self, room: RoomId, event: &Event) -> Option<Room> {
        change(self.rooms.get_mut(&room), Some(event), &self.viewer)
    }

    /// A room as it is now.
    pub(crate) fn get(&self, room: RoomId) -> Option<&Room> {
        self.rooms.get(&room)
    }

    /// The user's direct room with someone of this name.
    pub(crate) fn direct_with(&self, name: &str) -> Option<RoomId> {
        self.rooms.values().find(|room| direct::is_with(room, self.viewer.id, name)).map(|room| room.id)
    }

    /// All rooms, in no order.
    pub(crate) fn all(&self) -> Vec<Room> {
        self.rooms.values().cloned().collect()
    }

    /// The newest position of a room that anyone spoke of.
    pub(crate) fn last_seq(&self, room: RoomId) -> Option<u64> {
        let cursor = self.cursors.get(&room).map(|cursor| cursor.seq);
        cursor.max(self.rooms.get(&room).map(|room| room.last_seq))
    }

    /// The history of the cursors.
    pub(crate) fn epoch(&self) -> Option<Epoch> {
        self.epoch
    }

    /// Events that came a second time and were dropped.
    pub(crate) fn repeated(&self) -> u64 {
        self.repeated
    }
}

impl CatchUp {
    fn moved(&mut self, room: RoomId, seq: u64) {
        if let Some((from, to)) = self.missing.get_mut(&room) {
            *from = seq.min(*to);
        }
    }
}

/// Brings a room up to date; the room as it is now, if the event changed it.
fn change(room: Option<&mut Room>, event: Option<&Event>, viewer: &Viewer) -> Option<Room> {
    let (room, event) = (room?, event?);
    follow(room, event, viewer).then(|| room.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(last_seq: u64) -> Room {
        Room { last_seq, ..crate::unknown_room(RoomId::now_v7()) }
    }

    #[test]
    fn rooms_may_miss_more_events_than_can_be_counted() {
        let (me, epoch, most) = (UserId::now_v7(), Epoch::now_v7(), [room(u64::MAX), room(u64::MAX), room(7)]);
        let cached = most.iter().map(|room| {
            let cursor = Cursor { seq: 0, at: None };
            CachedRoom { room: room.clone(), epoch, cursor, loaded: false }
        });
        let mut rooms = Cursors::new(me, Some(epoch), cached.collect());
        assert!(rooms.welcome(epoch, &most).is_empty());
        assert_eq!(rooms.progress().1, u64::MAX);
        let [first, ..] = &most;
        assert_eq!(rooms.logged(first.id, 1, Timestamp::default(), None), Step::Next(None));
        assert_eq!(rooms.logged(first.id, u64::MAX, Timestamp::default(), None), Step::Gap { expected: 2 });
    }
}
