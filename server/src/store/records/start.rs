//! What a connection begins with, and what a server compares its clock with.

use std::collections::HashMap;

use chat_protocol::{MessageId, Room, RoomId, Timestamp, User, UserId};

use crate::store::Removal;

/// What a connection begins with.
#[derive(Debug, Clone)]
pub struct ConnectionStart {
    /// The user, whole.
    pub user: User,
    /// What the program on their device called itself last.
    pub client: String,
    /// Their rooms, by name.
    pub rooms: Vec<Room>,
    /// Whom the user ignores.
    pub ignored: Vec<UserId>,
    /// The threads that the user follows.
    pub followed_threads: Vec<MessageId>,
    /// When the events happened that were asked for.
    pub times: HashMap<RoomId, Timestamp>,
    /// Rooms that the client knows and the user is not in.
    pub removed: Vec<Removal>,
    /// Direct rooms of the user that are not in their list now: they are one of its people.
    pub aside: Vec<RoomId>,
}

/// The clock, and what was written when it showed something else.
#[derive(Debug, Clone)]
pub struct Times {
    /// By the machine's clock.
    pub now: Timestamp,
    /// The latest event of all rooms, and its room's name.
    pub latest_event: Option<(String, Timestamp)>,
    /// When a server last looked at the clock, or when anybody was last there.
    pub last_known: Option<Timestamp>,
    /// Since when absences count, if not since ever.
    pub absences_since: Option<Timestamp>,
    /// Since when sessions count as unused, if not since they were used.
    pub unused_since: Option<Timestamp>,
}
