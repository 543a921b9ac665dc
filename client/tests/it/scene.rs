//! Alice, the lobby, and what is said there.

use chat_client::{Account, Accounts, Client, Delivery, Entry, Options, Status, Update, Updates};
pub(crate) use chat_protocol::testing::at;
use chat_protocol::{
    Command, Epoch, Event, Limits, LogEntry, LogEvent, Message, MessageId, Room, RoomId, SessionId, User, UserId,
    UserRef, api::ServerInfo, testing,
};
use chat_testing::within;
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use crate::fake::{Fake, Socket};

pub(crate) const LOBBY: u128 = 0x01;
pub(crate) const ALICE: u128 = 0xa11ce;
pub(crate) const BOB: u128 = 0xb0b;

pub(crate) fn lobby_id() -> RoomId {
    Uuid::from_u128(LOBBY).into()
}

pub(crate) fn user(id: u128, name: &str) -> User {
    User { id: Uuid::from_u128(id).into(), ..testing::user(name) }
}

/// The lobby when this many events happened.
pub(crate) fn lobby(last_seq: u64) -> Room {
    room(LOBBY, "lobby", last_seq)
}

pub(crate) fn room(id: u128, name: &str, last_seq: u64) -> Room {
    Room {
        id: Uuid::from_u128(id).into(),
        last_seq,
        last_at: (last_seq > 0).then(|| at(last_seq)),
        ..testing::room(name)
    }
}

/// Bob says something in the lobby.
pub(crate) fn said(seq: u64) -> Event {
    message_event(seq, MessageId::now_v7(), BOB, &format!("message {seq}"))
}

pub(crate) fn message_event(seq: u64, id: MessageId, author: u128, body: &str) -> Event {
    Event::Logged(LogEntry {
        room: lobby_id(),
        seq,
        at: at(seq),
        event: LogEvent::Message { message: message(seq, id, author, body) },
    })
}

pub(crate) fn message(seq: u64, id: MessageId, author: u128, body: &str) -> Message {
    let author = UserRef { id: UserId::from(Uuid::from_u128(author)), name: "someone".to_owned() };
    Message { id, room: lobby_id(), seq, author, sent_at: at(seq), ..testing::message("someone", body) }
}

/// Alice's machine, and the server that she uses.
pub(crate) struct Scene {
    pub(crate) fake: Fake,
    pub(crate) epoch: Epoch,
    pub(crate) folder: TempDir,
}

impl Scene {
    /// Alice has signed in before.
    pub(crate) async fn start() -> Self {
        let scene = Self { fake: Fake::start().await, epoch: Epoch::now_v7(), folder: tempfile::tempdir().unwrap() };
        let account = scene.account_folder();
        std::fs::create_dir_all(&account).unwrap();
        let kept = json!({"user": user(ALICE, "alice"), "token": "cht_alice"});
        std::fs::write(account.join("account.json"), kept.to_string()).unwrap();
        scene.page(&[]);
        scene
    }

    pub(crate) fn accounts(&self) -> Accounts {
        Accounts::open(self.folder.path().to_owned()).unwrap()
    }

    /// Where the client keeps Alice's things.
    pub(crate) fn account_folder(&self) -> std::path::PathBuf {
        let server = self.fake.url.to_string().replace("://", "_").replace(':', "+");
        self.folder.path().join(server).join(Uuid::from_u128(ALICE).to_string())
    }

    /// The file with outbox and cache.
    pub(crate) fn database(&self) -> std::path::PathBuf {
        self.account_folder().join("client.db")
    }

    /// Whether any of the account's files holds a text.
    pub(crate) fn is_on_disk(&self, text: &str) -> bool {
        let files = std::fs::read_dir(self.account_folder()).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    }

