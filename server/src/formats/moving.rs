//! People, rooms and messages of another program, made into lines of an export: under names that this server takes, at
//! positions in its logs.

mod names;
mod source;

use std::collections::{BTreeMap, HashMap, HashSet};

use chat_protocol::{
    LOBBY, MessageId, Role, RoomId, RoomKind, Timestamp, UserId,
    body::{Body, Line},
    emoji::Emoji,
    file::clean_name,
    name::{NameKey, RoomName, UserName},
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use self::names::{Taken, free_name};
pub(super) use self::source::{File, Person, Place, Said};
use super::{Report, Result, not_taken};
use crate::{
    files::Kind,
    store::{
        admin::{Importer, Refused},
        archive::{
            EventKind, EventRecord, FileRecord, MemberRecord, MessageRecord, ReactionRecord, Record, RoomRecord,
            UserRecord,
        },
    },
};

/// The longest display name and topic, in characters.
const DISPLAY_NAME: usize = 50;
const TOPIC: usize = 250;
/// The longest text that is kept as one message: what is longer is cut into several.
const LONGEST: usize = 16_000;
/// People of a direct room.
const MOST_PEOPLE: usize = 8;
/// Kinds of reactions that a message may have.
const MOST_REACTIONS: usize = 20;

/// What is being moved.
pub(super) struct Moving<'a, 'db> {
    importer: &'a mut Importer<'db>,
    /// What it is called: ids are made of it.
    source: &'static str,
    people: HashMap<String, (UserId, String)>,
    rooms: HashMap<String, MovedRoom>,
    taken_users: Taken,
    taken_rooms: Taken,
    /// People who have a direct room.
    direct: HashSet<Vec<UserId>>,
    /// What was left out, and how often.
    left_out: BTreeMap<&'static str, u64>,
    notes: Vec<String>,
}

/// A message, or one of the parts of a long one.
struct Part<'a> {
    id: MessageId,
    author: UserId,
    body: &'a str,
    thread: Option<MessageId>,
    reactions: &'a [(String, Vec<String>)],
    files: &'a [File],
}

struct MovedRoom {
    id: RoomId,
    kind: RoomKind,
    seq: u64,
    last_at: i64,
    members: HashSet<UserId>,
}

impl<'a, 'db> Moving<'a, 'db> {
    pub(super) fn new(importer: &'a mut Importer<'db>, source: &'static str) -> Result<Self> {
        let mut moving = Self {
            importer,
            source,
            people: HashMap::new(),
            rooms: HashMap::new(),
            taken_users: Taken::default(),
            taken_rooms: Taken::default(),
            direct: HashSet::new(),
            left_out: BTreeMap::new(),
            notes: Vec::new(),
        };
        // Everyone is in the lobby, and no other room has its name.
        moving.taken_rooms.take(&NameKey::of(LOBBY));
        let id = RoomId::from(moving.id("lobby", 0));
        moving.put(&Record::Room(room_record(id, LOBBY, RoomKind::Public, 0)))?;
        let lobby = MovedRoom { id, kind: RoomKind::Public, seq: 0, last_at: 0, members: HashSet::new() };
        moving.rooms.insert(String::new(), lobby);
        Ok(moving)
    }

