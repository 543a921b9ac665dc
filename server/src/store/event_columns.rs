//! How the log keeps an event, whatever the database: a number for its kind, and what the rows that it names do not say.

use chat_protocol::{LogEvent, Moderation, ReactionChange};

/// Numbers of the `kind` column.
pub(in crate::store) const MESSAGE: i32 = 1;
pub(in crate::store) const JOINED: i32 = 2;
pub(in crate::store) const LEFT: i32 = 3;
pub(in crate::store) const UPDATED: i32 = 4;
pub(in crate::store) const EDITED: i32 = 5;
pub(in crate::store) const DELETED: i32 = 6;
pub(in crate::store) const REACTED: i32 = 7;
pub(in crate::store) const UNREACTED: i32 = 8;
pub(in crate::store) const PINNED: i32 = 9;
pub(in crate::store) const UNPINNED: i32 = 10;
pub(in crate::store) const MODERATED: i32 = 11;

/// The columns `kind` and `changes` of an event.
pub(in crate::store) fn columns(event: &LogEvent) -> (i32, Option<String>) {
    let reaction = |reaction: &ReactionChange| serde_json::to_string(&(&reaction.emoji, reaction.count)).ok();
    match event {
        LogEvent::Message { .. } => (MESSAGE, None),
        LogEvent::MessageEdited { .. } => (EDITED, None),
        LogEvent::MessageDeleted { .. } => (DELETED, None),
        LogEvent::ReactionAdded { reaction: added, .. } => (REACTED, reaction(added)),
        LogEvent::ReactionRemoved { reaction: removed, .. } => (UNREACTED, reaction(removed)),
        LogEvent::MessagePinned { .. } => (PINNED, None),
        LogEvent::MessageUnpinned { .. } => (UNPINNED, None),
        LogEvent::UserJoined { .. } => (JOINED, None),
        LogEvent::UserLeft { .. } => (LEFT, None),
        LogEvent::RoomUpdated { changes, .. } => (UPDATED, serde_json::to_string(changes).ok()),
        LogEvent::Moderated { moderation, .. } => {
            let Moderation { action, until, reason, role, removed } = moderation;
            (MODERATED, serde_json::to_string(&(action, until, reason, role, removed)).ok())
        }
    }
}
