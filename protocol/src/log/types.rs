//! The words for the kinds of logged events.

use super::LogEvent;

impl LogEvent {
    /// The `type` of each kind in JSON.
    pub const TYPES: [&str; 11] = [
        "Message",
        "MessageEdited",
        "MessageDeleted",
        "ReactionAdded",
        "ReactionRemoved",
        "MessagePinned",
        "MessageUnpinned",
        "UserJoined",
        "UserLeft",
        "RoomUpdated",
        "Moderated",
    ];

    /// Its `type` in JSON.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Message { .. } => "Message",
            Self::MessageEdited { .. } => "MessageEdited",
            Self::MessageDeleted { .. } => "MessageDeleted",
            Self::ReactionAdded { .. } => "ReactionAdded",
            Self::ReactionRemoved { .. } => "ReactionRemoved",
            Self::MessagePinned { .. } => "MessagePinned",
            Self::MessageUnpinned { .. } => "MessageUnpinned",
            Self::UserJoined { .. } => "UserJoined",
            Self::UserLeft { .. } => "UserLeft",
            Self::RoomUpdated { .. } => "RoomUpdated",
            Self::Moderated { .. } => "Moderated",
        }
    }
}
