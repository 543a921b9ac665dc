//! Commands that change a message: who asked for what, and which event of the log came of it.
//!
//! An event does not name its command. An `Ack` does: it gives the position of the event, or where the room ended when there
//! was nothing to do. So each event is claimed by a command, which keeps it in every history that has the event.

use chat_protocol::{ErrorCode, LogEntry, LogEvent, MessageId, Timestamp};

use crate::{device::Answer, plan::Change, record::Record};

/// A command that someone was told to send.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) user: usize,
    pub(crate) room: usize,
    pub(crate) message: MessageId,
    pub(crate) change: Change,
    /// Of an edit.
    pub(crate) text: String,
    /// Which device's, and as its how-manieth; `None` once it was sent again out of turn.
    pub(crate) turn: Option<(usize, u64)>,
    /// Refused for good.
    pub(crate) refused: bool,
    /// Where its event stands, and since when, in each history that carried it out.
    places: Vec<(u64, Timestamp)>,
}

impl Asked {
    fn is_alike(&self, other: &Self) -> bool {
        (self.user, self.message, self.change, &self.text) == (other.user, other.message, other.change, &other.text)
    }
}

impl Record {
    /// Someone is about to change a message; an edit gives it this text.
    pub(crate) fn ask(
        &mut self,
        user: usize,
        device: Option<usize>,
        room: usize,
        message: MessageId,
        change: Change,
        text: String,
    ) -> MessageId {
        let id = MessageId::now_v7();
        let turn = device.map(|device| {
            self.said_by[device] += 1;
            (device, self.said_by[device])
        });
        let text = if matches!(change, Change::Edit) { text } else { String::new() };
        self.asked.insert(id, Asked { user, room, message, change, text, turn, refused: false, places: vec![] });
        id
    }

    /// Where the event of a command stands in this history.
    pub(crate) fn place_of(&self, asked: &Asked) -> Option<u64> {
        let log = &self.rooms[asked.room].log;
        let here = |(seq, at): &&(u64, Timestamp)| {
            log.get(usize::try_from(*seq).unwrap() - 1).is_some_and(|entry| entry.at == *at)
        };
        asked.places.iter().find(here).map(|(seq, _)| *seq)
    }

    /// A command that was carried out in this history and that no other can be taken for.
    pub(crate) fn is_done_and_alone(&self, asked: &Asked) -> bool {
        self.place_of(asked).is_some() && self.asked.values().filter(|other| other.is_alike(asked)).count() == 1
    }

    /// Somebody must have asked for what the next event tells, and it must not have been done before.
    pub(crate) fn check_cause(&mut self, room: usize, entry: &LogEntry) {
        let may_be = |asked: &Asked| {
            !asked.refused
                && asked.room == room
                && (is_cause(self, asked, entry) || is_unpinned_by(self, asked, entry))
                && self.place_of(asked).is_none()
        };
        let Some(cause) = self.asked.values().find(|asked| may_be(asked)) else {
            panic!("promise 3: nobody asked for this, or once only: {entry:?}")
        };
        let is_sure = self.rooms[room].texts.contains_key(&entry.seq);
        if let (Change::Edit, true, Some((device, turn))) = (cause.change, is_sure, cause.turn) {
            let before = self.edits.insert((device, cause.message), turn).unwrap_or(0);
            assert!(before < turn, "promise 7: device {device} edited {} as {turn} before {before}", cause.message);
        }
    }

    /// Looks at the answers to commands, once the log is known up to them.
    pub(crate) fn check_decided(&mut self) {
        for answer in std::mem::take(&mut self.decided) {
            match answer {
                Answer::Stored { id, seq, .. } => self.done(id, seq),
                Answer::Refused { id, code } => self.refused(id, code),
            }
        }
    }

    /// As far as the log is known: the server has ended, and what came after that is of no history that can come back.
    pub(crate) fn check_decided_so_far(&mut self) {
        self.decided.retain(|answer| match answer {
            Answer::Stored { id, seq, .. } => *seq <= self.rooms[self.asked[id].room].log.len() as u64,
            Answer::Refused { .. } => false,
        });
        self.check_decided();
    }

    fn done(&mut self, id: MessageId, seq: u64) {
        let asked = &self.asked[&id];
        if let Some(before) = self.place_of(asked) {
            assert_eq!(seq, before, "promise 3: sent again, {id} is answered like the first time");
            return;
        }
        let entry = &self.rooms[asked.room].log[usize::try_from(seq).unwrap() - 1];
        let place = (asked.room, seq, entry.at);
        if is_cause(self, asked, entry) && self.claimed.insert(place) {
            let place = (seq, entry.at);
            self.asked.get_mut(&id).expect("asked").places.push(place);
        } else {
            assert!(self.is_in_effect(asked, seq), "promise 1: {id} is acknowledged with {seq}: {asked:?}");
        }
    }

