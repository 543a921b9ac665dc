//! What may happen and what follows from it: signing in, joining, saying, reading. The same rules for every
//! transport.
//!
//! A [`Chat`] is a cheap handle on the store (what happened) and the hub (who is listening). It has never heard of
//! HTTP or WebSocket, and its only error is [`Error`].

mod accounts;
mod bots;
mod buckets;
mod caller;
mod changes;
mod clock;
mod devices;
mod error;
mod export;
pub mod guest;
mod hooks;
mod json;
mod live;
mod messages;
mod meter;
mod oversight;
mod password;
mod people;
mod rates;
mod recount;
mod retention;
mod rooms;
mod search;
pub mod secret;
mod settings;
#[cfg(test)]
mod tests;
mod upkeep;
mod uploads;
mod waiting;
mod watcher;
mod webhooks;

use std::sync::Arc;

use chat_protocol::{
    Limits,
    api::{self, Info, Registration},
};
use tokio_util::sync::CancellationToken;

pub use self::{
    caller::{Caller, Origin},
    changes::Change,
    devices::LINK_CODE,
    error::{Error, Result},
    export::Export,
    hooks::Form,
    live::{Begun, Start},
    messages::{EncodedEvents, EncodedMessages, Sent},
    meter::{Level, Meter},
    people::{MemberQuery, UserQuery},
    rates::{CommandBucket, Rates, Who},
    retention::Retention,
    rooms::RoomQuery,
    search::EncodedHits,
    uploads::{NewUpload, OpenFile, Progress},
};
pub use crate::store::{Page, Window};
use crate::{
    hub::Hub,
    outgoing::Names,
    store::{Location, OpenError, Store},
};

/// How a server is run, as far as the rules know of it.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where everything is kept.
    pub location: Location,
    /// How one becomes a user.
    pub registration: Registration,
    /// Whether members make invites, and not only administrators.
    pub member_invites: bool,
    /// How long messages are kept; `None` is for ever.
    pub retention: Option<Retention>,
    /// Whether webhooks may send to private addresses.
    pub allow_private_webhooks: bool,
    /// How the names of their receivers are resolved.
    pub names: Names,
    /// How much of everything.
    pub limits: Limits,
}

/// A running chat; cheap to clone.
#[derive(Clone)]
pub struct Chat {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    hub: Hub,
    /// Bodies that were parsed for somebody.
    parsed: json::Parsed,
    recounts: recount::Recounts,
    uploads: uploads::Uploads,
    webhooks: webhooks::Webhooks,
    rates: Rates,
    waiters: waiting::Waiters,
    passwords: password::Passwords,
    /// What was seen of the machine's clock.
    clock: tokio::sync::Mutex<clock::Clock>,
    info: Info,
    /// Whether members make invites, too.
    member_invites: bool,
}

/// The program's name, as it tells its clients.
pub const SERVER_NAME: &str = "chat-server";

impl Chat {
    /// Opens the log and begins; background work ends with `stopping`. Needs a Tokio runtime.
    ///
    /// # Errors
    /// When the data folder cannot be used; the text says what to do.
    pub fn open(config: Config, stopping: CancellationToken) -> std::result::Result<Self, OpenError> {
        let (upkeep, orders) = upkeep::channel();
        let recounts = recount::Recounts::default();
        let hub = Hub::new(upkeep.gone());
        let store = Store::open(&config.location, upkeep.sink(hub.clone(), recounts.clone()))?;
        let uploads = uploads::Uploads::open(&config.location)?;
        let info = Info {
            id: store.identity(),
            name: SERVER_NAME.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            epoch: store.epoch(),
            registration: config.registration,
            limits: config.limits,
            retention: config.retention.map(|retention| api::Retention {
                seconds: retention.keep.as_secs(),
                keeps_pinned: retention.keep_pinned,
            }),
        };
        let rates = Rates::new(&info.limits);
        let shared = Shared {
            store,
            hub,
            parsed: json::Parsed::default(),
            recounts,
            uploads,
            webhooks: webhooks::Webhooks::new(config.names, config.allow_private_webhooks, stopping.clone()),
            rates,
            waiters: waiting::Waiters::default(),
            passwords: password::Passwords::default(),
            clock: tokio::sync::Mutex::default(),
            info,
            member_invites: config.member_invites,
        };
        let chat = Self { shared: Arc::new(shared) };
        chat.start_indexing(stopping.clone());
        chat.start_webhooks();
        chat.start_retention(config.retention, stopping.clone());
        upkeep::start(chat.clone(), orders, stopping);
        chat.erase_removed();
        chat.delete_strays_soon();
        Ok(chat)
    }

    /// What a client must know before it signs in.
    pub fn info(&self) -> Info {
        self.shared.info.clone()
    }

    /// How much of everything.
    pub fn limits(&self) -> &Limits {
        &self.shared.info.limits
    }

    /// The buckets of everyone.
    pub fn rates(&self) -> &Rates {
        &self.shared.rates
    }

    /// Frees what nobody has used since the last call. To be called now and then.
    pub fn shrink(&self) {
        let Shared { rates, passwords, parsed, hub, .. } = &*self.shared;
        rates.shrink();
        passwords.shrink();
        parsed.shrink();
        hub.shrink();
    }

    /// Whether the log can be read and written.
    pub async fn is_ready(&self) -> bool {
        self.store().ping().await.is_ok()
    }

    /// Returns once the log can no longer be kept, whatever is done; usually never.
    pub async fn broken(&self) {
        self.store().broken().await;
    }

    /// Leaves everything in one file. To be called when nothing is under way any more.
    pub async fn close(&self) {
        if let Err(failure) = self.write_webhook_progress().await {
            tracing::warn!(%failure, "how far webhooks have come is not noted: the last events are sent again");
        }
        if let Err(failure) = self.store().fold().await {
            tracing::warn!(%failure, "the write-ahead log stays beside the database: keep both together");
        }
    }

    fn store(&self) -> &Store {
        &self.shared.store
    }

    fn hub(&self) -> &Hub {
        &self.shared.hub
    }
}
