//! What stands in a room's log: one type for the wire, the store, the hub and the clients.
//!
//! A new kind of event is a variant of [`LogEvent`], a word of [`Kind`] and a line in each of the two directions of
//! [`Flat`]; the compiler names every place that must decide what it means.

mod types;

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Cursor, Message, MessageId, Moderation, ModerationAction, RoomId, RoomRole, Timestamp, UserRef};

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
pub enum LogEvent {
    /// Someone said something.
    Message {
        /// The message as it now is.
        message: Message,
    },
    /// A message was changed by its author.
    MessageEdited {
        /// The message as it now is.
        message: Message,
        /// Who changed it.
        user: UserRef,
    },
    /// A message's text is gone.
    MessageDeleted {
        /// Which one.
        target: Target,
        /// Who deleted it.
        user: UserRef,
    },
    /// Someone answered a message with an emoji.
    ReactionAdded {
        /// Which message.
        target: Target,
        /// With what, and how many did.
        reaction: ReactionChange,
        /// Who.
        user: UserRef,
    },
    /// Someone took such an answer back.
    ReactionRemoved {
        /// Which message.
        target: Target,
        /// What, and how many are left.
        reaction: ReactionChange,
        /// Who.
        user: UserRef,
    },
    /// A message was pinned to the room.
    MessagePinned {
        /// Which one.
        target: Target,
        /// Who did it.
        user: UserRef,
    },
    /// A message is no longer pinned.
    MessageUnpinned {
        /// Which one.
        target: Target,
        /// Who did it.
        user: UserRef,
    },
    /// Someone became a member.
    UserJoined {
        /// The new member.
        user: UserRef,
        /// Who added them; `None` when they joined.
        by: Option<UserRef>,
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
    /// A moderator acted on someone.
    Moderated {
        /// On whom.
        user: UserRef,
        /// Who did it.
        by: UserRef,
        /// What was done.
        moderation: Moderation,
    },
}

/// The message that an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub message_id: MessageId,
    /// Its position in the same log.
    pub message_seq: u64,
}

/// What became of one emoji at a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReactionChange {
    /// The emoji.
    pub emoji: String,
    /// How many people answered with it, right after the event.
    pub count: u64,
}

/// What changed of a room; absent fields did not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomChanges {
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Whether nothing can be written any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// Seconds between two messages of a member; 0 for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow_seconds: Option<u32>,
    /// Days after which its messages are deleted, 0 for never; null for as long as the server keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::api::present")]
    pub retention_days: Option<Option<u32>>,
    /// Whether pinned messages stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_keeps_pinned: Option<bool>,
}

impl RoomChanges {
    /// What of it says how long messages are kept, and the rest.
    pub fn split_retention(&self) -> (Self, Self) {
        let Self { retention_days, retention_keeps_pinned, .. } = *self;
        let rest = Self { retention_days: None, retention_keeps_pinned: None, ..self.clone() };
        (Self { retention_days, retention_keeps_pinned, ..Self::default() }, rest)
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
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
    /// Who did it: for a message its author, for moderation who moderates.
    pub fn user(&self) -> &UserRef {
        match self {
            Self::Message { message } => &message.author,
            Self::Moderated { by: user, .. }
            | Self::MessageEdited { user, .. }
            | Self::MessageDeleted { user, .. }
            | Self::ReactionAdded { user, .. }
            | Self::ReactionRemoved { user, .. }
            | Self::MessagePinned { user, .. }
            | Self::MessageUnpinned { user, .. }
            | Self::UserJoined { user, .. }
            | Self::UserLeft { user }
            | Self::RoomUpdated { user, .. } => user,
        }
    }

    /// The message, if it is one that was sent.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Message { message } => Some(message),
            _ => None,
        }
    }

    /// The message that the event carries: the one that was sent, or as it is after an edit.
    pub fn carried(&self) -> Option<&Message> {
        match self {
            Self::Message { message } | Self::MessageEdited { message, .. } => Some(message),
            _ => None,
        }
    }

    /// The earlier message that the event changes.
    pub fn target(&self) -> Option<Target> {
        match self {
            Self::MessageEdited { message, .. } => Some(Target { message_id: message.id, message_seq: message.seq }),
            Self::MessageDeleted { target, .. }
            | Self::ReactionAdded { target, .. }
            | Self::ReactionRemoved { target, .. }
            | Self::MessagePinned { target, .. }
            | Self::MessageUnpinned { target, .. } => Some(*target),
            _ => None,
        }
    }
}

/// The `type` in JSON.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Kind {
    Message,
    MessageEdited,
    MessageDeleted,
    ReactionAdded,
    ReactionRemoved,
    MessagePinned,
    MessageUnpinned,
    UserJoined,
    UserLeft,
    RoomUpdated,
    Moderated,
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
    message_id: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Cow<'a, RoomChanges>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<ModerationAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Cow<'a, UserRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Cow<'a, UserRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<RoomRole>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

