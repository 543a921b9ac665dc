//! The handle that a program holds: it says what to do, and never waits for the network.

mod files;
mod sending;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize},
    },
    time::{Duration, Instant},
};

use chat_protocol::{Message, MessageId, RoomId};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

pub use self::files::NewFile;
use crate::{
    Account, Api, Cached, Closed, Error, Options, Update, Updates,
    connection::{Activity, CAPACITY, Connection, Pages, Request, UpdateQueue, Uploads},
    cursors::Cursors,
    outbox::Outbox,
    store::{Change, Draft, Store},
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
            uploads: Uploads::new(api.clone()),
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
        let to_tidy = store.clone();
        runtime.spawn_blocking(move || tidy(&to_tidy));
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

/// Copies that are older than this, and belong to no message, are of a program that ended while it made them.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);

/// Deletes copies of files that no message in the outbox needs.
fn tidy(store: &Store) {
    let (Ok(folders), Ok(queued)) = (std::fs::read_dir(store.files()), store.all_queued()) else { return };
    for folder in folders.flatten() {
        let is_needed =
            folder.file_name().to_str().is_some_and(|name| name.parse().is_ok_and(|id| queued.contains(&id)));
        let age = folder.metadata().and_then(|found| found.modified()).ok().and_then(|at| at.elapsed().ok());
        if !is_needed && age.is_some_and(|age| age > LEFT_BEHIND) {
            // If it cannot be deleted now, the next start tries again.
            _ = std::fs::remove_dir_all(folder.path());
        }
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