    /// The same for the same, so that what an export says does not change from one import to the next; sorted by time.
    fn id(&self, key: &str, at: i64) -> Uuid {
        let hash: [u8; 32] = Sha256::digest(format!("{}\0{key}", self.source)).into();
        let mut random = [0; 10];
        random.copy_from_slice(&hash[..10]);
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(at).unwrap_or(0), &random).into_uuid()
    }

    fn put(&mut self, record: &Record) -> Result<()> {
        match self.importer.put(record) {
            Ok(()) => Ok(()),
            Err(Refused::Wrong(what)) => not_taken(format!("{record:?}: {what}").chars().take(500).collect::<String>()),
            Err(Refused::Store(failure)) => Err(failure.into()),
        }
    }

    /// Counts something that is not taken.
    pub(super) fn leave_out(&mut self, what: &'static str) {
        *self.left_out.entry(what).or_default() += 1;
    }

    /// Takes a user, unless they are known. They cannot sign in before an administrator lets them.
    pub(super) fn person(&mut self, person: &Person<'_>) -> Result<UserId> {
        if let Some((id, _)) = self.people.get(person.key) {
            return Ok(*id);
        }
        let id = UserId::from(self.id(&format!("user {}", person.key), 0));
        let name =
            free_name(person.name, &mut self.taken_users, |text| UserName::parse(text).ok().map(|name| name.key()));
        if name != person.name {
            self.notes
                .push(format!("the user {} is called {name}: the name is taken, or not possible here", person.name));
        }
        let display_name =
            Line::parse(&person.display_name.chars().take(DISPLAY_NAME).collect::<String>(), DISPLAY_NAME);
        let display_name = display_name.map(Line::into_string).unwrap_or_default();
        let display_name = Some(display_name).filter(|shown| !shown.is_empty() && *shown != name);
        self.put(&Record::User(UserRecord {
            id,
            name: name.clone(),
            display_name,
            color: None,
            role: Role::Member,
            bot: person.bot,
            disabled: true,
            status: None,
            created_at: Timestamp::default(),
        }))?;
        self.people.insert(person.key.to_owned(), (id, name));
        if let Some(lobby) = self.rooms.get_mut("") {
            lobby.members.insert(id);
        }
        Ok(id)
    }

    /// The id and the name here of a user that was taken.
    pub(super) fn known(&self, key: &str) -> Option<(UserId, &str)> {
        self.people.get(key).map(|(id, name)| (*id, name.as_str()))
    }

    /// Takes a room, unless it is known.
    pub(super) fn room(&mut self, place: &Place<'_>) -> Result<()> {
        if self.rooms.contains_key(place.key) {
            return Ok(());
        }
        let id = RoomId::from(self.id(&format!("room {}", place.key), place.created_at));
        let members: HashSet<UserId> =
            place.people.iter().filter_map(|key| self.known(key).map(|(id, _)| id)).collect();
        let kind = match place.kind {
            RoomKind::Direct if !self.is_new_direct(&members) => RoomKind::Private,
            kind => kind,
        };
        let name = match kind {
            RoomKind::Direct => String::new(),
            // Names of private rooms are compared with those of others that one can see: here, with all.
            RoomKind::Public | RoomKind::Private => {
                let wanted = if place.name.is_empty() { "conversation" } else { place.name };
                free_name(wanted, &mut self.taken_rooms, |text| RoomName::parse(text).ok().map(|name| name.key()))
            }
        };
        if !name.is_empty() && !place.name.is_empty() && name != place.name {
            self.notes
                .push(format!("the room {} is called {name}: the name is taken, or not possible here", place.name));
        }
        let topic = Line::parse(&place.topic.chars().take(TOPIC).collect::<String>(), TOPIC);
        self.put(&Record::Room(RoomRecord {
            topic: topic.map(Line::into_string).unwrap_or_default(),
            archived: place.archived,
            ..room_record(id, &name, kind, place.created_at)
        }))?;
        let room = MovedRoom { id, kind, seq: 0, last_at: 0, members };
        self.rooms.insert(place.key.to_owned(), room);
        Ok(())
    }

    /// Whether these people can have a direct room, and have none yet.
    fn is_new_direct(&mut self, people: &HashSet<UserId>) -> bool {
        let mut sorted: Vec<UserId> = people.iter().copied().collect();
        sorted.sort_unstable();
        (1..=MOST_PEOPLE).contains(&sorted.len()) && self.direct.insert(sorted)
    }

    /// The id of a message.
    fn message_id(&self, room: &str, key: &str, at: i64) -> MessageId {
        self.id(&format!("message {room} {key}"), at).into()
    }

    /// Takes a message, in parts if it is long.
    pub(super) fn say(&mut self, said: &Said) -> Result<()> {
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
    pub(super) fn takes(&self, author: &str, room: &str) -> bool {
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

    /// Writes who is where. Nothing is unread.
    pub(super) fn finish(mut self, report: &mut Report) -> Result<()> {
        let rooms = std::mem::take(&mut self.rooms);
        for room in rooms.values() {
            let mut members: Vec<UserId> = room.members.iter().copied().collect();
            members.sort_unstable();
            for user in members {
                self.put(&Record::Member(MemberRecord {
                    room: room.id,
                    user,
                    joined: true,
                    announced: true,
                    moderator: false,
                    since: 0,
                    read_seq: room.seq,
                    notify: None,
                    favourite: false,
                    hidden: false,
                    removal: None,
                    removed_by: None,
                    removal_reason: None,
                }))?;
            }
        }
        report.0.append(&mut self.notes);
        report.0.extend(self.left_out.iter().map(|(what, count)| format!("left out: {count} {what}")));
        if !self.people.is_empty() {
            report.0.push(
                "nobody who was imported can sign in yet: `chat-server user reset NAME` prints a code for each of them"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

fn room_record(id: RoomId, name: &str, kind: RoomKind, created_at: i64) -> RoomRecord {
    RoomRecord {
        id,
        name: name.to_owned(),
        kind,
        topic: String::new(),
        archived: false,
        slow_seconds: 0,
        retention_days: None,
        retention_keeps_pinned: false,
        created_at: Timestamp::from_millis(created_at),
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
