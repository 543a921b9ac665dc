//! What counts are, by the log alone: unread, mentions, replies, who follows which thread.

use std::collections::BTreeSet;

use chat_protocol::{LogEntry, LogEvent, Message, MessageId, Replies, Room};

use crate::record::{Record, carried};

/// People whom the replies of a message name.
const REPLY_PEOPLE: usize = 5;

impl Record {
    /// Messages of others in a room after a position, and up to another.
    pub(crate) fn unread(&self, user: usize, room: usize, after: u64, to: usize) -> u64 {
        self.of_others(user, room, after, to).filter(|message| !message.deleted).count() as u64
    }

    /// Those of them that mention the user.
    pub(crate) fn mentions(&self, user: usize, room: usize, after: u64, to: usize) -> u64 {
        let own = self.people[user].id;
        let mentions = |message: &&Message| !message.deleted && message.mentions(own);
        self.of_others(user, room, after, to).filter(mentions).count() as u64
    }

    /// Messages that were unread right after an event, some of which may be deleted by now.
    pub(crate) fn unread_then(&self, user: usize, room: usize, after: u64, then: u64) -> u64 {
        let to = usize::try_from(then).unwrap();
        let was_there = |message: &&Message| self.rooms[room].deleted.get(&message.id).is_none_or(|seq| *seq > then);
        self.of_others(user, room, after, to).filter(was_there).count() as u64
    }

    fn of_others(&self, user: usize, room: usize, after: u64, to: usize) -> impl Iterator<Item = &Message> {
        let after = usize::try_from(after).unwrap().min(to);
        let own = self.people[user].id;
        let messages = self.rooms[room].log[after..to].iter().filter_map(|entry| entry.event.message());
        messages.filter(move |message| message.author.id != own)
    }

    /// Whether someone's room shows what the log says.
    pub(crate) fn is_right(&self, user: usize, shown: &Room) -> bool {
        let room = self.setting.rooms.iter().position(|id| *id == shown.id).expect("a known room");
        let of_room = &self.rooms[room];
        let (Some(read), end) = (shown.read_seq, of_room.log.len()) else { return false };
        shown.last_seq == end as u64
            && shown.unread == Some(self.unread(user, room, read, end))
            && shown.mentions == Some(self.mentions(user, room, read, end))
            && shown.pins == of_room.pins.len() as u64
            && shown.members == of_room.present.len() as u64
            && (of_room.topic.is_empty() || shown.topic == of_room.topic)
    }

    /// Counts a thread again, and has its first message show it.
    pub(crate) fn count_replies(&mut self, room: usize, root: MessageId) {
        let of_room = &mut self.rooms[room];
        let is_reply = |message: &&Message| message.thread == Some(root);
        let messages = of_room.log.iter().filter_map(|entry| entry.event.message());
        let all: Vec<&Message> = messages.filter(is_reply).collect();
        let left: Vec<&&Message> = all.iter().filter(|message| !message.deleted).collect();
        let replies = left.last().map(|last| {
            let mut people = Vec::new();
            for reply in &all {
                let is_new = people.iter().all(|person: &chat_protocol::UserRef| person.id != reply.author.id);
                if is_new && left.iter().any(|other| other.author.id == reply.author.id) {
                    people.push(reply.author.clone());
                }
            }
            people.truncate(REPLY_PEOPLE);
            Box::new(Replies { count: left.len() as u64, last_seq: last.seq, last_at: last.sent_at, people })
        });
        let shown = of_room.log.iter_mut().filter_map(carried).filter(|message| message.id == root);
        shown.for_each(|message| message.replies.clone_from(&replies));
    }

    /// Who writes in a thread follows it, and with that so does the one whose message began it, unless they left it before.
    pub(crate) fn follow_by_writing(&mut self, room: usize, root: MessageId, reply: &Message) {
        let user_of = |message: &Message| self.people.iter().position(|person| person.id == message.author.id);
        let author = user_of(reply).expect("a known author");
        let (_, seq) = self.stored[&root];
        let begun_by = user_of(self.message(room, seq)).expect("a known author");
        let of_room = &mut self.rooms[room];
        if of_room.follows.contains_key(&(author, root)) {
            return;
        }
        of_room.follows.insert((author, root), true);
        if of_room.present.contains(&begun_by) {
            of_room.follows.entry((begun_by, root)).or_insert(true);
        }
    }

    /// The threads that someone follows.
    pub(crate) fn followed(&self, user: usize) -> BTreeSet<MessageId> {
        let all = self.rooms.iter().flat_map(|room| &room.follows);
        all.filter(|((other, _), on)| *other == user && **on).map(|((_, root), _)| *root).collect()
    }

    /// The message that a thread began with, of any of its messages.
    pub(crate) fn root_of(&self, id: MessageId) -> MessageId {
        let (room, seq) = self.stored[&id];
        self.message(room, seq).thread.unwrap_or(id)
    }

    /// What was asked for happened: later events of before tell it.
    pub(crate) fn note_change(&mut self, room: usize, entry: &LogEntry, shows_own_text: bool) {
        let of_room = &mut self.rooms[room];
        match &entry.event {
            LogEvent::MessageEdited { message, .. } if shows_own_text => {
                of_room.texts.insert(entry.seq, message.body.clone());
            }
            LogEvent::MessageDeleted { target, .. } => {
                of_room.deleted.insert(target.message_id, entry.seq);
            }
            LogEvent::MessagePinned { target, .. } => {
                of_room.pins.insert(target.message_id);
            }
            LogEvent::MessageUnpinned { target, .. } => {
                of_room.pins.remove(&target.message_id);
            }
            _ => {}
        }
    }
}
