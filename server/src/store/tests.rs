//! The store's promises: once, in order, durable, nothing half-written. [`conformance`] has those of every engine.

mod access;
mod conformance;
mod costs;
mod deferred;
mod folder;
mod postgres;

use std::sync::Arc;

use chat_protocol::{
    LOBBY, LogEntry, LogEvent, MessageId, Role, RoomId, SessionId, Timestamp, UserId,
    body::{Body, Line},
    name::UserName,
};
use parking_lot::Mutex;

use super::*;

/// Keeps what it was told.
#[derive(Default)]
struct Told {
    entries: Mutex<Vec<LogEntry>>,
    /// What is not of a room's log.
    others: Mutex<Vec<Notice>>,
}

/// What the sink cannot bear.
const UNBEARABLE: &str = "unbearable";

impl Sink for Told {
    fn committed(&self, notices: Vec<Notice>) {
        let (mut entries, mut others) = (Vec::new(), Vec::new());
        for notice in notices {
            match notice {
                Notice::Logged(entry) => entries.push(entry),
                other => others.push(other),
            }
        }
        let unbearable = |entry: &LogEntry| entry.event.message().is_some_and(|message| message.body == UNBEARABLE);
        assert!(!entries.iter().any(unbearable), "a panic on purpose");
        self.entries.lock().extend(entries);
        self.others.lock().extend(others);
    }

    fn changed_elsewhere(&self) {}
}

impl Told {
    fn seqs(&self, room: RoomId) -> Vec<u64> {
        self.entries.lock().iter().filter(|entry| entry.room == room).map(|entry| entry.seq).collect()
    }

    /// The sessions that ended since this was asked last, and whose they were.
    fn ended(&self) -> Vec<(UserId, Vec<SessionId>)> {
        let ended = |notice| match notice {
            Notice::SessionsEnded { user, sessions } => Some((user, sessions)),
            _ => None,
        };
        std::mem::take(&mut *self.others.lock()).into_iter().filter_map(ended).collect()
    }
}

struct Scene {
    /// Empty where the database is in memory.
    folder: tempfile::TempDir,
    store: Store,
    told: Arc<Told>,
    /// How often something happens in the test that compares searches with a model; 14 searches follow each time.
    search_steps: usize,
}

/// 11,200 searches.
const SEARCH_STEPS: usize = 800;
/// Each of a search's statements is a round trip there: 1,120 searches, with the same code deciding what is found.
const SEARCH_STEPS_ON_POSTGRES: usize = 80;

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, told) = open(&folder);
        Self { folder, store, told, search_steps: SEARCH_STEPS }
    }

    fn in_memory() -> Self {
        let told = Arc::new(Told::default());
        let store = Store::open(&Location::Memory, Arc::clone(&told) as Arc<dyn Sink>).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), store, told, search_steps: SEARCH_STEPS }
    }

    /// In a database of its own on PostgreSQL, where that is installed.
    fn on_postgres() -> Option<Self> {
        let address = chat_testing::postgres::database()?;
        let folder = tempfile::tempdir().unwrap();
        let address = Box::new(Address::parse(&address).unwrap());
        let location = Location::Postgres { address, folder: folder.path().to_owned() };
        let told = Arc::new(Told::default());
        let store = Store::open(&location, Arc::clone(&told) as Arc<dyn Sink>).unwrap();
        Some(Self { folder, store, told, search_steps: SEARCH_STEPS_ON_POSTGRES })
    }

    /// As after a crash: opened again from what is on disk.
    fn reopened(self) -> Self {
        let Self { folder, store, .. } = self;
        drop(store);
        let (store, told) = open(&folder);
        Self { folder, store, told, search_steps: SEARCH_STEPS }
    }

    async fn user(&self, name: &str, role: Role) -> UserId {
        self.store.create_user(new_user(&UserName::parse(name).unwrap(), role)).await.unwrap().id
    }

    async fn lobby(&self) -> chat_protocol::Room {
        self.store.room(LOBBY.into(), None).await.unwrap()
    }
}

fn open(folder: &tempfile::TempDir) -> (Store, Arc<Told>) {
    let told = Arc::new(Told::default());
    let location = Location::Folder(folder.path().to_owned());
    (Store::open(&location, Arc::clone(&told) as Arc<dyn Sink>).unwrap(), told)
}

fn new_user(name: &UserName, role: Role) -> NewUserRow {
    let id = UserId::now_v7();
    let session = NewSessionRow { id: SessionId::now_v7(), token: token(id), client: String::new(), limit: 50 };
    NewUserRow {
        most_rooms: u64::MAX,
        id,
        name: name.to_string(),
        key: name.key(),
        role,
        password: None,
        invite: None,
        needs_invite: false,
        session,
    }
}

fn token(id: UserId) -> [u8; 32] {
    let mut token = [0; 32];
    token[..16].copy_from_slice(id.uuid().as_bytes());
    token
}

fn topic(text: &str) -> NewRoomChanges {
    let changes = chat_protocol::RoomChanges { topic: Some(text.to_owned()), ..Default::default() };
    NewRoomChanges { id: MessageId::now_v7(), changes }
}

fn room_named(name: chat_protocol::name::RoomName) -> NewRoomRow {
    NewRoomRow::Named { kind: chat_protocol::RoomKind::Public, name, topic: Line::default(), members: vec![] }
}

fn body_of(text: &str) -> Body {
    Body::parse(text, usize::MAX).unwrap()
}

fn message(author: UserId, body: &str) -> NewMessageRow {
    NewMessageRow {
        limits: RoomLimits::default(),
        id: MessageId::now_v7(),
        room: LOBBY.into(),
        author,
        body: body_of(body),
        reply_to: None,
        attachments: vec![],
        names: vec![],
    }
}
