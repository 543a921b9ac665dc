//! What the server has accepted, as it must stay: each room's log, who is in it, what was said and how it was answered.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use chat_protocol::{Command, Epoch, ErrorCode, LogEntry, LogEvent, Message, MessageId, RoomId, Timestamp, UserRef};
use proptest::sample::Index;

use crate::{
    asked::Asked,
    device::Answer,
    plan::ROOMS,
    setting::{Person, Setting},
};

/// Events of one page of the log.
const PAGE: usize = 1_000;
/// Messages that are changed again and again.
const RECENT: usize = 3;

/// A message that someone was told to say.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) user: usize,
    pub(crate) room: usize,
    pub(crate) body: String,
    pub(crate) reply_to: Option<MessageId>,
    pub(crate) mentioned: Option<Mentioned>,
    /// Whether nobody has taken another name since it was typed.
    pub(crate) names_are_sure: bool,
    /// Which device's, and as its how-manieth; `None` once it was sent again out of turn.
    pub(crate) turn: Option<(usize, u64)>,
    pub(crate) answer: Known,
}

/// Whom a message mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mentioned {
    User(usize),
    Everyone,
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

/// What must be the next in a room's log, apart from what devices send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    Joined(usize),
    Left(usize),
    Topic(usize, String),
}

/// One room.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    pub(crate) log: Vec<LogEntry>,
    /// By what was asked for.
    pub(crate) members: BTreeSet<usize>,
    /// By what the log says.
    pub(crate) present: BTreeSet<usize>,
    pub(crate) due: VecDeque<Due>,
    /// How far people have read, where it is known.
    pub(crate) read: HashMap<usize, u64>,
    pub(crate) topic: String,
    pub(crate) pins: BTreeSet<MessageId>,
    /// Texts that edits gave, by the position of their events.
    pub(crate) texts: HashMap<u64, String>,
    /// Messages that were deleted, and at which position.
    pub(crate) deleted: HashMap<MessageId, u64>,
    /// Whether people follow threads, by the message that each began with.
    pub(crate) follows: BTreeMap<(usize, MessageId), bool>,
}

/// All of it.
pub(crate) struct Record {
    pub(crate) setting: &'static Setting,
    /// As they are now; the last one makes crowds.
    pub(crate) people: Vec<Person>,
    pub(crate) rooms: Vec<Room>,
    pub(crate) said: BTreeMap<MessageId, Said>,
    pub(crate) asked: BTreeMap<MessageId, Asked>,
    /// Where messages stand in this history.
    pub(crate) stored: HashMap<MessageId, (usize, u64)>,
    pub(crate) epoch: Epoch,
    /// How many texts were given to messages, in all histories.
    pub(crate) texts: usize,
    /// Whether a backup was put back.
    pub(crate) restored: bool,
    /// Messages that were answered, and not yet looked up in the log.
    answered: Vec<MessageId>,
    /// The same of commands.
    pub(crate) decided: Vec<Answer>,
    /// Events that a command was acknowledged for, in all histories: room, position and time.
    pub(crate) claimed: HashSet<(usize, u64, Timestamp)>,
    pub(crate) said_by: Vec<u64>,
    /// The last turn in the log, by device and room.
    pub(crate) turns: HashMap<(usize, usize), u64>,
    /// The last turn of edits, by device and message.
    pub(crate) edits: HashMap<(usize, MessageId), u64>,
}

