//! What stands in a room's log: one type for the wire, the store, the hub and the clients.
//!
//! A new kind of event is a variant of [`LogEvent`], a word of [`Kind`] and a line in each of the two directions of
//! [`Flat`]; the compiler names every place that must decide what it means.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Cursor, Message, RoomId, Timestamp, UserRef};

/// An event of a room's log, and where it stands. Its `seq` and `at` are a cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// Whose log.
    pub room: RoomId,
    /// Its position: 1, 2, 3, … without gaps, the same for everyone.
    pub seq: u64,
    /// When it was stored. Never runs backwards in a room.
    pub at: Timestamp,
    /// What happened.
    pub event: LogEvent,
}

/// What happened in a room.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly all are messages: a box would be one more allocation for each")]
pub enum LogEvent {
    /// Someone said something.
    Message {
        /// The message as it now is.
        message: Message,
    },
    /// Someone became a member.
    UserJoined {
        /// The new member.
        user: UserRef,
    },
    /// Someone is no longer a member.
    UserLeft {
        /// The former member.
        user: UserRef,
    },
    /// The room itself was changed.
    RoomUpdated {
        /// What is new.
        changes: RoomChanges,
        /// Who changed it.
        user: UserRef,
    },
}

/// What changed of a room; absent fields did not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomChanges {
    /// The new topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

impl LogEntry {
    /// Where a client goes on that has everything up to this event.
    pub fn cursor(&self) -> Cursor {
        Cursor { seq: self.seq, at: Some(self.at) }
    }
}

impl From<Message> for LogEntry {
    /// The event of a message, which says itself where it stands.
    fn from(message: Message) -> Self {
        Self { room: message.room, seq: message.seq, at: message.sent_at, event: LogEvent::Message { message } }
    }
}

impl LogEvent {
    /// The `type` of each kind in JSON.
    pub(crate) const TYPES: [&str; 4] = ["Message", "UserJoined", "UserLeft", "RoomUpdated"];

    /// Who did it.
    pub fn user(&self) -> &UserRef {
        match self {
            Self::Message { message } => &message.author,
            Self::UserJoined { user } | Self::UserLeft { user } | Self::RoomUpdated { user, .. } => user,
        }
    }

    /// The message, if it is one.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Message { message } => Some(message),
            _ => None,
        }
    }
}

/// The `type` in JSON.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Kind {
    Message,
    UserJoined,
    UserLeft,
    RoomUpdated,
}

/// An entry as JSON has it: one object with the fields of the event beside those of the entry. A field means the same in
/// every kind of event, so they are read in one pass, without keeping what comes before the `type`.
#[derive(Serialize, Deserialize)]
struct Flat<'a> {
    r#type: Kind,
    room: RoomId,
    seq: u64,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'a, Message>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Cow<'a, RoomChanges>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Cow<'a, UserRef>>,
}

impl Serialize for LogEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let user = |user| (None, None, Some(Cow::Borrowed(user)));
        let (r#type, (message, changes, user)) = match &self.event {
            LogEvent::Message { message } => (Kind::Message, (Some(Cow::Borrowed(message)), None, None)),
            LogEvent::UserJoined { user: joined } => (Kind::UserJoined, user(joined)),
            LogEvent::UserLeft { user: left } => (Kind::UserLeft, user(left)),
            LogEvent::RoomUpdated { changes, user } => {
                (Kind::RoomUpdated, (None, Some(Cow::Borrowed(changes)), Some(Cow::Borrowed(user))))
            }
        };
        let Self { room, seq, at, .. } = *self;
        Flat { r#type, room, seq, at, message, changes, user }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LogEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn needed<T: Clone, E: de::Error>(field: Option<Cow<'_, T>>, name: &'static str) -> Result<T, E> {
            field.map(Cow::into_owned).ok_or_else(|| E::missing_field(name))
        }
        let Flat { r#type, room, seq, at, message, changes, user } = Flat::deserialize(deserializer)?;
        let event = match r#type {
            Kind::Message => LogEvent::Message { message: needed(message, "message")? },
            Kind::UserJoined => LogEvent::UserJoined { user: needed(user, "user")? },
            Kind::UserLeft => LogEvent::UserLeft { user: needed(user, "user")? },
            Kind::RoomUpdated => {
                LogEvent::RoomUpdated { changes: needed(changes, "changes")?, user: needed(user, "user")? }
            }
        };
        Ok(Self { room, seq, at, event })
    }
}
