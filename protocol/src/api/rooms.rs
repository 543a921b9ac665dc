//! Making and changing rooms, their members and one's own settings of them.

use serde::{Deserialize, Serialize};

use crate::{
    MessageId, ModerationAction, Notify, RoomChanges, RoomId, RoomKind, RoomRole, Timestamp, UserRef, UserSelector,
};

/// `POST /api/rooms`: makes a room. The caller becomes its first member and moderator; a direct room that is there already
/// is given back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRoom {
    /// Who may find it; public if absent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::words::known")]
    pub kind: Option<RoomKind>,
    /// Its name, without `#`; a direct room has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 48, example = "ops"))]
    pub name: Option<String>,
    /// What it is about, on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Who else is in it from the start, by id or name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<UserSelector>,
}

/// `PATCH /api/rooms/{room}`: absent fields stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomPatch {
    /// To make sending it twice sending it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new topic; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Whether nothing can be written any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// Seconds between two messages of a member; 0 for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow_seconds: Option<u32>,
    /// Days after which its messages are deleted, 0 for never; null for as long as the server keeps them. For administrators of
    /// the server.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, maximum = 36_500))]
    pub retention_days: Option<Option<u32>>,
    /// Whether pinned messages stay then. For administrators of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_keeps_pinned: Option<bool>,
}

impl RoomPatch {
    /// What shall be new.
    pub fn into_changes(self) -> RoomChanges {
        let Self { id: _, name, topic, archived, slow_seconds, retention_days, retention_keeps_pinned } = self;
        RoomChanges { name, topic, archived, slow_seconds, retention_days, retention_keeps_pinned }
    }
}

/// `PUT /api/rooms/{room}/members/{user}`: adds someone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMember {
    /// To make sending it twice sending it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// Their role in the room; only moderators set it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::words::known")]
    pub role: Option<RoomRole>,
}

/// `DELETE /api/rooms/{room}/members/{user}`: removes someone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Kick {
    /// To make sending it twice sending it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// Why, on one line; they are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `POST /api/rooms/{room}/moderation`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewModeration {
    /// To make sending it twice sending it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// What is done.
    pub action: ModerationAction,
    /// To whom, by id or name.
    pub user: UserSelector,
    /// When a ban or mute ends by itself; never if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why, on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The new role, for `role`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::words::known")]
    pub role: Option<RoomRole>,
}

/// `PATCH /api/rooms/{room}/settings`: the caller's own; absent fields stay as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingsPatch {
    /// What notifies.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::words::known")]
    pub notify: Option<Notify>,
    /// Whether it is kept above other rooms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favourite: Option<bool>,
    /// Whether the caller does not want to see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
}

/// One line of `GET /api/audit`: who did what to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Grows with each entry; the `before` of the next page.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it; null for the server's operator at the shell.
    pub by: Option<UserRef>,
    /// What was done, in one word: `ban`, `room_deleted`, `user_disabled`, …
    pub action: String,
    /// To whom, if to someone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserRef>,
    /// Where, if in a room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// More about it, such as a reason or a room's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
