//! What an event makes of an earlier message, so that every client shows it alike.

use std::collections::VecDeque;

use crate::{LogEntry, LogEvent, Message, Reaction, Replies, UserRef};

/// People that a reaction names.
const REACTION_PEOPLE: usize = 20;
/// People that the replies of a message name.
const REPLY_PEOPLE: usize = 5;

/// Changes that are remembered: more do not come while one page is on its way.
const REMEMBERED: usize = 256;

/// What changed earlier messages lately. A page of messages that was asked for before a change and comes after it shows
/// what was, perhaps a text that is deleted by now: it is brought up to date when it is here.
#[derive(Debug, Clone, Default)]
pub struct RecentChanges(VecDeque<LogEntry>);

impl RecentChanges {
    /// Remembers an event of the room that has just come, if it changes an earlier message.
    pub fn note(&mut self, entry: &LogEntry) {
        let is_reply = entry.event.message().is_some_and(|message| message.thread.is_some());
        if is_reply || entry.event.target().is_some() {
            self.0.truncate(REMEMBERED - 1);
            self.0.push_front(entry.clone());
        }
    }

    /// Brings messages of the room up to date.
    pub fn apply(&self, messages: &mut [Message]) {
        for entry in self.0.iter().rev() {
            amend_all(messages, entry);
        }
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

fn amend_all(messages: &mut [Message], entry: &LogEntry) {
    let mut lost = None;
    for message in &mut *messages {
        let was_there = !message.deleted;
        if amend(message, entry) && was_there && message.deleted {
            lost = message.thread.map(|first| (first, message.seq));
        }
    }
    if let Some((first, seq)) = lost
        && let Some(first) = messages.iter_mut().find(|message| message.id == first)
    {
        lose_reply(first, seq);
    }
}

/// Brings a message up to date with a later event of its room: its text, reactions and replies. Returns whether it changed.
///
/// A message that was read after the event knows it already; applied in order, the events lead to the same in the end.
pub fn amend(message: &mut Message, entry: &LogEntry) -> bool {
    match &entry.event {
        LogEvent::Message { message: reply } if reply.thread == Some(message.id) => add_reply(message, reply),
        LogEvent::MessageEdited { message: edited, .. } if edited.id == message.id && !message.deleted => {
            // An edit that is replayed comes with the replies of now; those that follow it would be counted twice.
            let replies = message.replies.take();
            *message = Message { replies, ..edited.clone() };
            true
        }
        LogEvent::MessageDeleted { target, .. } if target.message_id == message.id => erase(message),
        LogEvent::ReactionAdded { target, reaction, user } if target.message_id == message.id && !message.deleted => {
            react(message, &reaction.emoji, reaction.count, user, true)
        }
        LogEvent::ReactionRemoved { target, reaction, user } if target.message_id == message.id && !message.deleted => {
            react(message, &reaction.emoji, reaction.count, user, false)
        }
        _ => false,
    }
}

/// A reply of the thread that begins with this message was deleted: `seq` is its position. To be called where an event made
/// a message a deleted one; that may be an edit, as one that is replayed shows the message as it now is.
pub fn lose_reply(first: &mut Message, seq: u64) -> bool {
    let Some(replies) = &mut first.replies else { return false };
    // What was counted up to `last_seq` and not deleted before.
    if seq > replies.last_seq {
        return false;
    }
    replies.count = replies.count.saturating_sub(1);
    if replies.count == 0 {
        first.replies = None;
    }
    true
}

fn add_reply(first: &mut Message, reply: &Message) -> bool {
    if reply.deleted || first.replies.as_ref().is_some_and(|replies| reply.seq <= replies.last_seq) {
        return false;
    }
    let (last_seq, last_at) = (reply.seq, reply.sent_at);
    let replies =
        first.replies.get_or_insert_with(|| Box::new(Replies { count: 0, last_seq, last_at, people: vec![] }));
    (replies.count, replies.last_seq, replies.last_at) = (replies.count + 1, last_seq, last_at);
    let is_new = replies.people.iter().all(|person| person.id != reply.author.id);
    if is_new && replies.people.len() < REPLY_PEOPLE {
        replies.people.push(reply.author.clone());
    }
    true
}

fn erase(message: &mut Message) -> bool {
    if message.deleted {
        return false;
    }
    message.deleted = true;
    message.body = String::new();
    message.blocks = message.blocks.take().map(|_| Vec::new());
    message.mentions_room = false;
    message.mentions.clear();
    message.mentioned.clear();
    message.reactions.clear();
    message.attachments.clear();
    true
}

fn react(message: &mut Message, emoji: &str, count: u64, user: &UserRef, on: bool) -> bool {
    let known = message.reactions.iter().position(|reaction| reaction.emoji == emoji);
    if count == 0 {
        return known.map(|place| message.reactions.remove(place)).is_some();
    }
    let place = known.unwrap_or_else(|| {
        message.reactions.push(Reaction { emoji: emoji.to_owned(), count: 0, users: vec![] });
        message.reactions.len() - 1
    });
    let reaction = &mut message.reactions[place];
    reaction.count = count;
    reaction.users.retain(|other| other.id != user.id);
    if on && reaction.users.len() < REACTION_PEOPLE {
        reaction.users.push(user.clone());
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReactionChange, Target, testing};

    fn entry(message: &Message, seq: u64, event: LogEvent) -> LogEntry {
        LogEntry { room: message.room, seq, at: testing::at(seq), event }
    }

    fn target(message: &Message) -> Target {
        Target { message_id: message.id, message_seq: message.seq }
    }

    #[test]
    fn reactions_follow_their_events_however_often_one_reacts() {
        let mut message = testing::message("alice", "lunch?");
        let react = |message: &mut Message, who: &str, count, on| {
            let (target, user) = (target(message), testing::user_ref(who));
            let reaction = ReactionChange { emoji: "👍".to_owned(), count };
            let event = match on {
                true => LogEvent::ReactionAdded { target, reaction, user },
                false => LogEvent::ReactionRemoved { target, reaction, user },
            };
            amend(message, &entry(message, 2, event))
        };
        assert!(react(&mut message, "bob", 1, true) && react(&mut message, "carol", 2, true));
        assert!(react(&mut message, "bob", 2, true), "a replay names nobody twice");
        let names = |message: &Message| -> Vec<String> {
            message.reactions[0].users.iter().map(|user| user.name.clone()).collect()
        };
        assert_eq!((message.reactions[0].count, names(&message)), (2, vec!["carol".to_owned(), "bob".to_owned()]));
        react(&mut message, "carol", 1, false);
        assert_eq!((message.reactions[0].count, names(&message)), (1, vec!["bob".to_owned()]));
        react(&mut message, "bob", 0, false);
        assert!(message.reactions.is_empty());
    }

    #[test]
    fn of_a_deleted_message_nothing_is_left_and_nothing_comes_to_it() {
        let mut message = testing::message("alice", "secret");
        let (deleted, user) = (target(&message), testing::user_ref("alice"));
        let deletion = entry(&message, 2, LogEvent::MessageDeleted { target: deleted, user: user.clone() });
        assert!(amend(&mut message, &deletion) && !amend(&mut message, &deletion));
        assert!(message.deleted && !format!("{message:?}").contains("secret"));
        let reaction = ReactionChange { emoji: "👍".to_owned(), count: 1 };
        let late = entry(&message, 3, LogEvent::ReactionAdded { target: deleted, reaction, user });
        assert!(!amend(&mut message, &late));
    }

    #[test]
    fn replies_are_counted_once_and_no_longer_when_they_are_deleted() {
        let mut first = testing::message("alice", "lunch?");
        let reply = |seq| Message {
            seq,
            thread: Some(testing::message("alice", "lunch?").id),
            ..testing::message("bob", "yes")
        };
        for seq in [2, 3, 3, 2] {
            amend(&mut first, &LogEntry::from(reply(seq)));
        }
        let replies = first.replies.clone().unwrap();
        assert_eq!((replies.count, replies.last_seq, replies.people.len()), (2, 3, 1));
        assert!(lose_reply(&mut first, 2) && lose_reply(&mut first, 3));
        assert_eq!(first.replies, None);
    }

    #[test]
    fn a_page_that_comes_after_what_changed_its_messages_is_brought_up_to_date() {
        let first = testing::message("alice", "lunch?");
        let secret = Message { seq: 2, thread: Some(first.id), ..testing::message("bob", "secret") };
        let replies = Replies { count: 1, last_seq: 2, last_at: secret.sent_at, people: vec![secret.author.clone()] };
        let mut page = [Message { replies: Some(Box::new(replies)), ..first.clone() }, secret.clone()];
        let mut newer = page.clone();
        let edited = Message { body: "dinner?".to_owned(), ..first.clone() };
        let user = testing::user_ref("bob");
        let mut changes = RecentChanges::default();
        changes.note(&entry(&secret, 3, LogEvent::MessageEdited { message: secret.clone(), user: user.clone() }));
        changes.note(&entry(&secret, 4, LogEvent::MessageDeleted { target: target(&secret), user: user.clone() }));
        changes.note(&entry(&first, 5, LogEvent::MessageEdited { message: edited, user }));
        changes.apply(&mut page);
        assert_eq!((&*page[0].body, page[0].replies.is_none(), page[1].deleted), ("dinner?", true, true));
        assert!(!format!("{page:?}").contains("secret"));
        // A page that knows of the deletion gets no text back from the edit before it.
        newer[0].replies = None;
        erase(&mut newer[1]);
        changes.apply(&mut newer);
        assert_eq!(page, newer);
    }

    #[test]
    fn an_edit_replaces_the_text_and_keeps_the_replies() {
        let mut message = testing::message("alice", "lunch?");
        let first = Some(message.id);
        amend(&mut message, &LogEntry::from(Message { seq: 2, thread: first, ..testing::message("bob", "yes") }));
        let edited = Message { replies: None, body: "dinner?".to_owned(), ..message.clone() };
        let event = LogEvent::MessageEdited { message: edited, user: testing::user_ref("alice") };
        assert!(amend(&mut message.clone(), &entry(&message, 3, event.clone())));
        let edit = entry(&message, 3, event);
        amend(&mut message, &edit);
        assert_eq!((&*message.body, message.replies.is_some()), ("dinner?", true));
        // Replayed after an absence in which the reply was deleted: the deletion follows, and is counted then.
        let replies = message.replies.clone();
        let replayed = Message { replies: None, body: "supper?".to_owned(), ..message.clone() };
        let replayed =
            Message { replies: Some(Box::new(Replies { count: 7, ..*replies.clone().unwrap() })), ..replayed };
        let event = LogEvent::MessageEdited { message: replayed, user: testing::user_ref("alice") };
        let edit = entry(&message, 4, event);
        amend(&mut message, &edit);
        assert_eq!((&*message.body, &message.replies), ("supper?", &replies));
    }
}
