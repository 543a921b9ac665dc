//! The thread on the screen: the messages of one chain of replies, as a room of its own over the room that they are in.
//!
//! As long as one is open it has the keys: what is written goes into it, what is selected is one of its messages.

use chat_protocol::{LogEntry, LogEvent, Message, MessageId, RoomId};

use super::Rooms;
use crate::{
    state::{Room, Scroll, Writing},
    text::editor::Editor,
};

/// What of a thread is here.
#[derive(Debug)]
pub(crate) struct Thread {
    /// The message that it began with.
    pub(crate) first: MessageId,
    /// Its messages, and what is written to it.
    pub(super) room: Room,
    /// Whether the server was asked for its messages.
    pub(crate) asked: bool,
}

impl Rooms {
    /// Opens a thread of the room on the screen.
    pub(crate) fn open_thread(&mut self, first: MessageId) {
        self.close_thread();
        self.close_past();
        let Some(base) = self.base_mut() else { return };
        let mut room = base.apart(Some(first));
        room.draft = base.thread_drafts.remove(&first).unwrap_or_default();
        room.attached = base.thread_attached.remove(&first).unwrap_or_default();
        room.scroll = Scroll::Live;
        let of_it = |entry: &&LogEntry| entry.event.message().is_some_and(|message| belongs(message, first));
        let entries: Vec<LogEntry> = base.timeline.after(0).map(|(_, entry)| entry).filter(of_it).cloned().collect();
        for entry in entries {
            room.timeline.add(entry);
        }
        for command in base.timeline.commands() {
            room.timeline.set_command(command.clone());
        }
        for pending in base.timeline.pending() {
            if pending.reply_to.is_some_and(|id| id == first || room.timeline.place(id).is_some()) {
                room.timeline.set_pending(pending.clone());
            }
        }
        self.thread = Some(Thread { first, room, asked: false });
    }

    /// Closes the thread; what was being written to it is kept until it is opened again.
    pub(crate) fn close_thread(&mut self) {
        let Some(mut thread) = self.thread.take() else { return };
        if let Some(base) = self.rooms.get_mut(&thread.room.id) {
            // Where a message is being edited, the draft stands aside.
            if let Some(draft) = std::mem::take(&mut thread.room.writing).into_draft() {
                thread.room.draft = draft;
            }
            if thread.room.attached.is_any() {
                base.thread_attached.insert(thread.first, thread.room.attached);
            }
            if !thread.room.draft.is_empty() {
                base.thread_drafts.insert(thread.first, thread.room.draft);
            }
        }
    }

    /// What is being written to a room, or to a thread of it, wherever the user is now.
    pub(crate) fn draft_mut(&mut self, room: RoomId, thread: Option<MessageId>) -> Option<&mut Editor> {
        let Some(first) = thread else {
            return match &mut self.past {
                Some(past) if past.room.id == room => Some(&mut past.room.draft),
                _ => Some(&mut self.rooms.get_mut(&room)?.draft),
            };
        };
        match &mut self.thread {
            Some(thread) if thread.first == first => Some(&mut thread.room.draft),
            _ => self.rooms.get_mut(&room)?.thread_drafts.get_mut(&first),
        }
    }

    /// What changes of the room changes for what is open above it: who may write there.
    pub(crate) fn cover_like_room(&mut self) {
        if let Some(thread) = &mut self.thread
            && let Some(base) = self.rooms.get(&thread.room.id)
        {
            thread.room.like(base);
        }
        if let Some(past) = &mut self.past
            && let Some(base) = self.rooms.get(&past.room.id)
        {
            past.room.like(base);
        }
    }

    /// The thread on the screen.
    pub(crate) fn thread(&self) -> Option<&Thread> {
        self.thread.as_ref()
    }

    /// The thread on the screen, if it is one of this room.
    pub(crate) fn thread_in(&mut self, room: RoomId) -> Option<&mut Thread> {
        self.thread.as_mut().filter(|thread| thread.room.id == room)
    }
}

impl Thread {
    /// An event of its room's log.
    pub(crate) fn happened(&mut self, entry: &LogEntry) {
        match &entry.event {
            LogEvent::Message { message } => {
                if belongs(message, self.first) {
                    self.room.timeline.add(entry.clone());
                }
            }
            _ => self.room.timeline.follow(entry),
        }
    }

    /// What is being written to it, if it is one of this room.
    pub(crate) fn draft_in(&self, room: RoomId) -> Option<&Editor> {
        Some(&self.room.draft).filter(|_| {
            self.room.id == room && !matches!(self.room.writing, Writing::Edit { .. } | Writing::Report { .. })
        })
    }

    /// Its room, to change it.
    pub(crate) fn room_mut(&mut self) -> &mut Room {
        &mut self.room
    }
}

fn belongs(message: &Message, first: MessageId) -> bool {
    message.id == first || message.thread == Some(first)
}
