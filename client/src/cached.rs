//! What the disk knows before the server has said a word.

use std::collections::HashMap;

use chat_protocol::{Cursor, Message, Room, RoomId, User};

use crate::Entry;

/// What was known when the program ended last, and what was typed since: enough to show a screen at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Cached {
    /// Who the account belongs to.
    pub user: User,
    /// The user's rooms, by name.
    pub rooms: Vec<Room>,
    /// The newest messages of each room, ascending and without gaps.
    pub messages: HashMap<RoomId, Vec<Message>>,
    /// What was being written.
    pub drafts: HashMap<RoomId, String>,
    /// What is not yet acknowledged, in the order in which it was written.
    pub outbox: Vec<Entry>,
    /// Up to where each room's events are known.
    pub cursors: HashMap<RoomId, Cursor>,
}
