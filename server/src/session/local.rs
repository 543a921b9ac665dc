//! A client inside this process: a session without a socket, for tests, bots and transports other than HTTP.

use std::{collections::VecDeque, net::Ipv4Addr, sync::Arc};

use chat_protocol::{Command, Event};
use tokio::sync::Notify;

use super::{Batch, Commands, Ending, Session, Transport};
use crate::{
    chat::{Caller, Chat, Origin},
    hub::{SharedEvent, TooMany},
    memory::Memory,
};

/// Events taken at once.
const BATCH: usize = 64;
/// What an event counts as where nothing is encoded, in bytes.
const EVENT: usize = 1024;

/// A client of one user that takes part as one over a socket does: the first command is `Hello`.
pub struct LocalClient {
    commands: Commands,
    pub(super) session: Arc<Session>,
    wake: Arc<Wake>,
    taken: Queue,
    scratch: Vec<Arc<SharedEvent>>,
}

/// Wakes the task that waits for the next event.
#[derive(Default)]
struct Wake(Notify);

impl Transport for Wake {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }

    fn size(&self, _: &SharedEvent) -> usize {
        EVENT
    }
}

/// Events that were taken and not yet given out.
#[derive(Default)]
struct Queue(VecDeque<Arc<SharedEvent>>);

impl Batch for Queue {
    fn room(&self) -> usize {
        BATCH.saturating_sub(self.0.len())
    }

    fn push(&mut self, event: &Arc<SharedEvent>) {
        self.0.push_back(Arc::clone(event));
    }
}

/// Connects clients inside the process of a server. Cheap to clone.
#[derive(Clone)]
pub struct Local {
    chat: Chat,
    memory: Memory,
}

/// Why a client is not connected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The token is invalid or expired.
    #[error("the token is invalid or expired: sign in again")]
    NotSignedIn,
    /// The user has as many connections as the limit allows.
    #[error("the user has as many connections as this server allows: close one first")]
    TooMany,
    /// The log does not answer; the text says why.
    #[error("{0}")]
    Unavailable(String),
}

impl Local {
    /// For the clients of this server.
    pub fn new(chat: Chat, memory: Memory) -> Self {
        Self { chat, memory }
    }

    /// Connects the user that a token speaks for. `name` is what the program calls itself.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn connect(&self, token: &str, name: &str) -> Result<LocalClient, ConnectError> {
        let caller =
            self.chat.authenticate(token).await.map_err(|failure| ConnectError::Unavailable(failure.to_string()))?;
        let caller = caller.ok_or(ConnectError::NotSignedIn)?;
        LocalClient::connect(self, &caller, Origin::new(Ipv4Addr::LOCALHOST.into(), name))
            .map_err(|_| ConnectError::TooMany)
    }
}

impl LocalClient {
    pub(super) fn connect(local: &Local, caller: &Caller, origin: Origin) -> Result<Self, TooMany> {
        let wake = Arc::new(Wake::default());
        let transport = Arc::downgrade(&wake);
        let session = Session::new(local.chat.clone(), local.memory.clone(), caller, origin, transport);
        let commands = Commands::connect(Arc::clone(&session))?;
        Ok(Self { commands, session, wake, taken: Queue::default(), scratch: Vec::new() })
    }

    /// How many events were taken from the session that the client has not asked for yet.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.taken.0.len()
    }

    /// Hands in a command; what it is answered comes among the events.
    ///
    /// # Errors
    /// When the session ends with it.
    pub async fn command(&mut self, command: Command) -> Result<(), Ending> {
        self.commands.carry_out(command).await
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// Why the session ended. What was sent before comes first.
    pub async fn next(&mut self) -> Result<Event, Ending> {
        loop {
            if let Some(event) = self.taken.0.pop_front() {
                return Ok(event.event().clone());
            }
            self.session.clear_wake();
            self.session.take(&mut self.scratch, &mut self.taken);
            if !self.taken.0.is_empty() {
                continue;
            }
            tokio::select! {
                biased;
                () = self.wake.0.notified() => {}
                why = self.session.ended() => return Err(why),
            }
        }
    }
}
