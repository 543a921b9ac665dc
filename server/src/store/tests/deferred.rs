//! The log is the same whether the events of its messages are inserted already or still deferred.

use std::{future::Future, pin::Pin};

use chat_protocol::{MessageId, Role, RoomId, SessionId, UserId, name::RoomName};
use futures_util::poll;
use proptest::prelude::*;
use tokio::sync::oneshot;

use super::{Scene, message, room_named, token, topic};
use crate::store::{NewMessageRow, PageSize, ReadPosition, RoomLimits, Store, StoreError, Window};

/// Holds the writer inside a transaction, while others wait for the next one.
struct Gate {
    reached: oneshot::Receiver<()>,
    open: std::sync::mpsc::Sender<()>,
    answered: oneshot::Receiver<()>,
}

impl Gate {
    fn put(store: &Store, author: UserId) -> Self {
        let (reach, reached) = oneshot::channel();
        let (open, opened) = std::sync::mpsc::channel();
        let (answer, answered) = oneshot::channel();
        let hold = move || {
            reach.send(()).unwrap();
            opened.recv().unwrap();
            false
        };
        store.submit(message(author, "not sent"), hold, move |sent| {
            assert!(matches!(sent, Err(StoreError::Withheld)));
            answer.send(()).unwrap();
        });
        Self { reached, open, answered }
    }

    async fn reached(&mut self) {
        (&mut self.reached).await.unwrap();
    }

    async fn open(self) {
        self.open.send(()).unwrap();
        self.answered.await.unwrap();
    }
}

type Operation<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Has the operations share a transaction. Gives the gate of the one after it, which has not begun to write.
async fn together(store: &Store, author: UserId, mut operations: Vec<Operation<'_>>) -> Gate {
    let mut before = Gate::put(store, author);
    before.reached().await;
    for operation in &mut operations {
        assert!(poll!(operation).is_pending());
    }
    let mut within = Gate::put(store, author);
    before.open().await;
    within.reached().await;
    let mut after = Gate::put(store, author);
    within.open().await;
    for operation in operations {
        operation.await;
    }
    after.reached().await;
    after
}

fn say(store: &Store, author: UserId, n: usize) -> Operation<'_> {
    Box::pin(async move { drop(store.send(message(author, &n.to_string())).await.unwrap()) })
}

