//! Older messages around one of them, apart from the newest: as a room of its own over the room that they are in.
//!
//! As long as it is open it has the keys. What is being written is the room's draft, which stands here meanwhile.

use chat_protocol::{LogEntry, MessageId, RoomId};

use super::Rooms;
use crate::state::{Older, Room, Scroll};

/// A stretch of a room's log that does not reach up to the newest event, or did not when it was opened.
#[derive(Debug)]
pub(crate) struct Past {
    /// The message that it was opened for.
    pub(crate) around: MessageId,
    /// Its messages.
    pub(super) room: Room,
    /// Whether newer messages are being loaded.
    pub(crate) newer: Older,
    /// Whether it reaches up to the newest event.
    pub(crate) is_up_to_date: bool,
}

impl Rooms {
    /// Opens the messages around this one in the room on the screen. They are still to be loaded.
    pub(crate) fn open_past(&mut self, around: MessageId) {
        self.close_thread();
        self.close_past();
        let Some(base) = self.base_mut() else { return };
        let mut room = base.apart(None);
        room.scroll = Scroll::Live;
        std::mem::swap(&mut room.draft, &mut base.draft);
        std::mem::swap(&mut room.writing, &mut base.writing);
        std::mem::swap(&mut room.attached, &mut base.attached);
        self.past = Some(Past { around, room, newer: Older::Idle, is_up_to_date: false });
    }

    /// Goes back to the room itself; false if no older messages are open. What is being written stays.
    pub(crate) fn close_past(&mut self) -> bool {
        let Some(past) = self.past.take() else { return false };
        if let Some(base) = self.rooms.get_mut(&past.room.id) {
            (base.draft, base.writing, base.attached) = (past.room.draft, past.room.writing, past.room.attached);
        }
        true
    }

    /// The older messages on the screen.
    pub(crate) fn past(&self) -> Option<&Past> {
        self.past.as_ref()
    }

    /// The older messages on the screen, if they are of this room.
    pub(crate) fn past_in(&mut self, room: RoomId) -> Option<&mut Past> {
        self.past.as_mut().filter(|past| past.room.id == room)
    }

    /// What is kept on disk of what is being written to a room, wherever it stands.
    pub(crate) fn kept_draft(&self, room: RoomId) -> Option<&str> {
        let past = self.past.as_ref().filter(|past| past.room.id == room).map(|past| &past.room);
        past.or_else(|| self.rooms.get(&room)).map(Room::kept_draft)
    }

    /// Whether something is open over the room on the screen.
    pub(crate) fn is_covered(&self) -> bool {
        self.past.is_some() || self.thread.is_some()
    }

    /// Takes in from the room what it has after the older messages, if nothing is missing between.
    pub(crate) fn join_past(&mut self) {
        let Some(past) = &mut self.past else { return };
        let Some(base) = self.rooms.get(&past.room.id) else { return };
        let last = past.room.timeline.last_seq().unwrap_or(0);
        if past.is_up_to_date || base.timeline.covers_after(last) {
            past.is_up_to_date = true;
            let entries: Vec<LogEntry> = base.timeline.after(last).map(|(_, entry)| entry.clone()).collect();
            entries.into_iter().for_each(|entry| _ = past.room.timeline.add(entry));
        }
    }
}

impl Past {
    /// An event of its room's log.
    pub(crate) fn happened(&mut self, entry: &LogEntry) {
        if self.is_up_to_date {
            self.room.timeline.add(entry.clone());
        } else {
            self.room.timeline.follow(entry);
        }
    }

    /// Its room, to change it.
    pub(crate) fn room_mut(&mut self) -> &mut Room {
        &mut self.room
    }
}
