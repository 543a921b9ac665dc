//! The beginning of a conversation: what a client says of itself in `Hello`, and what it is received.

use serde::Deserialize;

use crate::tally::RoomKey;

/// Who connects, and what they have already.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// Of a user of their own.
    pub(crate) token: String,
    /// What `Hello` says of cursors: as JSON, with the comma before it; empty for none.
    pub(crate) cursors: String,
    /// The same for counting: positions by room.
    pub(crate) places: Vec<(RoomKey, u64)>,
}

/// What the server said at the beginning of the conversation.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// When `Hello` was written.
    pub(crate) hello_at: u64,
    /// When it said that all was told.
    pub(crate) live_at: u64,
    /// When the last logged event came.
    pub(crate) event_at: u64,
    /// How many came.
    pub(crate) events: u64,
    /// The first frame after `Hello`.
    pub(crate) welcome: Option<Welcome>,
    /// Rooms to be loaded again: why, and when that came.
    pub(crate) resets: Vec<(String, u64)>,
}

/// The fields of `Welcome` that matter here.
#[derive(Debug, Deserialize)]
pub(crate) struct Welcome {
    /// The history.
    pub(crate) epoch: String,
    /// The user's rooms.
    pub(crate) rooms: Vec<WelcomeRoom>,
}

/// One of them.
#[derive(Debug, Deserialize)]
pub(crate) struct WelcomeRoom {
    /// Its id.
    pub(crate) id: String,
    /// Its newest event.
    pub(crate) last_seq: u64,
    /// When that was.
    pub(crate) last_at: Option<String>,
}

/// The fields of `Reset`.
#[derive(Debug, Deserialize)]
pub(crate) struct Reset {
    /// Which room.
    pub(crate) room: String,
    /// Its newest event.
    pub(crate) last_seq: u64,
    /// The reason, as a word.
    pub(crate) why: String,
}
