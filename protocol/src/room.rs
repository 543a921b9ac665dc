//! Rooms: places with members and one log.

use serde::{Deserialize, Serialize};

use crate::{RoomId, RoomRole, Timestamp, UserRef};

/// Who may find a room and come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RoomKind {
    /// Only members know of it.
    Private,
    /// Its people know of it, 1 to 8; nobody joins or leaves later.
    Direct,
    /// Everyone may join. A client takes a kind that it does not know for this one.
    #[serde(other)]
    Public,
}

/// What of a room notifies one of its members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Notify {
    /// Every message.
    All,
    /// Nothing.
    None,
    /// Mentions. A client takes a word that it does not know for this one.
    #[default]
    #[serde(other)]
    Mentions,
}

/// A room as one user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Room {
    /// Stays the same when the name changes.
    pub id: RoomId,
    /// Without `#`; empty for a direct room.
    pub name: String,
    /// Who may come in.
    pub kind: RoomKind,
    /// One line; empty when none was set.
    pub topic: String,
    /// How many members it has.
    pub members: u64,
    /// The position of its newest event, 0 when nothing happened yet.
    pub last_seq: u64,
    /// When that event happened; null while `last_seq` is 0. Together they are a cursor.
    pub last_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Everyone in a direct room; empty for others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<UserRef>,
    /// Whether nothing can be written any more.
    #[serde(default)]
    pub archived: bool,
    /// Seconds between two messages of a member; 0 for none.
    #[serde(default)]
    pub slow_seconds: u32,
    /// Days after which its messages are deleted, 0 for never; absent: as long as the server keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// Whether pinned messages stay then. They do also where the server says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retention_keeps_pinned: bool,
    /// How many messages are pinned.
    #[serde(default)]
    pub pins: u64,
    /// Whether the caller is a member.
    #[serde(default)]
    pub joined: bool,
    /// Up to where the caller has read; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_seq: Option<u64>,
    /// Messages of others after `read_seq`; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u64>,
    /// Those of them that mention the caller, and in a direct room all of them; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u64>,
    /// What the caller may do here; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoomRole>,
    /// What notifies the caller; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<Notify>,
    /// Whether the caller keeps it above other rooms; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favourite: Option<bool>,
    /// Whether the caller does not want to see it; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
}
