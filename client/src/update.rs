//! What a client tells its program, in the order in which it happened.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use chat_protocol::{ErrorCode, Event, Message, MessageId, Room, RoomId};
use futures_util::Stream;
use tokio::sync::mpsc;

use crate::{Entry, StorageNotice};

/// Something that a program should know.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "most are events: a box would cost each of them an allocation")]
pub enum Update {
    /// The connection is in another state.
    Status(Status),
    /// From the server: in each room in order, without gaps, none twice. Answers to commands are not among them.
    Event(Event),
    /// The newest messages of a room that was not cached, or was [`Event::Reset`], asked for by the client itself.
    /// Events with a higher `seq` may have come before.
    Page {
        /// The room of the messages.
        room: RoomId,
        /// In ascending order.
        messages: Vec<Message>,
        /// Whether there are older ones.
        has_more_before: bool,
    },
    /// A message of the outbox got further.
    Outbox(Entry),
    /// A room that the user is not in, of which messages follow that another process has left in the outbox; or one that
    /// stands for a direct room that is not known.
    Left(Room),
    /// It is known which direct room a room stood for. What waits there goes to it; each such message follows as it is now.
    Moved {
        /// The room that stood for it.
        from: RoomId,
        /// The direct room.
        to: RoomId,
    },
    /// Something about the files on this disk.
    Storage(StorageNotice),
    /// The server refused a command that is not in the outbox.
    Refused {
        /// The kind of refusal.
        code: ErrorCode,
        /// What to do about it.
        detail: String,
    },
}

/// The state of the connection.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// Reaching for the server.
    Connecting,
    /// Connected, and taking what was missed.
    CatchingUp {
        /// Events that came.
        done: u64,
        /// Events that were missed.
        total: u64,
    },
    /// Everything that happened is here.
    Connected {
        /// How long the server takes to answer; reported again with each measurement.
        round_trip: Option<Duration>,
    },
    /// Not connected; the client tries again by itself.
    Offline {
        /// When it tries again.
        retry_at: Instant,
        /// Why it is so.
        reason: String,
    },
    /// The server does not know this session any more: sign in again.
    SignedOut {
        /// In the server's words.
        detail: String,
    },
}

/// The stream of updates of one client. It is to be read: when it is full, the client takes no more from the server.
#[derive(Debug)]
pub struct Updates {
    receiver: mpsc::Receiver<Update>,
}

impl Updates {
    pub(crate) fn new(receiver: mpsc::Receiver<Update>) -> Self {
        Self { receiver }
    }

    /// The next update; `None` when the client is closed.
    pub async fn next(&mut self) -> Option<Update> {
        self.receiver.recv().await
    }

    /// The next update if it is there already.
    pub fn try_next(&mut self) -> Option<Update> {
        self.receiver.try_recv().ok()
    }
}

impl Stream for Updates {
    type Item = Update;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Update>> {
        self.receiver.poll_recv(cx)
    }
}

/// What a client leaves behind when it is closed.
#[derive(Debug, Default)]
pub struct Closed {
    /// Messages that are in the outbox on disk and go out at the next start.
    pub waiting: Vec<MessageId>,
    /// Messages that were still being saved, and are nowhere now but here.
    pub unsaved: Vec<Entry>,
    /// Drafts that could not be saved.
    pub drafts: Vec<(RoomId, String)>,
    /// Why something could not be saved: which file it is, and what to do.
    pub why: Option<String>,
}
