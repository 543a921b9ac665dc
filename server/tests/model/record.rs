//! What the server has accepted, as it must stay: each room's log, who is in it, what was said and how it was answered.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use chat_protocol::{Epoch, ErrorCode, LogEntry, LogEvent, Message, MessageId, RoomId, UserRef, amend};

use crate::{
    device::Answer,
    plan::ROOMS,
    setting::{Person, Setting},
};

/// Events of one page of the log.
const PAGE: u64 = 1_000;

/// A message that someone was told to say.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) user: usize,
    pub(crate) room: usize,
    pub(crate) body: String,
    /// Which device's, and as its how-manieth; `None` once it was sent again out of turn.
    pub(crate) turn: Option<(usize, u64)>,
    pub(crate) answer: Known,
}

/// What is known of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// It may be stored, or become so: there is no answer.
    Unknown,
    /// Stored there.
    Stored(u64),
    /// Refused for good.
    Refused,
}

/// What must be the next in a room's log, apart from messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    Joined(usize),
    Left(usize),
    Topic(usize, String),
    /// By whom, which message; with which text.
    Edited(usize, MessageId, String),
    Deleted(usize, MessageId),
    /// With what, added or taken back, and how many there are then.
    Reacted(usize, MessageId, &'static str, bool, u64),
    Pinned(usize, MessageId, bool),
}

/// One room.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    pub(crate) log: Vec<LogEntry>,
    pub(crate) members: BTreeSet<usize>,
    pub(crate) due: VecDeque<Due>,
    /// How far people have read, where it is known.
    pub(crate) read: HashMap<usize, u64>,
    pub(crate) topic: String,
    pub(crate) pins: BTreeSet<MessageId>,
}

/// All of it.
pub(crate) struct Record {
    pub(crate) setting: &'static Setting,
    /// As they are now; the last one makes crowds.
    pub(crate) people: Vec<Person>,
    pub(crate) rooms: Vec<Room>,
    pub(crate) said: BTreeMap<MessageId, Said>,
    /// Where messages stand in this history.
    pub(crate) stored: HashMap<MessageId, (usize, u64)>,
    pub(crate) epoch: Epoch,
    /// How many changes of messages were asked for, in all histories.
    pub(crate) changes: usize,
    /// Answered, and not yet looked up in the log.
    answered: Vec<MessageId>,
    said_by: Vec<u64>,
    /// The last turn in the log, by device and room.
    turns: HashMap<(usize, usize), u64>,
}

impl Record {
    /// What there is at first is taken as it is.
    pub(crate) async fn begin(setting: &'static Setting, server: &str) -> Self {
        let reader = setting.reader(server);
        let mut rooms = Vec::new();
        let mut epoch = None;
        for (room, members) in setting.rooms.iter().zip(&setting.members) {
            let page = reader.events(room, 0, PAGE).await;
            epoch = Some(page.epoch);
            rooms.push(Room { log: page.events, members: members.clone(), ..Room::default() });
        }
        Self {
            setting,
            people: setting.people.clone(),
            rooms,
            said: BTreeMap::new(),
            stored: HashMap::new(),
            epoch: epoch.expect("there are rooms"),
            changes: 0,
            answered: Vec::new(),
            said_by: vec![0; setting.people.len() + 1],
            turns: HashMap::new(),
        }
    }

    /// Where each room of a user ends.
    pub(crate) fn ends(&self, user: usize) -> BTreeMap<RoomId, u64> {
        let own = self.setting.rooms.iter().zip(&self.rooms).filter(|(_, room)| room.members.contains(&user));
        own.map(|(id, room)| (*id, room.log.len() as u64)).collect()
    }

    /// Someone is about to say something.
    pub(crate) fn say(&mut self, user: usize, device: usize, room: usize, body: String) -> MessageId {
        let id = MessageId::now_v7();
        let turn = &mut self.said_by[device];
        *turn += 1;
        self.said.insert(id, Said { user, room, body, turn: Some((device, *turn)), answer: Known::Unknown });
        id
    }

    /// A message was answered.
    pub(crate) fn answer(&mut self, answer: Answer) {
        match answer {
            Answer::Stored { id, room, seq } => {
                let said = self.said.get_mut(&id).unwrap_or_else(|| panic!("an answer to what nobody said: {id}"));
                assert_eq!(self.setting.rooms[said.room], room, "promise 3: {id} is answered for its own room");
                if let Known::Stored(before) = said.answer {
                    assert_eq!(seq, before, "promise 3: sent again, {id} is answered like the first time");
                }
                said.answer = Known::Stored(seq);
                self.answered.push(id);
            }
            Answer::Refused { id, code } => {
                assert_eq!(code, ErrorCode::Forbidden, "{id} is refused for no reason");
                let said = self.said.get_mut(&id).unwrap_or_else(|| panic!("an answer to what nobody said: {id}"));
                assert!(said.room != 0, "everyone may write in the lobby");
                assert!(!matches!(said.answer, Known::Stored(_)), "promise 3: {id} was stored, and now is refused");
                said.answer = Known::Refused;
            }
        }
    }

