//! What is for someone whose direct room is not known goes to it once it is.

use chat_protocol::{MessageId, Room, RoomId};

use super::Connection;
use crate::{Update, direct, store::Change};

impl Connection {
    /// Learns which rooms among those that the user is not in stand for direct rooms.
    pub(crate) fn know_recipients(&mut self, rooms: &[Room]) {
        for (room, name) in rooms.iter().filter_map(|room| Some((room.id, direct::recipient(room)?))) {
            _ = self.outbox.add_recipient(room, name);
        }
    }

    /// A room stands for the direct room with someone, and messages for it follow.
    pub(super) fn stand_in(&mut self, room: Room) {
        let Some(name) = direct::recipient(&room) else { return };
        let is_new = self.outbox.add_recipient(room.id, name);
        if is_new && self.cursors.direct_with(name).is_none() {
            self.updates.push(Update::Left(room));
        }
    }

    /// Moves what waits for people whose direct rooms are known by now.
    pub(super) fn settle_recipients(&mut self) {
        let known = |(from, name)| Some((from, self.cursors.direct_with(name)?));
        let known: Vec<(RoomId, RoomId)> = self.outbox.recipients().filter_map(known).collect();
        for (from, to) in known {
            self.move_to(from, to);
        }
    }

    /// The server has stored a message, and says in which room.
    pub(super) fn settle_acknowledged(&mut self, id: MessageId, to: RoomId) {
        let from = self.outbox.room_of(id).filter(|room| self.outbox.recipient(*room).is_some());
        if let Some(from) = from {
            self.move_to(from, to);
        }
    }

    fn move_to(&mut self, from: RoomId, to: RoomId) {
        self.store.change(Change::Move { from, to });
        self.updates.push(Update::Moved { from, to });
        for entry in self.outbox.move_to(from, to) {
            self.updates.push(Update::Outbox(entry));
        }
    }
}
