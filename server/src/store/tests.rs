//! The store's own promises: once, in order, durable, nothing half-written.

mod access;
mod filing;

use std::sync::Arc;

use chat_protocol::{LOBBY, LogEntry, LogEvent, MessageId, Role, RoomId, SessionId, UserId, name::UserName};
use parking_lot::Mutex;

use super::*;

/// Keeps what it was told.
#[derive(Default)]
struct Told(Mutex<Vec<LogEntry>>);

/// What the sink cannot bear.
const UNBEARABLE: &str = "unbearable";

impl Sink for Told {
    fn committed(&self, notices: Vec<Notice>) {
        let logged = notices.into_iter().filter_map(|notice| match notice {
            Notice::Logged(entry) => Some(entry),
            _ => None,
        });
        let entries: Vec<LogEntry> = logged.collect();
        let unbearable = |entry: &LogEntry| entry.event.message().is_some_and(|message| message.body == UNBEARABLE);
        assert!(!entries.iter().any(unbearable), "a panic on purpose");
        self.0.lock().extend(entries);
    }

    fn changed_elsewhere(&self) {}
}

impl Told {
    fn seqs(&self, room: RoomId) -> Vec<u64> {
        self.0.lock().iter().filter(|entry| entry.room == room).map(|entry| entry.seq).collect()
    }
}

/// Makes a test of each of these for a folder, and one for memory.
macro_rules! everywhere {
    ($($name:ident),* $(,)?) => {
        mod in_a_folder {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Scene::new()).await;
            })*
        }
        mod in_memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Scene::in_memory()).await;
            })*
        }
    };
}

everywhere! {
    many_at_once_are_told_in_one_order_without_gaps,
    one_refusal_in_a_transaction_takes_nothing_else_with_it,
    what_is_submitted_is_answered_in_order_and_nothing_is_stored_that_is_not_admitted,
    counters_are_right_when_messages_share_a_transaction_with_other_changes,
    a_guest_is_told_of_when_it_first_writes,
    unread_is_what_others_said_after_the_marker,
    a_reader_of_many_pages_sees_one_state,
    a_panic_of_who_is_told_ends_no_writing,
    a_panic_of_who_asks_ends_no_writing,
    pages_end_by_bytes_and_say_whether_there_is_more,
    absences_before_a_jump_of_the_clock_do_not_count,
}

struct Scene {
    /// Empty where the database is in memory.
    folder: tempfile::TempDir,
    store: Store,
    told: Arc<Told>,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, told) = open(&folder);
        Self { folder, store, told }
    }

    fn in_memory() -> Self {
        let told = Arc::new(Told::default());
        let store = Store::open(&Location::Memory, Arc::clone(&told) as Arc<dyn Sink>).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), store, told }
    }

    /// As after a crash: opened anew from what is on disk.
    fn reopened(self) -> Self {
        let Self { folder, store, .. } = self;
        drop(store);
        let (store, told) = open(&folder);
        Self { folder, store, told }
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
    NewUserRow { id, name: name.to_string(), key: name.key(), role, password: None, invite: None, session }
}

fn token(id: UserId) -> [u8; 32] {
    let mut token = [0; 32];
    token[..16].copy_from_slice(id.uuid().as_bytes());
    token
}

fn message(author: UserId, body: &str) -> NewMessageRow {
    NewMessageRow {
        id: MessageId::now_v7(),
        room: LOBBY.into(),
        author,
        body: body.to_owned(),
        reply_to: None,
        names: vec![],
    }
}

async fn many_at_once_are_told_in_one_order_without_gaps(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let sends = (0..500).map(|n| scene.store.send(message(alice, &n.to_string())));
    let sent = futures_util::future::join_all(sends).await;
    let mut acknowledged: Vec<u64> = sent.into_iter().map(|sent| sent.unwrap().message.seq).collect();
    acknowledged.sort_unstable();
    assert_eq!(acknowledged, (2..=501).collect::<Vec<_>>(), "the first event is the joining");
    assert_eq!(scene.told.seqs(scene.lobby().await.id), (1..=501).collect::<Vec<_>>());
}

