//! The handle that a program holds: it says what to do, and never waits for the network.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use chat_protocol::{Message, MessageId, RoomChanges, RoomId, Timestamp, body::Body, emoji::Emoji};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use crate::{
    Account, Action, Api, Cached, Closed, Delivery, Entry, Error, Options, Update, Updates,
    connection::{Activity, CAPACITY, Connection, Pages, Request, UpdateQueue},
    cursors::Cursors,
    direct,
    outbox::Outbox,
    store::{Change, Draft, OutboxRow, Store},
};

/// The cache is checked this long after the start, when a program has drawn its first picture.
const CHECK_AFTER: Duration = Duration::from_millis(500);

/// A connection to a server that mends itself. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

/// What all handles of a client share.
#[derive(Debug)]
struct Shared {
    account: Account,
    api: Api,
    store: Store,
    /// To the task that owns the connection. It ends when this is gone.
    requests: mpsc::UnboundedSender<Request>,
    /// The longest body that the server takes, as the server last said.
    max_body: Arc<AtomicUsize>,
    /// Whether what is written now is sent at once.
    live: Arc<AtomicBool>,
}

impl Client {
    /// Opens outbox and cache, and begins to connect. It goes on until [`close`](Self::close), or until all its
    /// handles are gone.
    ///
    /// # Errors
    /// Outside of a tokio runtime; when the token would cross a network unencrypted; when the disk fails.
    pub fn start(account: Account, options: Options) -> Result<(Self, Updates), Error> {
        let runtime = Handle::try_current().map_err(|_| Error::NoRuntime)?;
        let api = Api::new(&account.server, Some(account.token()), account.insecure, &account.client)?;
        let (requests, receiver) = mpsc::unbounded_channel();
        let back = requests.downgrade();
        let report = move |notice| {
            if let Some(requests) = back.upgrade() {
                // After the end nobody takes it.
                let _ = requests.send(Request::BegunAgain(notice));
            }
        };
        let (store, start) = Store::open(options.durable.then(|| account.folder()), report)?;
        let (updates, update_receiver) = mpsc::channel(CAPACITY);
        let max_body = Arc::new(AtomicUsize::new(usize::MAX));
        let live = Arc::new(AtomicBool::new(false));
        let pages = Pages::new(api.clone(), options.blocks, start.cached_rooms());
        let mut cursors = Cursors::new(account.user.id, start.epoch, start.rooms);
        if let Some((epoch, since)) = options.since.clone() {
            cursors.begin_at(epoch, since);
        }
        let mut queue = UpdateQueue::new(updates);
        start.notices.into_iter().for_each(|notice| queue.push(Update::Storage(notice)));
        let mut connection = Connection {
            me: account.user.clone(),
            account: account.clone(),
            options,
            store: store.clone(),
            cursors,
            outbox: Outbox::default(),
            activity: Activity::new(start.reads, Instant::now()),
            pages,
            updates: queue,
            back: requests.downgrade(),
            requests: receiver,
            max_body: Arc::clone(&max_body),
            live: Arc::clone(&live),
            unsaved: Vec::new(),
            closing: None,
        };
        connection.know_recipients(&start.left);
        start.outbox.into_iter().for_each(|row| _ = connection.take_kept(row));
        runtime.spawn(connection.run());
        if let Some(file) = store.file() {
            runtime.spawn(check(file.to_owned(), requests.downgrade()));
        }
        Ok((
            Self { shared: Arc::new(Shared { account, api, store, requests, max_body, live }) },
            Updates::new(update_receiver),
        ))
    }

    /// What the disk knows, at once and without the messages. What cannot be read is left out.
    pub fn cached(&self) -> Cached {
        let user = self.shared.account.user.clone();
        let cached = self.shared.store.ask(|database, slot| Cached::read(database, slot.number(), user));
        cached.unwrap_or_else(|error| {
            tracing::error!(%error, "the cache cannot be read");
            Cached::empty(self.shared.account.user.clone())
        })
    }

    /// The newest messages of a room that the disk knows, ascending and without gaps, up to the last event that the
    /// server told; also one that is still among the [`Updates`]. None where they cannot be read: then a page follows as
    /// an [`Update::Page`](crate::Update::Page), as for every room that is not cached.
    pub fn cached_messages(&self, room: RoomId) -> Vec<Message> {
        self.shared.store.ask(move |database, _| database.messages(room)).unwrap_or_else(|error| {
            tracing::error!(%room, %error, "the cached messages cannot be read");
            Vec::new()
        })
    }

