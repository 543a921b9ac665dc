//! People, rooms and messages of another program, made into lines of an export: under names that this server takes, at
//! positions in its logs.

mod messages;
mod names;
mod people;
mod rooms;
mod source;

use std::collections::{BTreeMap, HashMap, HashSet};

use chat_protocol::{LOBBY, RoomId, RoomKind, UserId, name::NameKey};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use self::names::Taken;
pub(super) use self::source::{File, Person, Place, Said};
use super::{Report, Result, not_taken};
use crate::store::{
    admin::{Importer, Refused},
    archive::{MemberRecord, Record},
};

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
        moving.put(&Record::Room(rooms::record(id, LOBBY, RoomKind::Public, 0)))?;
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
