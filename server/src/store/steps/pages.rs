//! A room's messages, read away from a position.

use chat_protocol::{RoomId, Timestamp};

use crate::store::{PageSize, Result};

/// Where reading goes on to.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Way {
    /// To older messages.
    Back,
    /// To newer ones.
    On,
}

/// Messages next to a position, the nearest first.
#[derive(Debug)]
pub(in crate::store) struct Run<T> {
    pub(in crate::store) messages: Vec<T>,
    pub(in crate::store) bytes: usize,
    /// Whether there are more that way.
    pub(in crate::store) has_more: bool,
}

impl<T> Default for Run<T> {
    fn default() -> Self {
        Self { messages: Vec::new(), bytes: 0, has_more: false }
    }
}

/// The messages of one room, in one state of the database.
pub(in crate::store) trait RoomMessages {
    /// What is made of each message.
    type Item;

    /// Which room.
    fn room(&self) -> RoomId;
    /// Reads away from a position, without the one at it, until the size is reached; the first `least` messages are taken
    /// however large they are.
    fn run(&self, way: Way, seq: u64, size: PageSize, least: usize) -> Result<Run<Self::Item>>;
    /// Position and time of the first message at a position or after it.
    fn first_from(&self, seq: u64) -> Result<Option<(u64, Timestamp)>>;
    /// Whether there is a message at a position, or further that way.
    fn has_any(&self, way: Way, seq: u64) -> Result<bool>;
}