impl Record {
    /// What there is at first is taken as it is.
    pub(crate) async fn begin(setting: &'static Setting, server: &str) -> Self {
        let reader = setting.reader(server);
        let mut rooms = Vec::new();
        let mut epoch = None;
        for (room, members) in setting.rooms.iter().zip(&setting.members) {
            let page = reader.events(room, 0, PAGE as u64).await;
            epoch = Some(page.epoch);
            let (members, present) = (members.clone(), members.clone());
            rooms.push(Room { log: page.events, members, present, ..Room::default() });
        }
        Self {
            setting,
            people: setting.people.clone(),
            rooms,
            said: BTreeMap::new(),
            asked: BTreeMap::new(),
            stored: HashMap::new(),
            epoch: epoch.expect("there are rooms"),
            texts: 0,
            restored: false,
            answered: Vec::new(),
            decided: Vec::new(),
            claimed: HashSet::new(),
            said_by: vec![0; setting.people.len() + 1],
            turns: HashMap::new(),
            edits: HashMap::new(),
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
        let turn = Some((device, *turn));
        let (reply_to, mentioned, answer) = (None, None, Known::Unknown);
        self.said.insert(id, Said { user, room, body, reply_to, mentioned, names_are_sure: true, turn, answer });
        id
    }

    /// A message or a command was answered.
    pub(crate) fn answer(&mut self, answer: Answer) {
        let (Answer::Stored { id, .. } | Answer::Refused { id, .. }) = answer;
        if self.asked.contains_key(&id) {
            return self.decided.push(answer);
        }
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
                let said = self.said.get_mut(&id).unwrap_or_else(|| panic!("an answer to what nobody said: {id}"));
                // What it answers may be of another history.
                let has_lost = code == ErrorCode::BadRequest && said.reply_to.is_some() && self.restored;
                let is_out = code == ErrorCode::Forbidden && said.room != 0;
                assert!(has_lost || is_out, "{id} is refused with {code} for no reason: {said:?}");
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
                let page = reader.events(id, after, PAGE as u64).await;
                assert_eq!(page.epoch, self.epoch, "promise 6: the history changes by a restore alone");
                assert!(!page.events.is_empty(), "promise 2: {name} has a gap after {after}");
                self.take_page(room, page.events, PAGE);
            }
            assert!(self.rooms[room].due.is_empty(), "promise 1: not in the log: {:?}", self.rooms[room].due);
        }
        for id in std::mem::take(&mut self.answered) {
            self.check_stored(id);
        }
        self.check_decided();
    }

    /// Reads every log from its beginning: nothing of it may have changed.
    pub(crate) async fn read_again(&mut self, server: &str) {
        self.read_on(server).await;
        let reader = self.setting.reader(server);
        for (room, id) in self.setting.rooms.iter().enumerate() {
            let log = &self.rooms[room].log;
            let mut known = 0;
            while known < log.len() {
                let page = reader.events(id, known as u64, PAGE as u64).await;
                assert!(!page.events.is_empty(), "promise 1: of {} events of #{room} {known} are left", log.len());
                for (event, before) in page.events.iter().zip(&log[known..]) {
                    assert_eq!(event, before, "promise 1: what was committed stays as it was");
                }
                known += page.events.len();
            }
        }
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

    /// What is sent to say a message.
    pub(crate) fn command(&self, id: MessageId) -> Command {
        let said = &self.said[&id];
        let room = self.setting.rooms[said.room].into();
        Command::Message { id, room, body: said.body.clone(), reply_to: said.reply_to, attachments: vec![] }
    }

    /// One of the messages in the log, of the newest ones or of all.
    pub(crate) fn pick_stored(
        &self,
        nth: &Index,
        recent: bool,
        is_wanted: impl Fn(&MessageId, usize) -> bool,
    ) -> Option<MessageId> {
        let wanted = self.stored.iter().filter(|(id, (room, _))| is_wanted(id, *room));
        let mut all: Vec<MessageId> = wanted.map(|(id, _)| *id).collect();
        all.sort();
        let all = if recent { &all[all.len().saturating_sub(RECENT)..] } else { &all[..] };
        (!all.is_empty()).then(|| *nth.get(all))
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
        self.said.values_mut().for_each(|said| said.names_are_sure = false);
        let of_person = self.rooms.iter_mut().flat_map(|room| &mut room.log).flat_map(users_of);
        of_person.filter(|user| user.id == person.id).for_each(|user| name.clone_into(&mut user.name));
    }

    /// Takes the log back to where it was once, and people with it.
    pub(crate) fn go_back(&mut self, rooms: Vec<Room>, people: Vec<Person>, epoch: Epoch) {
        self.check_decided_so_far();
        self.rooms = rooms;
        self.people = people;
        self.epoch = epoch;
        self.restored = true;
        self.answered.clear();
        self.stored.clear();
        self.turns.clear();
        self.edits.clear();
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
            said.names_are_sure = false;
            if !known.contains(id) && said.answer != Known::Refused {
                said.answer = Known::Unknown;
            }
        }
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
        let replied = message.replies.iter_mut().flat_map(|replies| &mut replies.people);
        std::iter::once(&mut message.author).chain(reacted).chain(replied)
    });
    of_message.chain(user).collect()
}
