//! Messages of another program, with their reactions and files, at positions in the logs of their rooms.

use std::collections::HashSet;

use chat_protocol::{MessageId, RoomKind, Timestamp, UserId, body::Body, emoji::Emoji, file::clean_name};

use super::{File, Moving, Said};
use crate::{
    files::Kind,
    formats::Result,
    store::archive::{EventKind, EventRecord, FileRecord, MessageRecord, ReactionRecord, Record},
};

/// The longest text that is kept as one message: what is longer is cut into several.
const LONGEST: usize = 16_000;
/// Kinds of reactions that a message may have.
const MOST_REACTIONS: usize = 20;

/// A message, or one of the parts of a long one.
struct Part<'a> {
    id: MessageId,
    author: UserId,
    body: &'a str,
    thread: Option<MessageId>,
    reactions: &'a [(String, Vec<String>)],
    files: &'a [File],
}

impl Moving<'_, '_> {
    /// The id of a message.
    fn message_id(&self, room: &str, key: &str, at: i64) -> MessageId {
        self.id(&format!("message {room} {key}"), at).into()
    }

    /// Takes a message, in parts if it is long.
    pub(in crate::formats) fn say(&mut self, said: &Said) -> Result<()> {
        let Some((author, _)) = self.known(&said.author) else {
            self.leave_out("messages without an author");
            return Ok(());
        };
        let thread = said.thread.as_ref().map(|(root, at)| self.message_id(&said.room, root, *at));
        let thread = match thread {
            Some(root) if self.importer.has_message(root)? => Some(root),
            Some(_) => {
                self.leave_out("threads whose first message is missing (their replies were taken as messages)");
                None
            }
            None => None,
        };
        let mut parts = parts(&said.body);
        if parts.is_empty() && !said.files.is_empty() {
            parts.push("");
        }
        if parts.is_empty() {
            self.leave_out("messages without a text");
            return Ok(());
        }
        let last = parts.len() - 1;
        for (number, part) in parts.iter().enumerate() {
            let key = if number == 0 { said.key.clone() } else { format!("{} {number}", said.key) };
            let id = self.message_id(&said.room, &key, said.at);
            let (reactions, files) =
                if number == last { (&*said.reactions, said.files.as_slice()) } else { (&[][..], &[][..]) };
            self.say_part(said, &Part { id, author, body: part, thread, reactions, files })?;
        }
        Ok(())
    }

    fn say_part(&mut self, said: &Said, part: &Part<'_>) -> Result<()> {
        let Part { id, author, body, thread, .. } = *part;
        let reactions = self.reactions(part.reactions);
        let files = self.files(id, author, said.at, part.files);
        let Some(room) = self.rooms.get_mut(&said.room) else {
            self.leave_out("messages of rooms that are not there");
            return Ok(());
        };
        room.seq += 1;
        // Time never runs backwards in a room.
        room.last_at = room.last_at.max(said.at);
        let (room_id, seq, at) = (room.id, room.seq, Timestamp::from_millis(room.last_at));
        if room.kind != RoomKind::Direct {
            room.members.insert(author);
        }
        let mut events = Vec::new();
        let mut records = Vec::new();
        for (emoji, people) in reactions {
            let first = room.seq + 1;
            let mut who = Vec::new();
            for user in people {
                room.seq += 1;
                who.push((user, room.seq));
                events.push(EventRecord {
                    room: room_id,
                    seq: room.seq,
                    at,
                    kind: EventKind::ReactionAdded,
                    user,
                    actor: None,
                    message: Some(id),
                    changes: Some(serde_json::json!([emoji, who.len()])),
                });
            }
            records.push(ReactionRecord { emoji, seq: first, people: who });
        }
        self.put(&Record::Message(Box::new(MessageRecord {
            id,
            room: room_id,
            seq,
            author,
            sent_at: at,
            body: body.to_owned(),
            edited_at: said.edited_at.map(Timestamp::from_millis),
            deleted: false,
            reply_to: thread,
            thread,
            mentions: said.mentions.clone(),
            mentions_room: said.mentions_room,
            edits: vec![],
            reactions: records,
            pinned: None,
            files,
        })))?;
        events.into_iter().try_for_each(|event| self.put(&Record::Event(event)))
    }

    /// Whether what this person says in this room would be taken.
    pub(in crate::formats) fn takes(&self, author: &str, room: &str) -> bool {
        self.people.contains_key(author) && self.rooms.contains_key(room)
    }

    fn files(&self, message: MessageId, user: UserId, at: i64, files: &[File]) -> Vec<FileRecord> {
        let record = |(place, file): (u32, &File)| {
            let Kind { media_type, size } = file.kind;
            FileRecord {
                id: self.id(&format!("file {message} {place}"), at).into(),
                user,
                name: clean_name(&file.name),
                size: file.size,
                sha256: file.hash.to_string(),
                media_type: media_type.to_owned(),
                width: size.map(|size| size.0),
                height: size.map(|size| size.1),
                preview: None,
                place: Some(place),
            }
        };
        (0..).zip(files).map(record).collect()
    }

    /// Those that are an emoji here, by people who are known.
    fn reactions(&mut self, reactions: &[(String, Vec<String>)]) -> Vec<(String, Vec<UserId>)> {
        let mut kept: Vec<(String, Vec<UserId>)> = Vec::new();
        for (name, people) in reactions {
            let Some(emoji) = Emoji::named(name).filter(|_| kept.len() < MOST_REACTIONS) else {
                self.leave_out("reactions with emojis that are not of Unicode");
                continue;
            };
            let people = people.iter().filter_map(|key| self.known(key).map(|(id, _)| id));
            let mut seen = HashSet::new();
            let people: Vec<UserId> = people.filter(|user| seen.insert(*user)).collect();
            if !people.is_empty() && !kept.iter().any(|(other, _)| other == emoji.as_str()) {
                kept.push((emoji.as_str().to_owned(), people));
            }
        }
        kept
    }
}

/// A text in parts that each fit a message, cut between lines or words where there are any.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_end();
    while !rest.is_empty() {
        let end = if rest.len() <= LONGEST {
            rest.len()
        } else {
            let most = rest.floor_char_boundary(LONGEST);
            rest[..most].rfind('\n').or_else(|| rest[..most].rfind(' ')).filter(|end| *end > 0).unwrap_or(most)
        };
        let (part, after) = rest.split_at(end);
        if Body::parse(part, usize::MAX).is_ok() {
            parts.push(part);
        }
        rest = after.trim_start_matches(['\n', ' ']);
    }
    parts
}
