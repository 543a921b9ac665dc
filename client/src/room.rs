//! A room that nobody described.

use chat_protocol::{Room, RoomId, RoomKind, Timestamp};

/// A room of which nothing but the id is known: its name is the end of that.
pub fn unknown_room(id: RoomId) -> Room {
    let text = id.to_string();
    let end = text.rsplit('-').next().unwrap_or_default();
    Room {
        id,
        name: format!("unknown-{end}"),
        kind: RoomKind::Public,
        topic: String::new(),
        members: 0,
        last_seq: 0,
        last_at: None,
        created_at: Timestamp::default(),
        people: Vec::new(),
        archived: false,
        slow_seconds: 0,
        retention_days: None,
        retention_keeps_pinned: false,
        pins: 0,
        joined: false,
        read_seq: None,
        unread: None,
        mentions: None,
        role: None,
        notify: None,
        favourite: None,
        hidden: None,
    }
}

/// Whether a room was made by [`unknown_room`]: the server may not have it, and cannot be asked for it by its name.
pub fn is_unknown(room: &Room) -> bool {
    // The server never gives out a room without the time when it was made.
    room.created_at == Timestamp::default()
}