    fn refused(&mut self, id: MessageId, code: ErrorCode) {
        let asked = &self.asked[&id];
        assert_eq!(self.place_of(asked), None, "promise 3: {id} was done, and now is refused with {code}");
        let found = self.stored.get(&asked.message);
        let is_right = match code {
            ErrorCode::BadRequest => found.is_some_and(|(room, seq)| self.message(*room, *seq).deleted),
            ErrorCode::Forbidden => asked.room != 0,
            // It was refused itself, or a history that was put back did not have it.
            ErrorCode::NotFound => found.is_none() || self.restored,
            _ => false,
        };
        assert!(is_right, "{id} is refused with {code} for no reason: {asked:?}");
        self.asked.get_mut(&id).expect("asked").refused = true;
    }

    /// Whether what a command asks for was so after this event.
    fn is_in_effect(&self, asked: &Asked, seq: u64) -> bool {
        let until = self.rooms[asked.room].log.iter().take(usize::try_from(seq).unwrap());
        let of_message = until.filter(|entry| about(entry) == Some(asked.message));
        let own = self.people[asked.user].id;
        match asked.change {
            // No two edits have the same text.
            Change::Edit => false,
            Change::Delete => of_message.rev().any(|entry| matches!(entry.event, LogEvent::MessageDeleted { .. })),
            Change::React { emoji, on } => {
                let mut last = of_message.filter_map(|entry| match &entry.event {
                    LogEvent::ReactionAdded { reaction, user, .. } if user.id == own && reaction.emoji == emoji => {
                        Some(true)
                    }
                    LogEvent::ReactionRemoved { reaction, user, .. } if user.id == own && reaction.emoji == emoji => {
                        Some(false)
                    }
                    _ => None,
                });
                last.next_back().unwrap_or(false) == on
            }
            Change::Pin { on } => {
                let mut last = of_message.filter_map(|entry| match &entry.event {
                    LogEvent::MessagePinned { .. } => Some(true),
                    LogEvent::MessageUnpinned { .. } => Some(false),
                    _ => None,
                });
                last.next_back().unwrap_or(false) == on
            }
        }
    }

    /// Every change in the log is one that a command was acknowledged for: none was made twice.
    pub(crate) fn check_all_claimed(&self) {
        for (room, of_room) in self.rooms.iter().enumerate() {
            for (entry, next) in of_room.log.iter().zip(of_room.log.iter().skip(1).map(Some).chain([None])) {
                let is_change = about(entry).is_some() && !matches!(entry.event, LogEvent::Message { .. });
                let by_deletion = matches!(entry.event, LogEvent::MessageUnpinned { .. })
                    && next.is_some_and(|next| {
                        matches!(next.event, LogEvent::MessageDeleted { .. }) && about(next) == about(entry)
                    });
                let is_claimed = self.claimed.contains(&(room, entry.seq, entry.at));
                assert!(!is_change || is_claimed || by_deletion, "promise 3: done twice: {entry:?}");
            }
        }
    }
}

/// The message that an event of a log is about.
pub(crate) fn about(entry: &LogEntry) -> Option<MessageId> {
    match &entry.event {
        LogEvent::Message { message } | LogEvent::MessageEdited { message, .. } => Some(message.id),
        LogEvent::MessageDeleted { target, .. }
        | LogEvent::ReactionAdded { target, .. }
        | LogEvent::ReactionRemoved { target, .. }
        | LogEvent::MessagePinned { target, .. }
        | LogEvent::MessageUnpinned { target, .. } => Some(target.message_id),
        _ => None,
    }
}

/// Whether a command asks for what an event tells. The text of an edit is that of its own event only until the next one.
fn is_cause(record: &Record, asked: &Asked, entry: &LogEntry) -> bool {
    if about(entry) != Some(asked.message) {
        return false;
    }
    let (user, is_same) = match (&entry.event, asked.change) {
        (LogEvent::MessageEdited { user, .. }, Change::Edit) => {
            (user, record.rooms[asked.room].texts.get(&entry.seq).is_none_or(|text| *text == asked.text))
        }
        (LogEvent::MessageDeleted { user, .. }, Change::Delete) => (user, true),
        (LogEvent::ReactionAdded { reaction, user, .. }, Change::React { emoji, on: true })
        | (LogEvent::ReactionRemoved { reaction, user, .. }, Change::React { emoji, on: false }) => {
            (user, reaction.emoji == emoji)
        }
        (LogEvent::MessagePinned { user, .. }, Change::Pin { on: true })
        | (LogEvent::MessageUnpinned { user, .. }, Change::Pin { on: false }) => (user, true),
        _ => return false,
    };
    is_same && user.id == record.people[asked.user].id
}

/// Whether a deletion that was asked for first has the message no longer pinned.
fn is_unpinned_by(record: &Record, asked: &Asked, entry: &LogEntry) -> bool {
    let LogEvent::MessageUnpinned { target, user } = &entry.event else { return false };
    matches!(asked.change, Change::Delete)
        && target.message_id == asked.message
        && user.id == record.people[asked.user].id
}
