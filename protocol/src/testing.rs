//! Values for tests, with the feature `testing`: people, rooms and messages that say no more than a test is about. The rest
//! is what `..` takes.
//!
//! ```
//! use chat_protocol::{Message, testing};
//!
//! let message = Message { seq: 7, ..testing::message("alice", "hello") };
//! assert_eq!(message.room, testing::room("lobby").id);
//! ```
//!
//! Ids follow from names: the same name is the same user or room.

use uuid::Uuid;

use crate::{
    Event, LOBBY, Message, Notify, RemovalReason, Role, Room, RoomId, RoomKind, RoomRole, Timestamp, User, UserId,
    UserRef, body::Body,
};

/// When nothing has happened yet, in milliseconds.
const BEGINNING: i64 = 1_790_000_000_000;

/// When the event at this position happened: one a second.
pub fn at(seq: u64) -> Timestamp {
    Timestamp::from_millis(BEGINNING + i64::try_from(seq * 1_000).unwrap_or(i64::MAX))
}

/// The id of the user of this name.
pub fn user_id(name: &str) -> UserId {
    id(0, name).into()
}

/// The id of the room of this name.
pub fn room_id(name: &str) -> RoomId {
    id(1, name).into()
}

/// A user as messages name them.
pub fn user_ref(name: &str) -> UserRef {
    UserRef { id: user_id(name), name: name.to_owned() }
}

/// A member who is here.
pub fn user(name: &str) -> User {
    User {
        id: user_id(name),
        name: name.to_owned(),
        display_name: None,
        color: None,
        role: Role::Member,
        bot: false,
        online: true,
        away: false,
        status: None,
        last_seen_at: None,
        created_at: at(0),
    }
}

/// A public room that one is in, where nothing was said.
pub fn room(name: &str) -> Room {
    Room {
        id: room_id(name),
        name: name.to_owned(),
        kind: RoomKind::Public,
        topic: String::new(),
        members: 2,
        last_seq: 0,
        last_at: None,
        created_at: at(0),
        people: Vec::new(),
        archived: false,
        slow_seconds: 0,
        retention_days: None,
        retention_keeps_pinned: false,
        pins: 0,
        joined: true,
        read_seq: Some(0),
        unread: Some(0),
        mentions: Some(0),
        role: Some(RoomRole::Member),
        notify: Some(Notify::Mentions),
        favourite: Some(false),
        hidden: Some(false),
    }
}

/// The body of a message.
///
/// # Panics
/// For a text that a message may not have.
pub fn body(text: &str) -> Body {
    Body::parse(text, usize::MAX).expect("a text that a message may have")
}

/// The first message of the lobby. Its id follows from what it says.
pub fn message(author: &str, body: &str) -> Message {
    Message {
        id: id(2, &format!("{author}: {body}")).into(),
        room: room_id(LOBBY),
        seq: 1,
        author: user_ref(author),
        body: body.to_owned(),
        sent_at: at(1),
        edited_at: None,
        deleted: false,
        reply_to: None,
        thread: None,
        replies: None,
        mentions: Vec::new(),
        mentioned: Vec::new(),
        mentions_room: false,
        reactions: Vec::new(),
        attachments: Vec::new(),
        blocks: None,
    }
}

/// One left a room.
pub fn room_removed(room_id: RoomId) -> Event {
    Event::RoomRemoved { room_id, why: RemovalReason::Left, by: None, reason: None }
}

/// A UUID of version 7, as all are.
fn id(kind: u128, name: &str) -> Uuid {
    let number = name.bytes().fold(7, |hash, byte| (hash * 31 + u128::from(byte)) % 0xffff_ffff);
    Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_0000_0000_0000 + (kind << 44) + number)
}