async fn one_refusal_in_a_transaction_takes_nothing_else_with_it(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let good = message(alice, "one");
    let conflicting = NewMessageRow { body: "other".into(), ..good.clone() };
    let stranger = message(UserId::now_v7(), "from nobody");
    let (first, conflict, unknown, last) = tokio::join!(
        scene.store.send(good),
        scene.store.send(conflicting),
        scene.store.send(stranger),
        scene.store.send(message(alice, "two")),
    );
    assert_eq!(first.unwrap().message.seq, 2);
    assert!(matches!(conflict, Err(StoreError::IdConflict)));
    assert!(matches!(unknown, Err(StoreError::NoUser)));
    assert_eq!(last.unwrap().message.seq, 3, "a refusal takes no position");
}

async fn what_is_submitted_is_answered_in_order_and_nothing_is_stored_that_is_not_admitted(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let (answers, mut answered) = tokio::sync::mpsc::unbounded_channel();
    for n in 0..100 {
        let answers = answers.clone();
        let tell = move |sent: Result<SentRow>| answers.send((n, sent.map(|sent| sent.message.seq))).unwrap();
        scene.store.submit(message(alice, &n.to_string()), move || n % 10 != 3, tell);
    }
    let mut seq = 1;
    for n in 0..100 {
        let (which, sent) = answered.recv().await.unwrap();
        assert_eq!(which, n);
        if n % 10 == 3 {
            assert!(matches!(sent, Err(StoreError::Withheld)));
        } else {
            seq += 1;
            assert_eq!(sent.unwrap(), seq);
        }
    }
    assert_eq!(scene.lobby().await.last_seq, 91, "one joined, ninety were admitted");
}

async fn counters_are_right_when_messages_share_a_transaction_with_other_changes(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let lobby = scene.lobby().await;
    let position = |seq| ReadPosition { seq, back: true };
    let topic = |text: &str| scene.store.set_topic(alice, LOBBY.into(), text.into());
    let bob = scene.user("bob", Role::Member).await;
    let (first, changed, second, third) = tokio::join!(
        scene.store.send(message(alice, "one")),
        topic("new"),
        scene.store.send(message(bob, "two")),
        scene.store.send(message(alice, "three")),
    );
    assert_eq!(first.unwrap().message.seq, 3);
    assert_eq!(changed.unwrap().last_seq, 4);
    assert_eq!(second.unwrap().message.seq, 5);
    assert_eq!(third.unwrap().message.seq, 6);
    let unread = scene.store.read_up_to(bob, lobby.id.into(), position(0)).await.unwrap().unread;
    assert_eq!(unread, 2, "alice's, not the own one");
}

#[tokio::test]
async fn sending_twice_is_sending_once_also_after_a_restart() {
    let scene = Scene::new();
    let alice = scene.user("alice", Role::Member).await;
    let row = message(alice, "once");
    let first = scene.store.send(row.clone()).await.unwrap();
    let scene = scene.reopened();
    let second = scene.store.send(row.clone()).await.unwrap();
    assert!(first.new && !second.new);
    assert_eq!(first.message, second.message);
    let other = NewMessageRow { reply_to: Some(first.message.id), ..row };
    assert!(matches!(scene.store.send(other).await, Err(StoreError::IdConflict)));
    assert_eq!(scene.told.0.lock().len(), 0, "nothing was told again");
}

async fn a_guest_is_told_of_when_it_first_writes(scene: Scene) {
    let guest = scene.user("quiet-otter-42", Role::Guest).await;
    assert_eq!((scene.lobby().await.members, scene.lobby().await.last_seq), (0, 0));
    scene.store.send(message(guest, "hello")).await.unwrap();
    let lobby = scene.lobby().await;
    assert_eq!((lobby.members, lobby.last_seq), (1, 2));
    assert!(matches!(
        scene.told.0.lock()[..],
        [LogEntry { event: LogEvent::UserJoined { .. }, .. }, LogEntry { event: LogEvent::Message { .. }, .. }]
    ));
}