fn deferred(scene: &Scene) -> u64 {
    let other = rusqlite::Connection::open(scene.folder.path().join("chat.db")).unwrap();
    other.query_row("SELECT count(*) FROM unfiled", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn events_that_share_a_transaction_are_inserted_with_a_later_one() {
    let scene = Scene::new();
    let alice = scene.user("alice", Role::Member).await;
    let say = |n: usize| say(&scene.store, alice, n);
    let gate = together(&scene.store, alice, (0..40).map(say).collect()).await;
    assert_eq!(deferred(&scene), 40);
    gate.open().await;
    assert_eq!(deferred(&scene), 0, "a transaction of one operation inserts them");
    say(40).await;
    assert_eq!(deferred(&scene), 0);
    let gate = together(&scene.store, alice, (41..81).map(say).collect()).await;
    assert_eq!(deferred(&scene), 40);
    gate.open().await;
}

#[tokio::test]
async fn an_idle_writer_files_what_waits() {
    let scene = Scene::new();
    let alice = scene.user("alice", Role::Member).await;
    let mut gate = Gate::put(&scene.store, alice);
    gate.reached().await;
    let mut sends: Vec<Operation<'_>> = Vec::new();
    for n in 0..40 {
        let mut send = say(&scene.store, alice, n);
        assert!(poll!(&mut send).is_pending());
        sends.push(send);
    }
    gate.open().await;
    futures_util::future::join_all(sends).await;
    while deferred(&scene) > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(scene.lobby().await.last_seq, 41);
}

#[tokio::test]
async fn what_was_deferred_when_the_server_died_is_in_the_log() {
    let scene = Scene::new();
    let alice = scene.user("alice", Role::Member).await;
    let said = (0..40).map(|n| say(&scene.store, alice, n)).collect();
    let gate = together(&scene.store, alice, said).await;
    // The files as they are at this moment, in the middle of a transaction.
    let copy = tempfile::tempdir().unwrap();
    for file in ["chat.db", "chat.db-wal"] {
        std::fs::copy(scene.folder.path().join(file), copy.path().join(file)).unwrap();
    }
    gate.open().await;
    let (store, _) = super::open(&copy);
    let scene = Scene { folder: copy, store, ..scene };
    assert_eq!(deferred(&scene), 40);
    let lobby = scene.lobby().await;
    assert_eq!(lobby.last_seq, 41);
    let next = scene.store.send(message(alice, "next")).await.unwrap();
    assert_eq!(next.message.seq, 42);
    assert_eq!(deferred(&scene), 0);
    let log = scene
        .store
        .log_after(None, lobby.id.into(), 0, PageSize { items: 100, bytes: usize::MAX }, |entry| (entry, 0))
        .await
        .unwrap();
    let seqs: Vec<u64> = log.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (1..=42).collect::<Vec<_>>());
}

/// Something that is done, by one of the users, in one of the rooms.
#[derive(Debug, Clone, Copy)]
enum Act {
    Say { user: usize, room: usize },
    Topic { user: usize, room: usize },
    Read { user: usize, room: usize, seq: u64 },
}

const USERS: usize = 2;
const ROOMS: usize = 3;

fn acts() -> impl Strategy<Value = Vec<Vec<Act>>> {
    let act = (0..USERS, 0..ROOMS, 0..80_u64, 0..12_u8).prop_map(|(user, room, seq, which)| match which {
        0 => Act::Topic { user, room },
        1 => Act::Read { user, room, seq },
        _ => Act::Say { user, room },
    });
    prop::collection::vec(prop::collection::vec(act, 1..64), 1..5)
}

/// What a room's log should be, and how far everyone has read.
#[derive(Default)]
struct Expected {
    /// Who said what; `None` for an event that is no message.
    log: Vec<Option<(UserId, MessageId)>>,
    read: [u64; USERS],
}

impl Expected {
    fn messages(&self) -> Vec<u64> {
        (1..).zip(&self.log).filter(|(_, event)| event.is_some()).map(|(seq, _)| seq).collect()
    }

    fn unread(&self, user: usize, id: UserId) -> u64 {
        let after = (1..).zip(&self.log).filter(|(seq, _)| *seq > self.read[user]);
        after.filter(|(_, event)| event.is_some_and(|(author, _)| author != id)).count() as u64
    }
}

struct World {
    scene: Scene,
    users: Vec<UserId>,
    sessions: Vec<SessionId>,
    rooms: Vec<RoomId>,
    expected: Vec<Expected>,
    topics: u64,
}

impl World {
    async fn new(scene: Scene) -> Self {
        let (mut users, mut sessions) = (Vec::new(), Vec::new());
        for name in ["alice", "bob"] {
            let user = scene.user(name, Role::Member).await;
            let identity = scene.store.identify(token(user), chat_protocol::Timestamp::from_millis(0)).await;
            users.push(user);
            sessions.push(identity.unwrap().unwrap().session);
        }
        let mut rooms = Vec::new();
        for name in ["red", "green", "blue"] {
            let name = RoomName::parse(name).unwrap();
            let room = scene.store.create_room(users[0], room_named(name), RoomLimits::default()).await.unwrap().0;
            scene.store.join(users[1], room.id.into(), 50).await.unwrap();
            rooms.push(room.id);
        }
        let began = || Expected { log: vec![None, None], read: [1, 2] };
        let expected = rooms.iter().map(|_| began()).collect();
        Self { scene, users, sessions, rooms, expected, topics: 0 }
    }

    /// Expects what an act does, and gives it to be done.
    fn act(&mut self, act: Act) -> Operation<'static> {
        let store = self.scene.store.clone();
        match act {
            Act::Say { user, room } => {
                let new = NewMessageRow { room: self.rooms[room].into(), ..message(self.users[user], "a word") };
                self.expected[room].log.push(Some((self.users[user], new.id)));
                let seq = self.expected[room].log.len() as u64;
                Box::pin(async move { assert_eq!(store.send(new).await.unwrap().message.seq, seq) })
            }
            Act::Topic { user, room } => {
                self.topics += 1;
                self.expected[room].log.push(None);
                let (user, id, topic) = (self.users[user], self.rooms[room], topic(&self.topics.to_string()));
                Box::pin(async move { drop(store.update_room(user, id.into(), topic).await.unwrap()) })
            }
            Act::Read { user, room, seq } => {
                let seq = seq.min(self.expected[room].log.len() as u64);
                self.expected[room].read[user] = seq;
                let unread = self.expected[room].unread(user, self.users[user]);
                let (user, id) = (self.users[user], self.rooms[room]);
                Box::pin(async move {
                    let marker = store.read_up_to(user, id.into(), ReadPosition { seq, back: true }).await.unwrap();
                    assert_eq!((marker.seq, marker.unread), (seq, unread));
                })
            }
        }
    }

    async fn check(&self) {
        for (room, expected) in self.rooms.iter().zip(&self.expected) {
            self.check_log(*room, expected).await;
            self.check_pages(*room, expected).await;
            for (user, id) in self.users.iter().enumerate() {
                let seen = self.scene.store.room((*room).into(), Some(*id)).await.unwrap();
                assert_eq!(seen.unread, Some(expected.unread(user, *id)));
            }
        }
    }

    async fn check_log(&self, room: RoomId, expected: &Expected) {
        let store = &self.scene.store;
        let whole = store
            .log_after(None, room.into(), 0, PageSize { items: 1000, bytes: usize::MAX }, |entry| (entry, 0))
            .await
            .unwrap();
        assert_eq!(whole.extent.last_seq, expected.log.len() as u64);
        let said = whole.entries.iter().map(|entry| entry.event.message().map(|said| (said.author.id, said.id)));
        assert!(said.eq(expected.log.iter().copied()));
        for after in 0..expected.log.len() {
            let piece = store
                .log_after(None, room.into(), after as u64, PageSize { items: 3, bytes: usize::MAX }, |entry| {
                    (entry, 0)
                })
                .await
                .unwrap();
            let seqs = piece.entries.iter().map(|entry| entry.seq);
            assert!(seqs.eq((after as u64 + 1..=expected.log.len() as u64).take(3)));
            let position = vec![(room, after as u64 + 1)];
            let times = store.connection_start(self.sessions[0], vec![], position).await.unwrap().times;
            assert_eq!(times.get(&room).copied(), Some(whole.entries[after].at));
        }
    }

    async fn check_pages(&self, room: RoomId, expected: &Expected) {
        const LIMIT: usize = 4;
        let messages = expected.messages();
        for seq in 0..expected.log.len() as u64 + 2 {
            let page = async |window| {
                let page = self
                    .scene
                    .store
                    .messages(None, room.into(), window, PageSize { items: LIMIT, bytes: usize::MAX }, |message| {
                        (message, 0)
                    })
                    .await
                    .unwrap();
                let seqs: Vec<u64> = page.messages.iter().map(|message| message.seq).collect();
                (seqs, page.has_more_before, page.has_more_after)
            };
            let older: Vec<u64> = messages.iter().copied().filter(|of| *of < seq).collect();
            let newer: Vec<u64> = messages.iter().copied().filter(|of| *of > seq).collect();
            let last = older[older.len().saturating_sub(LIMIT)..].to_vec();
            let more = (older.len() > LIMIT, older.len() < messages.len());
            assert_eq!(page(Window::Before(seq)).await, (last, more.0, more.1), "before {seq} of {messages:?}");
            let first = newer[..newer.len().min(LIMIT)].to_vec();
            let more = (newer.len() < messages.len(), newer.len() > LIMIT);
            assert_eq!(page(Window::After(seq)).await, (first, more.0, more.1), "after {seq} of {messages:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_log_is_the_same_however_its_messages_came(transactions in acts()) {
        play(Scene::new(), transactions, true);
    }

    #[test]
    fn the_log_is_the_same_in_memory(transactions in acts()) {
        // There the writer reads, too: nobody can look in between.
        play(Scene::in_memory(), transactions, false);
    }
}

/// Does what is to be done in each transaction, and compares: also, where `between` says so, before the next one begins.
fn play(scene: Scene, transactions: Vec<Vec<Act>>, between: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut world = World::new(scene).await;
        world.check().await;
        for acts in transactions {
            let operations = acts.into_iter().map(|act| world.act(act)).collect();
            let gate = together(&world.scene.store, world.users[0], operations).await;
            if between {
                world.check().await;
            }
            gate.open().await;
        }
        world.check().await;
    });
}