    /// Reads on in the log of every room: what is new there must be what was asked for.
    pub(crate) async fn read_on(&mut self, server: &str) {
        let reader = self.setting.reader(server);
        let list: Vec<chat_protocol::Room> = reader.get("/api/rooms").await.is(200).read();
        for (room, name) in ROOMS.iter().enumerate() {
            let id = self.setting.rooms[room];
            let last = list.iter().find(|room| room.id == id).expect("a room stays").last_seq;
            assert!(last >= self.rooms[room].log.len() as u64, "promise 1: {name} ends at {last} now");
            while (self.rooms[room].log.len() as u64) < last {
                let after = self.rooms[room].log.len() as u64;
                let page = reader.events(id, after, PAGE).await;
                assert_eq!(page.epoch, self.epoch, "promise 6: the history changes by a restore alone");
                assert!(!page.events.is_empty(), "promise 2: {name} has a gap after {after}");
                for event in page.events {
                    self.next(room, event);
                }
            }
            assert!(self.rooms[room].due.is_empty(), "promise 1: not in the log: {:?}", self.rooms[room].due);
        }
        for id in std::mem::take(&mut self.answered) {
            self.check_stored(id);
        }
    }

    /// Reads every log from its beginning: nothing of it may have changed.
    pub(crate) async fn read_again(&mut self, server: &str) {
        let reader = self.setting.reader(server);
        let before: Vec<_> = self.rooms.iter_mut().map(|room| std::mem::take(&mut room.log)).collect();
        for (room, before) in before.into_iter().enumerate() {
            while self.rooms[room].log.len() < before.len() {
                let after = self.rooms[room].log.len() as u64;
                let page = reader.events(self.setting.rooms[room], after, PAGE).await;
                assert!(!page.events.is_empty(), "promise 1: of {} events of #{room} {after} are left", before.len());
                let known = usize::try_from(after).unwrap();
                for (event, before) in page.events.into_iter().zip(&before[known..]) {
                    assert_eq!(event, *before, "promise 1: what was committed stays as it was");
                    self.rooms[room].log.push(event);
                }
            }
        }
        self.read_on(server).await;
        for id in self.said.keys() {
            self.check_stored(*id);
        }
    }

    fn check_stored(&self, id: MessageId) {
        let said = &self.said[&id];
        if let Known::Stored(seq) = said.answer {
            let found = self.stored.get(&id);
            assert_eq!(found, Some(&(said.room, seq)), "promise 1: {id} was acknowledged and is not in the log there");
        }
    }

    /// The next event of a log.
    fn next(&mut self, room: usize, entry: LogEntry) {
        let of_room = &mut self.rooms[room];
        let LogEntry { room: id, seq, at, ref event } = entry;
        assert_eq!((id, seq), (self.setting.rooms[room], of_room.log.len() as u64 + 1), "promise 2: no gaps");
        let before = of_room.log.last();
        assert!(before.is_none_or(|before| before.at <= at), "promise 2: time never runs backwards");
        let name = |user: &usize| &self.people[*user].name;
        let due = of_room.due.front();
        match event {
            LogEvent::Message { message } => {
                let said = self.said.get(&message.id).unwrap_or_else(|| panic!("nobody said {message:?}"));
                let told = (&message.author.name, &message.body, message.seq, said.room);
                assert_eq!(told, (name(&said.user), &said.body, seq, room), "it is stored as it was said");
                assert_ne!(said.answer, Known::Refused, "{} was refused", message.id);
                let twice = self.stored.insert(message.id, (room, seq));
                assert_eq!(twice, None, "promise 3: sent twice is sent once");
                if let Some((device, turn)) = said.turn {
                    let before = self.turns.insert((device, room), turn).unwrap_or(0);
                    assert!(before < turn, "promise 7: device {device} said {turn} before {before}");
                }
                of_room.log.push(entry);
                return;
            }
            LogEvent::UserJoined { user, .. } => {
                let Some(Due::Joined(due)) = due else { panic!("nobody joined: {event:?}") };
                assert_eq!(user.name, *name(due));
                of_room.read.insert(*due, seq);
            }
            LogEvent::UserLeft { user } => {
                let Some(Due::Left(due)) = due else { panic!("nobody left: {event:?}") };
                assert_eq!(user.name, *name(due));
                of_room.read.remove(due);
            }
            LogEvent::RoomUpdated { user, changes } => {
                let Some(Due::Topic(due, topic)) = due else { panic!("no topic was set: {event:?}") };
                assert_eq!((&user.name, changes.topic.as_ref()), (name(due), Some(topic)));
            }
            LogEvent::MessageEdited { message, user } => {
                let Some(Due::Edited(due, id, text)) = due else { panic!("nobody edited: {event:?}") };
                assert_eq!((&user.name, message.id, &message.body), (name(due), *id, text));
                assert_eq!(message.edited_at, Some(at));
            }
            LogEvent::MessageDeleted { target, user } => {
                let Some(Due::Deleted(due, id)) = due else { panic!("nobody deleted: {event:?}") };
                assert_eq!((&user.name, target.message_id), (name(due), *id));
            }
            LogEvent::ReactionAdded { target, reaction, user }
            | LogEvent::ReactionRemoved { target, reaction, user } => {
                let on = matches!(event, LogEvent::ReactionAdded { .. });
                let Some(Due::Reacted(due, id, emoji, due_on, count)) = due else {
                    panic!("nobody reacted: {event:?}")
                };
                assert_eq!((&user.name, target.message_id, on), (name(due), *id, *due_on));
                assert_eq!((reaction.emoji.as_str(), reaction.count), (*emoji, *count));
            }
            LogEvent::MessagePinned { target, user } | LogEvent::MessageUnpinned { target, user } => {
                let on = matches!(event, LogEvent::MessagePinned { .. });
                let Some(Due::Pinned(due, id, due_on)) = due else { panic!("nobody pinned: {event:?}") };
                assert_eq!((&user.name, target.message_id, on), (name(due), *id, *due_on));
                if on {
                    of_room.pins.insert(*id)
                } else {
                    of_room.pins.remove(id)
                };
            }
            other @ LogEvent::Moderated { .. } => panic!("nobody did this: {other:?}"),
        }
        of_room.due.pop_front();
        // Events of before tell the message as it now is.
        of_room.log.iter_mut().filter_map(carried).for_each(|message| _ = amend(message, &entry));
        of_room.log.push(entry);
    }

