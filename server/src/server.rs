//! A server from its first to its last moment: bind, run, stop.
//!
//! The caller hands in the shutdown; signals and arguments are known only to `main`.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use axum::{Extension, Router, routing::get};
use chat_protocol::{Limits, api::Registration};
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    api::operation::metrics,
    chat::{self, Chat, Retention},
    memory::Memory,
    outgoing::Names,
    routes,
    session::Local,
    socket::{Flushers, echo},
    store::{Location, OpenError},
    web::{App, accept, site::Site, slots::Slots},
};

/// How long what is under way may take once the server is to stop: it ends within 10 s, and closing the log needs some.
const DRAIN: Duration = Duration::from_secs(7);
/// How long the log may take to become one file: the rest of the 10 s, less what the last lines of the log may take.
const CLOSE: Duration = Duration::from_millis(1_500);
/// How often counts are folded and what nobody uses any more is freed: often enough that neither grows much.
const HOUSEKEEPING: Duration = Duration::from_secs(10);

/// How a server is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; 0 picks a free one.
    pub port: u16,
    /// Where everything is kept.
    pub location: Location,
    /// Who may become a user.
    pub registration: Registration,
    /// Whether members make invites too, not administrators alone.
    pub member_invites: bool,
    /// How long messages are kept; `None` is for ever.
    pub retention: Option<Retention>,
    /// Whether webhooks may send to private addresses.
    pub allow_private_webhooks: bool,
    /// How the names of their receivers are resolved.
    pub names: Names,
    /// How much of everything.
    pub limits: Limits,
    /// Where it is reached, and whom it trusts.
    pub site: Site,
}

/// Why a server did not start; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program listens there.
    #[error("port {0} is in use: stop the program that uses it, or give another one with --port")]
    PortInUse(u16),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; give another --host or --port")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The data folder cannot be used.
    #[error(transparent)]
    Data(#[from] OpenError),
}

/// The log can no longer be kept: a thread that it needs has ended. A new process is as good as ever.
#[derive(Debug, thiserror::Error)]
#[error(
    "a thread of the store ended unexpectedly (the log says why): start the server again; nothing acknowledged is lost"
)]
pub struct Broken;

/// A server that has its port and its data, and takes connections once it runs.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    app: App,
}

impl Server {
    /// Takes the port, then opens the data.
    ///
    /// # Errors
    /// When either is someone else's.
    pub async fn bind(options: Options) -> Result<Self, StartError> {
        let wanted = SocketAddr::new(options.host, options.port);
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::PortInUse(wanted.port()),
            _ => StartError::Listen { address: wanted, source },
        };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        metrics::install();
        let stopping = CancellationToken::new();
        let config = chat::Config {
            location: options.location,
            registration: options.registration,
            member_invites: options.member_invites,
            retention: options.retention,
            allow_private_webhooks: options.allow_private_webhooks,
            names: options.names,
            limits: options.limits,
        };
        let chat = Chat::open(config, stopping.clone())?;
        let slots = Slots::new(chat.limits());
        let app = App {
            chat,
            slots,
            site: Arc::new(options.site),
            stopping,
            connections: TaskTracker::new(),
            memory: Memory::default(),
        };
        Ok(Self { listener, address, router: routes::router(&app), app })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connects clients inside this process, also while the server runs.
    pub fn local(&self) -> Local {
        Local::new(self.app.chat.clone(), self.app.memory.clone())
    }

    /// Adds a WebSocket at `/echo` that says back what it hears, for a conformance suite. Not for a server that people use.
    #[doc(hidden)]
    #[must_use]
    pub fn with_echo(mut self) -> Self {
        self.router = self
            .router
            .route("/echo", get(echo::upgrade).layer(Extension(Flushers::start())).with_state(self.app.clone()));
        self
    }

    /// Serves until `shutdown`; then ends what is under way, and returns within 10 s.
    ///
    /// # Errors
    /// When the server had to stop by itself.
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), Broken> {
        let Self { listener, router, app, .. } = self;
        let stopped = CancellationToken::new();
        let ((), (), ended) = tokio::join!(
            accept::accept(listener, router, app.clone(), stopped.clone()),
            housekeeping(app.clone()),
            async {
                let ended = tokio::select! {
                    () = shutdown.cancelled() => Ok(()),
                    () = app.chat.broken() => Err(Broken),
                };
                tracing::info!("stopping");
                app.stopping.cancel();
                app.connections.close();
                if timeout(DRAIN, app.connections.wait()).await.is_err() {
                    tracing::warn!(connections = app.connections.len(), "stopped before all connections had ended");
                }
                stopped.cancel();
                ended
            },
        );
        if timeout(CLOSE, app.chat.close()).await.is_err() {
            tracing::warn!("stopped before the write-ahead log was folded: keep it with the database");
        }
        ended
    }
}

/// Keeps small what is counted and kept.
async fn housekeeping(app: App) {
    let mut due = tokio::time::interval(HOUSEKEEPING);
    while app.stopping.run_until_cancelled(due.tick()).await.is_some() {
        let work = AssertUnwindSafe(|| {
            metrics::upkeep();
            app.chat.shrink();
        });
        if catch_unwind(work).is_err() {
            tracing::error!("housekeeping panicked; it is tried again");
        }
    }
}
