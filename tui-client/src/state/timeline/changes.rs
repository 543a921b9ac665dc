//! What events make of messages that are here: edits, deletions, reactions, replies, pins.

use chat_protocol::{LogEntry, LogEvent, Message, MessageId, amend, lose_reply};

use super::Timeline;

impl Timeline {
    /// Follows an event that is no entry here.
    pub(crate) fn follow(&mut self, entry: &LogEntry) {
        self.changes.note(entry);
        self.amend(entry);
    }

    /// Brings the messages here up to date with an event.
    pub(super) fn amend(&mut self, entry: &LogEntry) {
        match &entry.event {
            LogEvent::Message { message } => self.change(message.thread, entry),
            LogEvent::MessageEdited { message, .. } => self.rewrite(message.id, entry),
            LogEvent::MessageDeleted { target, .. } => {
                self.pinned.remove(&target.message_id);
                self.rewrite(target.message_id, entry);
            }
            LogEvent::ReactionAdded { target, .. } | LogEvent::ReactionRemoved { target, .. } => {
                self.change(Some(target.message_id), entry);
            }
            LogEvent::MessagePinned { target, .. } => _ = self.pinned.insert(target.message_id),
            LogEvent::MessageUnpinned { target, .. } => _ = self.pinned.remove(&target.message_id),
            LogEvent::UserJoined { .. }
            | LogEvent::UserLeft { .. }
            | LogEvent::RoomUpdated { .. }
            | LogEvent::Moderated { .. } => {}
        }
    }

    /// Whether a message is known to be pinned.
    pub(crate) fn is_pinned(&self, id: MessageId) -> bool {
        self.pinned.contains(&id)
    }

    /// The messages that are pinned, as the server lists them.
    pub(crate) fn set_pinned(&mut self, pins: impl IntoIterator<Item = MessageId>) {
        self.pinned = pins.into_iter().collect();
    }

    fn message_mut(&mut self, id: MessageId) -> Option<&mut Message> {
        match &mut self.logged.get_mut(self.places.get(&id)?)?.event {
            LogEvent::Message { message } => Some(message),
            _ => None,
        }
    }

    fn change(&mut self, id: Option<MessageId>, entry: &LogEntry) {
        if let Some(message) = id.and_then(|id| self.message_mut(id)) {
            amend(message, entry);
        }
    }

    /// An edit that is replayed may show a message that is deleted by now.
    fn rewrite(&mut self, id: MessageId, entry: &LogEntry) {
        let Some(message) = self.message_mut(id) else { return };
        let (first, seq, was_there) = (message.thread, message.seq, !message.deleted);
        amend(message, entry);
        if was_there
            && message.deleted
            && let Some(first) = first.and_then(|first| self.message_mut(first))
        {
            lose_reply(first, seq);
        }
    }
}
