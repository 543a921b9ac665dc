//! What people do to messages of the lobby, and what moderators do there.

use chat_protocol::{
    Event, LogEntry, LogEvent, Message, Moderation, ModerationAction, ReactionChange, RoomChanges, RoomRole, Target,
    Timestamp,
    testing::{user_id, user_ref},
};

use super::{Scene, room_id};

impl Scene {
    /// What happens meanwhile happens in another room than the lobby.
    pub(crate) fn in_room(&mut self, room: &'static str, happens: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.at_room, room);
        happens(self);
        self.at_room = before;
    }

    /// The message with this position, as it is here.
    pub(crate) fn said(&self, seq: u64) -> Message {
        self.state.rooms.room(room_id(self.at_room)).unwrap().timeline.message(seq).unwrap().clone()
    }

    /// Something that is logged happens.
    pub(crate) fn logs(&mut self, event: LogEvent) -> u64 {
        let (room, seq, at) = (room_id(self.at_room), self.next_seq(self.at_room), self.now.wall);
        self.event(Event::Logged(LogEntry { room, seq, at, event }));
        seq
    }

    fn target(&self, seq: u64) -> Target {
        Target { message_id: self.said(seq).id, message_seq: seq }
    }

    pub(crate) fn edits(&mut self, seq: u64, body: &str) {
        let said = self.said(seq);
        let mentions = chat_protocol::mention::names(body).iter().map(|name| user_id(name)).collect();
        let edited_at = Some(self.now.wall);
        let message = Message { body: body.to_owned(), edited_at, mentions, replies: None, ..said };
        let user = message.author.clone();
        self.logs(LogEvent::MessageEdited { message, user });
    }

    pub(crate) fn deletes(&mut self, name: &str, seq: u64) {
        let target = self.target(seq);
        self.logs(LogEvent::MessageDeleted { target, user: user_ref(name) });
    }

    pub(crate) fn reacts(&mut self, name: &str, seq: u64, emoji: &str, count: u64) {
        let (target, user) = (self.target(seq), user_ref(name));
        let reaction = ReactionChange { emoji: emoji.to_owned(), count };
        self.logs(LogEvent::ReactionAdded { target, reaction, user });
    }

    pub(crate) fn takes_back(&mut self, name: &str, seq: u64, emoji: &str, count: u64) {
        let (target, user) = (self.target(seq), user_ref(name));
        let reaction = ReactionChange { emoji: emoji.to_owned(), count };
        self.logs(LogEvent::ReactionRemoved { target, reaction, user });
    }

    pub(crate) fn pins(&mut self, name: &str, seq: u64) {
        let target = self.target(seq);
        self.logs(LogEvent::MessagePinned { target, user: user_ref(name) });
    }

    /// Somebody answers a message in the thread that begins with `first`.
    pub(crate) fn replies(&mut self, author: &str, first: u64, body: &str) -> u64 {
        let thread = Some(self.said(first).id);
        let seq = self.next_seq("lobby");
        let message = Message { reply_to: thread, thread, ..self.message("lobby", seq, author, body) };
        self.event(Event::Logged(message.into()));
        seq
    }

    pub(crate) fn changes_room(&mut self, name: &str, changes: RoomChanges) {
        self.logs(LogEvent::RoomUpdated { changes, user: user_ref(name) });
    }

    pub(crate) fn moderates(&mut self, by: &str, action: ModerationAction, user: &str, until: Option<Timestamp>) {
        let removed = matches!(action, ModerationAction::Kick | ModerationAction::Ban);
        let role = (action == ModerationAction::Role).then_some(RoomRole::Moderator);
        let moderation = Moderation { action, until, reason: None, role, removed };
        self.logs(LogEvent::Moderated { user: user_ref(user), by: user_ref(by), moderation });
    }
}