    /// A message as it now is.
    pub(crate) fn message(&self, room: usize, seq: u64) -> &Message {
        let index = usize::try_from(seq).unwrap() - 1;
        self.rooms[room].log[index].event.message().expect("a message stands there")
    }

    /// Someone has another name: the log shows it, also where it is older.
    pub(crate) fn rename(&mut self, user: usize, name: &str) {
        let person = &mut self.people[user];
        name.clone_into(&mut person.name);
        let of_person = self.rooms.iter_mut().flat_map(|room| &mut room.log).flat_map(users_of);
        of_person.filter(|user| user.id == person.id).for_each(|user| name.clone_into(&mut user.name));
    }

    /// Takes the log back to where it was once, and people with it.
    pub(crate) fn go_back(&mut self, rooms: Vec<Room>, people: Vec<Person>, epoch: Epoch) {
        self.rooms = rooms;
        self.people = people;
        self.epoch = epoch;
        self.answered.clear();
        self.stored.clear();
        self.turns.clear();
        let mut known = HashSet::new();
        for (room, of_room) in self.rooms.iter().enumerate() {
            for entry in &of_room.log {
                let Some(message) = entry.event.message() else { continue };
                self.stored.insert(message.id, (room, message.seq));
                known.insert(message.id);
                let said = self.said.get_mut(&message.id).expect("it was said");
                said.answer = Known::Stored(message.seq);
                if let Some((device, turn)) = said.turn {
                    self.turns.insert((device, room), turn);
                }
            }
        }
        for (id, said) in &mut self.said {
            if !known.contains(id) && said.answer != Known::Refused {
                said.answer = Known::Unknown;
            }
        }
    }

    /// Messages of others in a room after a position, and up to another.
    pub(crate) fn unread(&self, user: usize, room: usize, after: u64, to: usize) -> u64 {
        let after = usize::try_from(after).unwrap().min(to);
        let own = self.people[user].id;
        let of_others = |entry: &&LogEntry| {
            entry.event.message().is_some_and(|message| message.author.id != own && !message.deleted)
        };
        self.rooms[room].log[after..to].iter().filter(of_others).count() as u64
    }
}

/// The message that an event carries.
pub(crate) fn carried(entry: &mut LogEntry) -> Option<&mut Message> {
    match &mut entry.event {
        LogEvent::Message { message } | LogEvent::MessageEdited { message, .. } => Some(message),
        _ => None,
    }
}

/// Everyone whom an event of a log names.
pub(crate) fn users_of(entry: &mut LogEntry) -> Vec<&mut UserRef> {
    let (message, user) = match &mut entry.event {
        LogEvent::Message { message } => (Some(message), None),
        LogEvent::MessageEdited { message, user } => (Some(message), Some(user)),
        LogEvent::UserJoined { user, .. }
        | LogEvent::UserLeft { user }
        | LogEvent::RoomUpdated { user, .. }
        | LogEvent::MessageDeleted { user, .. }
        | LogEvent::ReactionAdded { user, .. }
        | LogEvent::ReactionRemoved { user, .. }
        | LogEvent::MessagePinned { user, .. }
        | LogEvent::MessageUnpinned { user, .. } => (None, Some(user)),
        other @ LogEvent::Moderated { .. } => panic!("nobody did this: {other:?}"),
    };
    let of_message = message.into_iter().flat_map(|message| {
        let reacted = message.reactions.iter_mut().flat_map(|reaction| &mut reaction.users);
        std::iter::once(&mut message.author).chain(reacted)
    });
    of_message.chain(user).collect()
}
