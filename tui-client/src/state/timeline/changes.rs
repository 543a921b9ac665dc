//! What events make of messages that are here: edits, deletions, reactions, replies, pins.

use chat_protocol::{LogEvent, Message, MessageId, Reaction, ReactionChange, Replies, UserRef};

use super::Timeline;

/// People of a reaction that are remembered, as the server sends them.
const REACTED: usize = 20;
/// People of a thread that are remembered, as the server sends them.
const REPLIED: usize = 5;

impl Timeline {
    /// Brings the messages here up to date with an event.
    pub(crate) fn follow(&mut self, event: &LogEvent) {
        match event {
            LogEvent::Message { message } => self.replied(message),
            LogEvent::MessageEdited { message, .. } => self.edited(message),
            LogEvent::MessageDeleted { target, .. } => self.deleted(target.message_id),
            LogEvent::ReactionAdded { target, reaction, user } => self.reacted(target.message_id, reaction, user, true),
            LogEvent::ReactionRemoved { target, reaction, user } => {
                self.reacted(target.message_id, reaction, user, false);
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

    /// Counts a reply that was not here, at the message that its thread began with.
    fn replied(&mut self, reply: &Message) {
        let is_known = self.places.contains_key(&reply.id);
        let Some(first) = reply.thread.filter(|_| !is_known && !reply.deleted) else { return };
        let Some(first) = self.message_mut(first) else { return };
        let replies = first.replies.get_or_insert_with(|| {
            Box::new(Replies { count: 0, last_seq: 0, last_at: reply.sent_at, people: Vec::new() })
        });
        // The first message says up to where it was counted.
        if reply.seq > replies.last_seq {
            replies.count += 1;
            (replies.last_seq, replies.last_at) = (reply.seq, reply.sent_at);
            if replies.people.len() < REPLIED && !replies.people.contains(&reply.author) {
                replies.people.push(reply.author.clone());
            }
        }
    }

    fn edited(&mut self, edited: &Message) {
        if let Some(message) = self.message_mut(edited.id).filter(|message| !message.deleted) {
            // An event does not say how many replies there are.
            let replies = edited.replies.clone().or_else(|| message.replies.take());
            *message = Message { replies, ..edited.clone() };
        }
    }

    fn deleted(&mut self, id: MessageId) {
        let Some(message) = self.message_mut(id).filter(|message| !message.deleted) else { return };
        message.deleted = true;
        message.body.clear();
        message.mentions_room = false;
        message.edited_at = None;
        (message.mentions, message.mentioned) = (Vec::new(), Vec::new());
        (message.reactions, message.attachments, message.blocks) = (Vec::new(), Vec::new(), None);
        let first = message.thread;
        if let Some(replies) = first.and_then(|first| self.message_mut(first)?.replies.as_mut()) {
            replies.count = replies.count.saturating_sub(1);
        }
        self.pinned.remove(&id);
    }

    /// The count of an event is right after it; who reacted is counted once.
    fn reacted(&mut self, id: MessageId, change: &ReactionChange, user: &UserRef, on: bool) {
        let Some(message) = self.message_mut(id).filter(|message| !message.deleted) else { return };
        let at = message.reactions.iter().position(|reaction| reaction.emoji == change.emoji);
        let at = at.unwrap_or_else(|| {
            message.reactions.push(Reaction { emoji: change.emoji.clone(), count: 0, users: Vec::new() });
            message.reactions.len() - 1
        });
        let reaction = &mut message.reactions[at];
        reaction.count = change.count;
        reaction.users.retain(|other| other.id != user.id);
        if on && reaction.users.len() < REACTED {
            reaction.users.push(user.clone());
        }
        if change.count == 0 {
            message.reactions.remove(at);
        }
    }
}