#[tokio::test]
async fn a_guest_that_left_no_trace_is_removed_after_a_day_and_its_name_is_free() {
    let scene = Scene::new();
    let (silent, wrote) =
        (scene.user("quiet-otter-42", Role::Guest).await, scene.user("bold-fox-7", Role::Guest).await);
    scene.store.send(message(wrote, "hello")).await.unwrap();
    assert_eq!(scene.store.remove_gone_guests(vec![]).await.unwrap(), 0, "a day has not gone by");
    let other = rusqlite::Connection::open(scene.folder.path().join("chat.db")).unwrap();
    other.execute_batch("UPDATE user SET created_at = 0; UPDATE session SET last_used_at = 0").unwrap();
    assert_eq!(scene.store.remove_gone_guests(vec![silent]).await.unwrap(), 0, "it is here");
    assert_eq!(scene.store.remove_gone_guests(vec![]).await.unwrap(), 1);
    scene.user("quiet-otter-42", Role::Guest).await;
}

async fn unread_is_what_others_said_after_the_marker(scene: Scene) {
    let (alice, bob) = (scene.user("alice", Role::Member).await, scene.user("bob", Role::Member).await);
    let mention = NewMessageRow { names: vec![("bob".into(), "bob".into())], ..message(alice, "@bob look") };
    let first = scene.store.send(mention).await.unwrap().message.seq;
    scene.store.send(message(bob, "looking")).await.unwrap();
    scene.user("carol", Role::Member).await;
    let last = scene.store.send(message(alice, "thanks")).await.unwrap().message.seq;
    let seen = async |user| {
        let room = scene.store.room(LOBBY.into(), Some(user)).await.unwrap();
        (room.unread.unwrap(), room.mentions.unwrap())
    };
    assert_eq!(seen(bob).await, (2, 1), "two of alice's; neither the own one nor the joining counts");
    let read = async |seq, back| {
        let marker = scene.store.read_up_to(bob, LOBBY.into(), ReadPosition { seq, back }).await.unwrap();
        (marker.seq, marker.unread, marker.mentions)
    };
    assert_eq!(read(first, false).await, (first, 1, 0));
    assert_eq!(read(1, false).await, (first, 1, 0), "forward only");
    assert_eq!(read(u64::MAX >> 1, false).await, (last, 0, 0), "held to the end");
    assert_eq!(read(1, true).await, (1, 2, 1), "back where it is asked for");
}

async fn a_reader_of_many_pages_sees_one_state(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let lobby = scene.lobby().await;
    let sends = (0..20).map(|n| scene.store.send(message(alice, &n.to_string())));
    let reads = (0..20).map(|_| async {
        let piece = scene
            .store
            .log_after(None, lobby.id.into(), 0, PageSize { items: 100, bytes: usize::MAX }, |entry| (entry, 0))
            .await
            .unwrap();
        assert_eq!(piece.entries.len() as u64, piece.extent.last_seq);
        let page = scene
            .store
            .messages(None, lobby.id.into(), Window::Around(2), PageSize { items: 10, bytes: usize::MAX }, |message| {
                (message, 0)
            })
            .await
            .unwrap();
        assert!(!page.has_more_before);
        let identity = scene.store.identify(token(alice), chat_protocol::Timestamp::from_millis(0)).await.unwrap();
        let beginning = scene.store.beginning(identity.unwrap().session, vec![(lobby.id, 1)]).await.unwrap();
        assert!(beginning.times.contains_key(&lobby.id));
    });
    let (sent, _) = tokio::join!(futures_util::future::join_all(sends), futures_util::future::join_all(reads));
    assert!(sent.iter().all(Result::is_ok));
    scene.store.ping().await.unwrap();
}

async fn absences_before_a_jump_of_the_clock_do_not_count(scene: Scene) {
    scene.user("quiet-otter-42", Role::Guest).await;
    let year_ago = "UPDATE user SET created_at = created_at - 365 * 86400000;
                    UPDATE session SET last_used_at = last_used_at - 365 * 86400000";
    scene
        .store
        .read(move |db| Ok(db.execute_batch("PRAGMA query_only = OFF").and_then(|()| db.execute_batch(year_ago))?))
        .await
        .unwrap();
    let times = scene.store.times().await.unwrap();
    assert!(times.last_known.unwrap().millis() < times.now.millis() - 364 * 86_400_000);
    scene.store.count_absences_from_now().await.unwrap();
    assert_eq!(scene.store.remove_gone_guests(vec![]).await.unwrap(), 0);
    assert!(scene.store.times().await.unwrap().absences_since.unwrap() >= times.now);
}

