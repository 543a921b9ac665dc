//! The handle that a program holds: it says what to do, and never waits for the network.

use std::{collections::HashMap, sync::Arc};

use chat_protocol::{Cursor, Epoch, MessageId, RoomId};

use crate::{Account, Api, Cached, Error, Updates};

/// How a client behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether messages carry their parsed bodies.
    pub blocks: bool,
    /// Whether outbox, cache and cursors are kept on disk. Without, they live as long as the client: for bots and `tail`.
    pub durable: bool,
    /// Whether the newest messages of rooms that are not cached are asked for, see [`Update::Page`](crate::Update::Page).
    pub pages: bool,
    /// The room that is wanted on the screen first, by name or id: its page is asked for first.
    pub first_room: Option<String>,
    /// Where to begin instead of where the last run ended, for clients that are not durable: the events after these
    /// cursors come first. Take both from [`Api::events`].
    pub since: Option<(Epoch, HashMap<RoomId, Cursor>)>,
}

impl Default for Options {
    /// For programs with a screen: everything is kept, pages are asked for, bodies come as Markdown.
    fn default() -> Self {
        Self { blocks: false, durable: true, pages: true, first_room: None, since: None }
    }
}

impl Options {
    /// For bots and scripts: nothing is kept, and only what happens from now on is told.
    pub fn transient() -> Self {
        Self { durable: false, pages: false, ..Self::default() }
    }
}

/// A connection to a server that mends itself. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    account: Account,
    api: Api,
}

impl Client {
    /// Opens outbox and cache, and begins to connect. It goes on until [`close`](Self::close), or until all its
    /// handles are gone.
    ///
    /// # Errors
    /// Outside of a tokio runtime; when the token would cross a network unencrypted; when the disk fails.
    pub fn start(account: Account, options: Options) -> Result<(Self, Updates), Error> {
        account.check_transport()?;
        let _ = (options, account.folder());
        let api = Api::new(&account.server, Some(account.token()), account.insecure, &account.client)?;
        let (_sender, receiver) = tokio::sync::mpsc::channel(1);
        Ok((Self { shared: Arc::new(Shared { account, api }) }, Updates::new(receiver)))
    }

    /// What the disk knows, at once. When it cannot be read, that is only the user.
    pub fn cached(&self) -> Cached {
        Cached {
            user: self.shared.account.user.clone(),
            rooms: Vec::new(),
            messages: HashMap::new(),
            drafts: HashMap::new(),
            outbox: Vec::new(),
            cursors: HashMap::new(),
        }
    }

    /// Says something. When this returns, the message is in the outbox on disk, so it waits for the disk, for
    /// milliseconds; what becomes of it is told by [`Update::Outbox`](crate::Update::Outbox).
    ///
    /// # Errors
    /// When the text is blank or too long, or the disk fails.
    pub fn send(&self, room: RoomId, body: &str, reply_to: Option<MessageId>) -> Result<MessageId, Error> {
        let _ = (room, body, reply_to);
        Err(Error::Closed)
    }

    /// Sends a failed message again, with its id.
    pub fn retry(&self, id: MessageId) {
        let _ = id;
    }

    /// Gives up a message that is not sent.
    pub fn forget(&self, id: MessageId) {
        let _ = id;
    }

    /// Names the rooms on the screen, at most 8: their people, presence and typing are told from now on.
    pub fn focus(&self, rooms: Vec<RoomId>) {
        let _ = rooms;
    }

    /// The user is writing. May be called for each key; the network hears of it now and then.
    pub fn typing(&self, room: RoomId) {
        let _ = room;
    }

    /// The user is no longer writing.
    pub fn stopped_typing(&self, room: RoomId) {
        let _ = room;
    }

    /// The user has read up to here. Kept until the server knows.
    pub fn read(&self, room: RoomId, seq: u64) {
        let _ = (room, seq);
    }

    /// The user wants what comes after this position to be unread.
    pub fn mark_unread(&self, room: RoomId, seq: u64) {
        let _ = (room, seq);
    }

    /// Tries to connect now, and not only when it is time: the network or the terminal came back.
    pub fn reconnect(&self) {}

    /// Keeps what is being written; empty for nothing.
    pub fn save_draft(&self, room: RoomId, text: &str) {
        let _ = (room, text);
    }

    /// The server's REST API, with this account's token.
    pub fn api(&self) -> &Api {
        &self.shared.api
    }

    /// Who this client is.
    pub fn account(&self) -> &Account {
        &self.shared.account
    }

    /// Sends what can be sent within a moment, and ends the connection. What stays in the outbox is sent next time.
    pub async fn close(self) {}
}
