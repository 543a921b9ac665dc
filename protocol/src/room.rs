//! Rooms: places with members and one log.

use serde::{Deserialize, Serialize};

use crate::{RoomId, Timestamp};

/// Who may find a room and come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RoomKind {
    /// Only members know of it.
    Private,
    /// Two people.
    Direct,
    /// Everyone may join. A client takes a kind that it does not know for this one.
    #[serde(other)]
    Public,
}

/// A room as one user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Room {
    /// Stays the same when the name changes.
    pub id: RoomId,
    /// Without `#`.
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
    /// Whether the caller is a member.
    #[serde(default)]
    pub joined: bool,
    /// Up to where the caller has read; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_seq: Option<u64>,
    /// Messages of others after `read_seq`; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u64>,
    /// Those of them that mention the caller; for members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u64>,
}
