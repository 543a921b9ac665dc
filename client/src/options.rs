//! What a program may ask of its client.

use std::collections::HashMap;

use chat_protocol::{Cursor, Epoch, RoomId};

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
    /// cursors come first. Take both from [`Api::events`](crate::Api::events).
    pub since: Option<(Epoch, HashMap<RoomId, Cursor>)>,
}

impl Default for Options {
    /// For programs with a screen: everything is kept, pages are asked for, bodies come as Markdown.
    fn default() -> Self {
        Self { blocks: false, durable: true, pages: true, first_room: None, since: None }
    }
}

impl Options {
    /// For bots and scripts: nothing is kept, and only what happens from now on is reported.
    pub fn transient() -> Self {
        Self { durable: false, pages: false, ..Self::default() }
    }
}