async fn pages_end_by_bytes_and_say_whether_there_is_more(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let lobby = scene.lobby().await.id;
    // At positions 2 to 11.
    let lengths = [1, 30, 9, 9, 100, 2, 2, 2, 50, 1];
    for length in lengths {
        scene.store.send(message(alice, &"x".repeat(length))).await.unwrap();
    }
    let all: Vec<(u64, usize)> = (2..).zip(lengths).collect();
    for (items, bytes) in [(3, 10), (1, 1), (4, 40), (10, 1000), (2, 103), (9, 0)] {
        let size = PageSize { items, bytes };
        // What a page takes of messages in the order in which they come closer: all that fits, and the first anyhow.
        let taken = |nearest: &mut dyn Iterator<Item = (u64, usize)>| {
            let mut page: Vec<(u64, usize)> = Vec::new();
            for next in nearest {
                let fits = page.iter().map(|(_, length)| length).sum::<usize>() + next.1 <= bytes;
                if page.len() == items || !fits && !page.is_empty() {
                    break;
                }
                page.push(next);
            }
            page.into_iter().map(|(seq, _)| seq).collect::<Vec<u64>>()
        };
        for seq in 0..14 {
            let page = async |window| {
                let encode = |message: chat_protocol::Message| (message.seq, message.body.len());
                let page = scene.store.messages(None, lobby.into(), window, size, encode).await.unwrap();
                (page.messages, page.has_more_before, page.has_more_after)
            };
            let older = || all.iter().copied().filter(|(of, _)| *of < seq);
            let newer = || all.iter().copied().filter(|(of, _)| *of > seq);
            let mut wanted = taken(&mut older().rev());
            wanted.reverse();
            let more = (wanted.len() < older().count(), older().count() < all.len());
            assert_eq!(page(Window::Before(seq)).await, (wanted, more.0, more.1), "{size:?} before {seq}");
            let wanted = taken(&mut newer());
            let more = (newer().count() < all.len(), wanted.len() < newer().count());
            assert_eq!(page(Window::After(seq)).await, (wanted, more.0, more.1), "{size:?} after {seq}");

            let (around, before, after) = page(Window::Around(seq)).await;
            if seq < 2 && items == 1 {
                // The one place of the page is for what stands there, or before.
                assert_eq!((around.len(), before, after), (0, false, true));
                continue;
            }
            let (first, last) = (around.first().copied().unwrap(), around.last().copied().unwrap());
            assert_eq!(around, (first..=last).collect::<Vec<_>>(), "{size:?} around {seq}: no gaps");
            assert!(around.len() <= items && (before, after) == (first > 2, last < 11), "{size:?} around {seq}");
            assert!(around.contains(&seq.clamp(2, 11)), "{size:?} around {seq}");
            let bytes_of =
                |seqs: &[u64]| all.iter().filter(|(of, _)| seqs.contains(of)).map(|(_, length)| length).sum::<usize>();
            assert!(around.len() == 1 || bytes_of(&around) <= bytes.max(1), "{size:?} around {seq}: {around:?}");

            let encode = |entry: LogEntry| (entry.seq, entry.event.message().map_or(0, |message| message.body.len()));
            let piece = scene.store.log_after(None, lobby.into(), seq.max(1), size, encode).await.unwrap();
            let wanted = taken(&mut all.iter().copied().filter(|(of, _)| *of > seq.max(1)));
            assert_eq!(piece.entries, wanted, "{size:?}: the log after {seq}");
        }
    }
}

async fn a_panic_of_who_is_told_ends_no_writing(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let sent = scene.store.send(message(alice, UNBEARABLE)).await.unwrap();
    assert_eq!(sent.message.seq, 2, "it is stored, and acknowledged");
    scene.store.ping().await.unwrap();
    assert_eq!(scene.store.send(message(alice, "next")).await.unwrap().message.seq, 3);
}

