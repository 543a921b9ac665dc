//! A message on its way: what the user sent and what became of it.

use chat_protocol::{ErrorCode, MessageId, RoomId, Timestamp};

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stays the same however often the message is sent.
    pub id: MessageId,
    /// The room that it goes to.
    pub room: RoomId,
    /// As the user wrote it.
    pub body: String,
    /// The message that this one answers.
    pub reply_to: Option<MessageId>,
    /// How far it got.
    pub state: Delivery,
    /// When the user sent it, by this machine's clock.
    pub written_at: Timestamp,
}

/// How far a message got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Not yet on this disk: a message is sent only when it is.
    Saving,
    /// It could not be put on this disk, and goes nowhere: this library has let go of it, so that nobody else has the text.
    Unsaved {
        /// Why, and what to do about it.
        detail: String,
    },
    /// On this disk, to be sent as soon as the server takes it.
    Queued,
    /// On the wire, not yet acknowledged.
    Sending,
    /// On the server's disk. The outbox has let go of it.
    Sent {
        /// Its position in the room.
        seq: u64,
    },
    /// Refused for good; kept until it is retried or forgotten.
    Failed {
        /// The kind of refusal.
        code: ErrorCode,
        /// What to do about it.
        detail: String,
    },
}