impl<'a> Flat<'a> {
    fn new(entry: &LogEntry, r#type: Kind) -> Self {
        let LogEntry { room, seq, at, .. } = *entry;
        Self {
            r#type,
            room,
            seq,
            at,
            message: None,
            message_id: None,
            message_seq: None,
            emoji: None,
            count: None,
            changes: None,
            action: None,
            user: None,
            by: None,
            until: None,
            reason: None,
            role: None,
            removed: false,
        }
    }

    fn by_user(self, user: &'a UserRef) -> Self {
        Self { user: Some(Cow::Borrowed(user)), ..self }
    }

    fn message(self, message: &'a Message) -> Self {
        Self { message: Some(Cow::Borrowed(message)), ..self }
    }

    fn target(self, target: Target) -> Self {
        Self { message_id: Some(target.message_id), message_seq: Some(target.message_seq), ..self }
    }

    fn reaction(self, reaction: &'a ReactionChange) -> Self {
        Self { emoji: Some(Cow::Borrowed(&reaction.emoji)), count: Some(reaction.count), ..self }
    }
}

impl Serialize for LogEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let flat = |kind| Flat::new(self, kind);
        let flat = match &self.event {
            LogEvent::Message { message } => flat(Kind::Message).message(message),
            LogEvent::MessageEdited { message, user } => flat(Kind::MessageEdited).message(message).by_user(user),
            LogEvent::MessageDeleted { target, user } => flat(Kind::MessageDeleted).target(*target).by_user(user),
            LogEvent::ReactionAdded { target, reaction, user } => {
                flat(Kind::ReactionAdded).target(*target).reaction(reaction).by_user(user)
            }
            LogEvent::ReactionRemoved { target, reaction, user } => {
                flat(Kind::ReactionRemoved).target(*target).reaction(reaction).by_user(user)
            }
            LogEvent::MessagePinned { target, user } => flat(Kind::MessagePinned).target(*target).by_user(user),
            LogEvent::MessageUnpinned { target, user } => flat(Kind::MessageUnpinned).target(*target).by_user(user),
            LogEvent::UserJoined { user, by } => {
                Flat { by: by.as_ref().map(Cow::Borrowed), ..flat(Kind::UserJoined).by_user(user) }
            }
            LogEvent::UserLeft { user } => flat(Kind::UserLeft).by_user(user),
            LogEvent::RoomUpdated { changes, user } => {
                Flat { changes: Some(Cow::Borrowed(changes)), ..flat(Kind::RoomUpdated).by_user(user) }
            }
            LogEvent::Moderated { user, by, moderation } => Flat {
                by: Some(Cow::Borrowed(by)),
                action: Some(moderation.action),
                until: moderation.until,
                reason: moderation.reason.as_deref().map(Cow::Borrowed),
                role: moderation.role,
                removed: moderation.removed,
                ..flat(Kind::Moderated).by_user(user)
            },
        };
        flat.serialize(serializer)
    }
}

/// A field that a kind of event has always.
fn needed<T, E: de::Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
    field.ok_or_else(|| E::missing_field(name))
}

impl<'de> Deserialize<'de> for LogEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let flat = Flat::deserialize(deserializer)?;
        let Flat { r#type, room, seq, at, message, message_id, message_seq, emoji, count, .. } = flat;
        let Flat { changes, action, user, by, until, reason, role, removed, .. } = flat;
        let message = || needed(message, "message").map(Cow::into_owned);
        let user = || needed(user, "user").map(Cow::into_owned);
        let by = by.map(Cow::into_owned);
        let target = || {
            let message_id = needed(message_id, "message_id")?;
            Ok(Target { message_id, message_seq: needed(message_seq, "message_seq")? })
        };
        let reaction = || {
            let emoji = needed(emoji, "emoji")?.into_owned();
            Ok(ReactionChange { emoji, count: needed(count, "count")? })
        };
        let event = match r#type {
            Kind::Message => LogEvent::Message { message: message()? },
            Kind::MessageEdited => LogEvent::MessageEdited { message: message()?, user: user()? },
            Kind::MessageDeleted => LogEvent::MessageDeleted { target: target()?, user: user()? },
            Kind::ReactionAdded => LogEvent::ReactionAdded { target: target()?, reaction: reaction()?, user: user()? },
            Kind::ReactionRemoved => {
                LogEvent::ReactionRemoved { target: target()?, reaction: reaction()?, user: user()? }
            }
            Kind::MessagePinned => LogEvent::MessagePinned { target: target()?, user: user()? },
            Kind::MessageUnpinned => LogEvent::MessageUnpinned { target: target()?, user: user()? },
            Kind::UserJoined => LogEvent::UserJoined { user: user()?, by },
            Kind::UserLeft => LogEvent::UserLeft { user: user()? },
            Kind::RoomUpdated => {
                LogEvent::RoomUpdated { changes: needed(changes, "changes")?.into_owned(), user: user()? }
            }
            Kind::Moderated => LogEvent::Moderated {
                user: user()?,
                by: needed(by, "by")?,
                moderation: Moderation {
                    action: needed(action, "action")?,
                    until,
                    reason: reason.map(Cow::into_owned),
                    role,
                    removed,
                },
            },
        };
        Ok(Self { room, seq, at, event })
    }
}
