//! The line above an answer: what it answers, as far as it is here.

use chat_protocol::{Message, MessageId, blocks, terminal::SafeText};

use super::TimelineLayout;
use crate::{
    state::{EntryKey, People, Room},
    text::{
        self, files,
        span::{Role, Span, Target},
    },
};

/// Bytes of a message that are looked at for its line; no terminal shows more.
const LOOKED_AT: usize = 1024;

impl TimelineLayout<'_> {
    /// `╭ bob: morning! the 0.3 build is green on all…`
    pub(super) fn answers(&self, id: MessageId, width: usize) -> Span {
        let text = self.words(id).unwrap_or_else(|| "a message further up".to_owned());
        Span::new(text::fit(&format!("╭ {text}"), width, "…"), Role::Dim).target(Target::Message(id))
    }

    /// `bob: morning! the 0.3 build…`, if the message is here.
    pub(super) fn words(&self, id: MessageId) -> Option<String> {
        words(self.room, self.people, id)
    }

    /// The message that this entry answers.
    pub(super) fn reply_to(&self, key: EntryKey) -> Option<MessageId> {
        let answers = match key {
            EntryKey::Pending(id) => self.room.timeline.pending_entry(id)?.reply_to,
            EntryKey::Logged(seq) => self.room.timeline.message(seq).filter(|message| !message.deleted)?.reply_to,
        };
        // In a thread, what it began with is there to be read.
        answers.filter(|_| self.room.thread.is_none() || answers != self.room.thread)
    }
}

/// Who said it and its first words, if the message is here.
pub(crate) fn words(room: &Room, people: &People, id: MessageId) -> Option<String> {
    match room.timeline.place(id) {
        Some(seq) => Some(said(people, room.timeline.message(seq)?)),
        None => Some(beginning(&room.timeline.pending_entry(id)?.body)),
    }
}

/// Who said a message and its first words.
pub(crate) fn said(people: &People, message: &Message) -> String {
    let name = people.name(message.author.id);
    match message.deleted {
        true => format!("{name}: message deleted"),
        false => format!("{name}: {}", first_words(message)),
    }
}

/// A message's words on one line; the names of its files if it has no words.
pub(crate) fn first_words(message: &Message) -> String {
    if message.body.is_empty() && !message.attachments.is_empty() {
        return files::names(&message.attachments);
    }
    beginning(&message.body)
}

/// The words of a text on one line.
pub(crate) fn beginning(body: &str) -> String {
    let part = &body[..body.floor_char_boundary(LOOKED_AT)];
    let words = blocks::plain(&blocks::parse(part, &|_| None));
    SafeText::line(&words).as_str().split_whitespace().collect::<Vec<_>>().join(" ")
}