async fn a_panic_of_who_asks_ends_no_writing(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let failed = tokio::sync::oneshot::channel();
    let tell = move |sent: Result<SentRow>| {
        failed.0.send(sent.is_err()).unwrap();
        panic!("a panic on purpose");
    };
    scene.store.submit(message(alice, "never stored"), || panic!("a panic on purpose"), tell);
    assert!(failed.1.await.unwrap());
    assert!(scene.store.read(|_| -> Result<()> { panic!("a panic on purpose") }).await.is_err());
    scene.store.ping().await.unwrap();
    assert_eq!(scene.store.send(message(alice, "next")).await.unwrap().message.seq, 2);
    assert_eq!(scene.lobby().await.last_seq, 2);
}

#[tokio::test]
async fn a_folder_belongs_to_one_server() {
    let scene = Scene::new();
    let location = Location::Folder(scene.folder.path().to_owned());
    let second = Store::open(&location, Arc::new(Told::default()));
    assert!(matches!(second.err(), Some(OpenError::InUse(_))));
}

#[tokio::test]
async fn what_is_no_database_of_ours_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Folder(folder.path().to_owned());
    let path = folder.path().join("chat.db");
    std::fs::write(&path, "a shopping list, long enough to be taken for a page of something else".repeat(100)).unwrap();
    assert!(matches!(Store::open(&location, Arc::new(Told::default())).err(), Some(OpenError::NotOurs(_))));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("a shopping list"));
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE recipe (name TEXT)").unwrap();
    assert!(matches!(Store::open(&location, Arc::new(Told::default())).err(), Some(OpenError::NotOurs(_))));
}

#[tokio::test]
async fn a_database_of_an_older_version_is_brought_up_to_date_with_all_that_is_in_it() {
    let scene = Scene::new();
    let alice = scene.user("alice", Role::Member).await;
    let first = scene.store.send(message(alice, "from before")).await.unwrap().message;
    let Scene { folder, store, .. } = scene;
    drop(store);
    // What versions 3 and 4 added.
    let other = rusqlite::Connection::open(folder.path().join("chat.db")).unwrap();
    other
        .execute_batch(
            "DROP VIEW log; DROP VIEW unfiled; DROP TABLE filing;
             DROP INDEX user_cased_skeleton; ALTER TABLE user DROP COLUMN cased_skeleton;
             DROP INDEX room_cased_skeleton; ALTER TABLE room DROP COLUMN cased_skeleton;
             DROP INDEX held_name_cased_skeleton; ALTER TABLE held_name DROP COLUMN cased_skeleton;
             DROP TABLE link_code;
             CREATE TABLE link_code (user INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
                                     code BLOB NOT NULL UNIQUE, expires_at INTEGER NOT NULL);
             DELETE FROM refinery_schema_history WHERE version >= 3",
        )
        .unwrap();
    drop(other);
    let (store, _) = open(&folder);
    let second = store.send(message(alice, "from now")).await.unwrap().message;
    let page = store
        .messages(None, LOBBY.into(), Window::Newest, PageSize { items: 10, bytes: usize::MAX }, |message| (message, 0))
        .await
        .unwrap();
    let read: Vec<_> = page.messages;
    assert_eq!(read, [first, second]);
    let disguise = UserName::parse("AIice").unwrap();
    let taken = store.create_user(new_user(&disguise, Role::Member)).await;
    assert!(matches!(taken, Err(StoreError::NameTaken)), "names of before are compared as strictly as new ones");
}

#[tokio::test]
async fn a_newer_database_is_refused_with_its_version() {
    let scene = Scene::new();
    let Scene { folder, store, .. } = scene;
    let path = folder.path().join("chat.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute(
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (999, 'x', '', '')",
            [],
        )
        .unwrap();
    drop((other, store));
    let location = Location::Folder(folder.path().to_owned());
    let refused = Store::open(&location, Arc::new(Told::default()));
    assert!(matches!(refused.err(), Some(OpenError::TooNew { found: 999, .. })));
}
