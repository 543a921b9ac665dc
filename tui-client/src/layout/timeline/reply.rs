//! The line above an answer: what it answers, as far as it is here.

use chat_protocol::{Message, MessageId, blocks, terminal::SafeText};

use super::TimelineLayout;
use crate::{
    state::EntryKey,
    text::{
        self,
        span::{Role, Span},
    },
};

/// Bytes of a message that are looked at for its line; no terminal shows more.
const LOOKED_AT: usize = 1024;

impl TimelineLayout<'_> {
    /// `╭ bob: morning! the 0.3 build is green on all…`
    pub(super) fn answers(&self, id: MessageId, width: usize) -> Span {
        let text = match self.answered(id) {
            Some(message) if message.deleted => format!("{}: message deleted", self.people.name(message.author.id)),
            Some(message) => format!("{}: {}", self.people.name(message.author.id), beginning(&message.body)),
            None => "a message further up".to_owned(),
        };
        Span::new(text::fit(&format!("╭ {text}"), width, "…"), Role::Dim)
    }

    /// The message that this entry answers.
    pub(super) fn reply_to(&self, key: EntryKey) -> Option<MessageId> {
        match key {
            EntryKey::Pending(id) => self.room.timeline.pending_entry(id)?.reply_to,
            EntryKey::Logged(seq) => self.room.timeline.message(seq).filter(|message| !message.deleted)?.reply_to,
        }
    }

    fn answered(&self, id: MessageId) -> Option<&Message> {
        self.room.timeline.message(self.room.timeline.place(id)?)
    }
}

/// A message's words on one line.
fn beginning(body: &str) -> String {
    let part = &body[..body.floor_char_boundary(LOOKED_AT)];
    let words = blocks::plain(&blocks::parse(part, &|_| None));
    SafeText::line(&words).as_str().split_whitespace().collect::<Vec<_>>().join(" ")
}