    /// Says something. When this returns, the message is in the outbox on disk, so it waits for the disk, for
    /// milliseconds; what becomes of it is reported by [`Update::Outbox`](crate::Update::Outbox).
    ///
    /// # Errors
    /// When the text is blank or too long, or the disk fails.
    pub fn send(&self, room: RoomId, body: &str, reply_to: Option<MessageId>) -> Result<MessageId, Error> {
        let body = Body::parse(body, self.shared.max_body.load(Ordering::Relaxed))?.into_string();
        let id = MessageId::now_v7();
        let (action, state) = (Action::Message, Delivery::Queued);
        let entry = Entry { id, room, action, body, reply_to, state, written_at: now() };
        let tried = self.shared.live.load(Ordering::Relaxed);
        let n = self.shared.store.change_now(Change::Queue { entry: entry.clone(), tried })?;
        self.ask(Request::Send(OutboxRow { n, entry, tried }));
        Ok(id)
    }

    /// The same without waiting for the disk: the message is given as it is being saved, and goes out once it is on
    /// disk. Both, or that it cannot be kept, is reported by [`Update::Outbox`](crate::Update::Outbox). A body that is
    /// longer than the server takes is refused there.
    pub fn queue(&self, room: RoomId, body: Body, reply_to: Option<MessageId>) -> Entry {
        self.enqueue(room, Action::Message, body.into_string(), reply_to)
    }

    /// Says something to someone alone, by their name. Their direct room need not be known, nor be there: their first
    /// message makes it. Until the server has said which room it is, the message waits for a room that stands for it, which
    /// [`Update::Left`](crate::Update::Left) describes; [`Update::Moved`](crate::Update::Moved) says when it is known.
    ///
    /// # Errors
    /// When this is no name, the text is blank or too long, or the disk fails.
    pub fn send_direct(&self, name: &str, body: &str) -> Result<MessageId, Error> {
        self.send(self.stand_in(name)?, body, None)
    }

    /// The same without waiting for the disk, as [`queue`](Self::queue).
    ///
    /// # Errors
    /// When this is no name.
    pub fn queue_direct(&self, name: &str, body: Body) -> Result<Entry, Error> {
        Ok(self.queue(self.stand_in(name)?, body, None))
    }

    /// The room that stands for the direct room with someone.
    fn stand_in(&self, name: &str) -> Result<RoomId, Error> {
        let room = direct::unknown_direct(name)?;
        let id = room.id;
        self.shared.store.change(Change::StandIn { room: room.clone() });
        self.ask(Request::StandIn(room));
        Ok(id)
    }

    /// Gives an own message another text. Like [`queue`](Self::queue) it waits for nothing, and goes out after what is
    /// before it; a message that still waits here is changed here.
    pub fn edit(&self, room: RoomId, message: MessageId, body: Body) -> Entry {
        self.enqueue(room, Action::Edit { message }, body.into_string(), None)
    }

    /// Deletes a message for ever; one that still waits here is withdrawn.
    pub fn delete(&self, room: RoomId, message: MessageId) -> Entry {
        self.enqueue(room, Action::Delete { message }, String::new(), None)
    }

    /// Answers a message with an emoji, or takes that back.
    pub fn react(&self, room: RoomId, message: MessageId, emoji: Emoji, on: bool) -> Entry {
        self.enqueue(room, Action::React { message, emoji: emoji.to_string(), on }, String::new(), None)
    }

    /// Pins a message to its room, or takes that back.
    pub fn pin(&self, room: RoomId, message: MessageId, on: bool) -> Entry {
        self.enqueue(room, Action::Pin { message, on }, String::new(), None)
    }

    /// Changes a room: its name, topic, whether it is archived, how fast members may write.
    pub fn update_room(&self, room: RoomId, changes: RoomChanges) -> Entry {
        self.enqueue(room, Action::UpdateRoom { changes }, String::new(), None)
    }

