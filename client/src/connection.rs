//! The task behind a client: connects, follows, sends, and comes back, until it is told to end.

mod activity;
mod backoff;
mod direct;
mod ending;
mod link;
mod liveness;
mod pages;
mod receive;
mod requests;
mod session;
mod updates;
mod upgrade;
mod uploads;
mod welcome;

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chat_protocol::User;
use tokio::sync::{mpsc, oneshot};

pub(crate) use activity::Activity;
pub(crate) use pages::Pages;
pub(crate) use requests::Request;
pub(crate) use updates::{CAPACITY, UpdateQueue};
pub(crate) use uploads::Uploads;

use self::{backoff::Backoff, ending::Ending, link::Link};
use crate::{
    Account, Closed, Entry, Options, Status, Update,
    cursors::Cursors,
    outbox::Outbox,
    store::{Store, Unwritten},
};

/// How long an end waits for a disk that takes nothing, or for a file that another program has locked.
const LAST_WRITE: Duration = Duration::from_secs(1);

/// Everything that the task of a client owns.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) account: Account,
    pub(crate) options: Options,
    /// The user as the server last described it.
    pub(crate) me: User,
    pub(crate) store: Store,
    pub(crate) cursors: Cursors,
    pub(crate) outbox: Outbox,
    pub(crate) activity: Activity,
    pub(crate) pages: Pages,
    pub(crate) uploads: Uploads,
    pub(crate) updates: UpdateQueue,
    pub(crate) requests: mpsc::UnboundedReceiver<Request>,
    /// For what happens elsewhere and must come back here; it does not keep the task alive.
    pub(crate) back: mpsc::WeakUnboundedSender<Request>,
    /// The longest body that the server takes, for the handle to check.
    pub(crate) max_body: Arc<AtomicUsize>,
    /// Whether what is written now is sent at once, for the handle to write that down with it.
    pub(crate) live: Arc<AtomicBool>,
    /// Messages that could not be saved while the program ends.
    pub(crate) unsaved: Vec<Entry>,
    /// Callers that wait for the end.
    pub(crate) closing: Option<oneshot::Sender<Closed>>,
}

/// What keeps the task from waiting on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interruption {
    Reconnect,
    Close,
}

impl Connection {
    /// Runs until the program ends it.
    pub(crate) async fn run(mut self) {
        let mut backoff = Backoff::default();
        loop {
            let ending = self.connect_and_run(&mut backoff).await;
            self.disconnected();
            let wait = match ending {
                Ending::Closed => break,
                Ending::SignedOut { detail } => {
                    tracing::info!(detail, "signed out");
                    self.updates.status(Status::SignedOut { detail });
                    None
                }
                Ending::Gap => Some(self.offline("an event was missing", backoff.next())),
                Ending::Lost { reason, after } => {
                    let wait = after.unwrap_or_else(|| backoff.next());
                    Some(self.offline(&reason, wait))
                }
            };
            let interrupted = match wait {
                Some(retry_at) => self.meanwhile(tokio::time::sleep_until(retry_at.into())).await.err(),
                None => self.meanwhile(std::future::pending::<()>()).await.err(),
            };
            if interrupted == Some(Interruption::Close) {
                break;
            }
        }
        let closed = self.save_rest().await;
        if let Some(closing) = self.closing {
            let _ = closing.send(closed);
        }
    }

    /// Waits for the disk, no longer than a moment, and says what is left.
    async fn save_rest(&mut self) -> Closed {
        self.store.wait_until(Instant::now() + LAST_WRITE);
        let (report, reported) = oneshot::channel();
        self.store.rest(move |unwritten| {
            // Nobody waited for so long.
            let _ = report.send(unwritten);
        });
        let Unwritten { drafts, why } = match tokio::time::timeout(2 * LAST_WRITE, reported).await {
            Ok(unwritten) => unwritten.unwrap_or_default(),
            Err(_) => Unwritten { drafts: Vec::new(), why: Some("the disk does not answer".to_owned()) },
        };
        // What was on its way to the disk.
        while let Ok(request) = self.requests.try_recv() {
            match request {
                Request::Send(kept) => self.outbox.add_new(kept),
                Request::Unsaved(entry) => self.unsaved.push(entry),
                _ => {}
            }
        }
        let unsaved = std::mem::take(&mut self.unsaved);
        Closed { waiting: self.outbox.waiting(), unsaved, drafts, why }
    }

    async fn connect_and_run(&mut self, backoff: &mut Backoff) -> Ending {
        self.updates.status(Status::Connecting);
        let account = self.account.clone();
        let mut opening = std::pin::pin!(Link::open(&account));
        let link = loop {
            match self.meanwhile(&mut opening).await {
                Ok(Ok(link)) => break link,
                Ok(Err(ending)) => return ending,
                Err(Interruption::Reconnect) => {}
                Err(Interruption::Close) => return Ending::Closed,
            }
        };
        let (ending, went_well) = self.run_session(link).await;
        // A gap may come again at once: that must not be done as fast as the network allows.
        if went_well && ending != Ending::Gap {
            backoff.reset();
        }
        ending
    }

    /// Waits for something while there is no connection, and takes what the program asks for.
    async fn meanwhile<T>(&mut self, something: impl Future<Output = T>) -> Result<T, Interruption> {
        let mut something = std::pin::pin!(something);
        loop {
            tokio::select! {
                biased;
                request = self.requests.recv() => {
                    if let Some(interruption) = self.apply_offline(request) {
                        return Err(interruption);
                    }
                }
                value = &mut something => return Ok(value),
                () = self.updates.drained() => {}
            }
        }
    }

    fn offline(&mut self, reason: &str, wait: Duration) -> Instant {
        tracing::info!(reason, ?wait, "offline");
        let retry_at = Instant::now() + wait;
        self.updates.status(Status::Offline { retry_at, reason: reason.to_owned() });
        retry_at
    }

    fn disconnected(&mut self) {
        self.live.store(false, Ordering::Relaxed);
        self.uploads.stop();
        for entry in self.outbox.disconnected() {
            self.updates.push(Update::Outbox(entry));
        }
    }
}