    /// How many files were set aside.
    pub(crate) fn files_aside(&self) -> usize {
        let files = std::fs::read_dir(self.account_folder()).unwrap();
        files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains(".aside-")).count()
    }

    /// Waits until a program of this account, with this place among them, is gone altogether.
    pub(crate) async fn gone(&self, slot: u32) {
        let lock = self.account_folder().join(format!("slot-{slot}.lock"));
        let free = tokio::task::spawn_blocking(move || std::fs::File::open(lock)?.lock());
        within("the program is gone", free).await.unwrap().unwrap();
    }

    pub(crate) fn account(&self) -> Account {
        Account::kept(&self.accounts(), &self.fake.url, Some("alice")).unwrap()
    }

    /// What the newest page of any room is.
    pub(crate) fn page(&self, messages: &[Message]) {
        let page = json!({"room": lobby_id(), "messages": messages, "has_more_before": true, "has_more_after": false});
        self.fake.answer("GET /api/messages", 200, page);
    }

    /// Alice starts her program.
    pub(crate) fn client(&self) -> (Client, Watched) {
        self.client_with(Options::default())
    }

    pub(crate) fn client_with(&self, options: Options) -> (Client, Watched) {
        let (client, updates) = Client::start(self.account(), options).unwrap();
        (client, Watched { updates, status: None })
    }

    pub(crate) fn welcome(&self, rooms: Vec<Room>) -> Event {
        Event::Welcome {
            user: user(ALICE, "alice"),
            session: SessionId::now_v7(),
            epoch: self.epoch,
            server: ServerInfo { name: "fake".to_owned(), version: "1".to_owned() },
            rooms,
            limits: Limits::default(),
            ignored: Vec::new(),
            followed_threads: Vec::new(),
        }
    }

    /// The next connection, greeted with the lobby at this position and nothing missed.
    pub(crate) async fn live(&mut self, last_seq: u64) -> Socket {
        let mut socket = self.fake.socket().await;
        socket.hello().await;
        socket.say(self.welcome(vec![lobby(last_seq)])).await;
        socket.say(Event::Live {}).await;
        socket
    }
}

/// What Alice's program is told.
pub(crate) struct Watched {
    pub(crate) updates: Updates,
    /// As last told.
    pub(crate) status: Option<Status>,
}

impl Watched {
    pub(crate) async fn next(&mut self) -> Update {
        let update = within("an update", self.updates.next()).await.expect("the client goes on");
        if let Update::Status(status) = &update {
            self.status = Some(status.clone());
        }
        update
    }

    /// The next update that is wanted; others pass.
    pub(crate) async fn until<T>(&mut self, mut wanted: impl FnMut(Update) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.next().await) {
                return found;
            }
        }
    }

    pub(crate) async fn connected(&mut self) {
        self.until(|update| matches!(update, Update::Status(Status::Connected { .. })).then_some(())).await;
    }

    pub(crate) async fn offline(&mut self) -> (std::time::Instant, String) {
        self.until(|update| match update {
            Update::Status(Status::Offline { retry_at, reason }) => Some((retry_at, reason)),
            _ => None,
        })
        .await
    }

    /// The next message that anyone said: its position and text.
    pub(crate) async fn message(&mut self) -> (u64, String) {
        self.until(|update| match update {
            Update::Event(Event::Logged(LogEntry { seq, event: LogEvent::Message { message }, .. })) => {
                Some((seq, message.body))
            }
            _ => None,
        })
        .await
    }

    /// The next change in the outbox.
    pub(crate) async fn outbox(&mut self) -> Entry {
        self.until(|update| if let Update::Outbox(entry) = update { Some(entry) } else { None }).await
    }

    /// A message of the outbox gets to a state; it may pass others before.
    pub(crate) async fn reaches(&mut self, id: MessageId, state: Delivery) {
        self.until(|update| {
            (matches!(update, Update::Outbox(entry) if entry.id == id && entry.state == state)).then_some(())
        })
        .await;
    }
}

/// The id and body of a message command.
pub(crate) fn sent(command: Command) -> (MessageId, String) {
    match command {
        Command::Message { id, body, .. } => (id, body),
        other => panic!("no message but {other:?}"),
    }
}