    /// Has an entry put on disk, and sent once it is there.
    fn enqueue(&self, room: RoomId, action: Action, body: String, reply_to: Option<MessageId>) -> Entry {
        let (id, written_at) = (MessageId::now_v7(), now());
        let saving = Entry { id, room, action, body, reply_to, state: Delivery::Saving, written_at };
        let entry = Entry { state: Delivery::Queued, ..saving.clone() };
        let requests = self.shared.requests.clone();
        let tried = self.shared.live.load(Ordering::Relaxed);
        self.shared.store.change_then(Change::Queue { entry: entry.clone(), tried }, move |saved| {
            let request = match saved {
                Ok(n) => Request::Send(OutboxRow { n, entry, tried }),
                Err(error) => {
                    Request::Unsaved(Entry { state: Delivery::Unsaved { detail: error.to_string() }, ..entry })
                }
            };
            // After the end nobody takes it; what is in the outbox stays there.
            let _ = requests.send(request);
        });
        saving
    }

    /// Sends a failed message again, with its id.
    pub fn retry(&self, id: MessageId) {
        self.ask(Request::Retry(id));
    }

    /// Gives up a message that is not sent.
    pub fn forget(&self, id: MessageId) {
        self.ask(Request::Forget(id));
    }

    /// Names the rooms on the screen, at most 8: their people, presence and typing are reported from now on.
    pub fn focus(&self, rooms: Vec<RoomId>) {
        self.ask(Request::Focus(rooms));
    }

    /// Nobody is at this device, or somebody is again. May be called for each key; each connection hears of it once.
    pub fn away(&self, away: bool) {
        self.ask(Request::Away(away));
    }

    /// The user is writing. May be called for each key; the network hears of it now and then.
    pub fn typing(&self, room: RoomId) {
        self.ask(Request::Typing(room));
    }

    /// The user is no longer writing. Sending says so by itself.
    pub fn stopped_typing(&self, room: RoomId) {
        self.ask(Request::StoppedTyping(room));
    }

    /// The user has read up to here. Kept until the server knows.
    pub fn read(&self, room: RoomId, seq: u64) {
        self.ask(Request::Read { room, seq, back: false });
    }

    /// The user has read up to here and not further, whatever was said before: what comes after is unread.
    pub fn mark_unread(&self, room: RoomId, seq: u64) {
        self.ask(Request::Read { room, seq, back: true });
    }

    /// Connects now, and not only when it is time: the network or the terminal came back. A connection that is there
    /// has to answer soon.
    pub fn reconnect(&self) {
        self.ask(Request::Reconnect);
    }

    /// Keeps what is being written; empty for nothing.
    pub fn save_draft(&self, room: RoomId, text: &str) {
        self.shared.store.change(Change::Draft(Draft { room, thread: None, text: text.to_owned() }));
    }

    /// The same for a thread, by the message that it began with.
    pub fn save_thread_draft(&self, room: RoomId, thread: MessageId, text: &str) {
        self.shared.store.change(Change::Draft(Draft { room, thread: Some(thread), text: text.to_owned() }));
    }

    /// The server's REST API, with this account's token.
    pub fn api(&self) -> &Api {
        &self.shared.api
    }

    /// Who this client is, as it was when it started.
    pub fn account(&self) -> &Account {
        &self.shared.account
    }

    /// Sends what can be sent within a moment, and ends the connection, also for other handles. What stays in the
    /// outbox is sent next time. A disk that takes nothing is waited for no longer than a moment either; what could not
    /// be kept is given back, so that it is not lost.
    pub async fn close(self) -> Closed {
        let (closed, done) = oneshot::channel();
        self.ask(Request::Close(closed));
        // An error says that it was closed before.
        done.await.unwrap_or_default()
    }

    fn ask(&self, request: Request) {
        // After the end nobody takes it; what is in the outbox stays there.
        let _ = self.shared.requests.send(request);
    }
}

/// Checks the cache, when nobody waits for it; the connection hears of what is damaged.
async fn check(file: PathBuf, requests: mpsc::WeakUnboundedSender<Request>) {
    tokio::time::sleep(CHECK_AFTER).await;
    if requests.strong_count() == 0 {
        return;
    }
    let damage = tokio::task::spawn_blocking(move || Store::damage(&file)).await;
    if let (Ok(Some(why)), Some(requests)) = (damage, requests.upgrade()) {
        // After the end nobody takes it; the next start finds it again.
        let _ = requests.send(Request::BeginAgain { why });
    }
}

/// This machine's clock, as the protocol writes time.
fn now() -> Timestamp {
    Timestamp::since_epoch(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}
