//! What moderators do in a room.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What a member may do in one room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RoomRole {
    /// May also change the room, delete what others said in it and act on its members.
    Moderator,
    /// Everyone else. A client takes a role that it does not know for this one.
    #[default]
    #[serde(other)]
    Member,
}

/// What a moderator can do to someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ModerationAction {
    /// Removes them from the room; they may come back.
    Kick,
    /// Removes them, and keeps them out.
    Ban,
    /// Ends a ban.
    Unban,
    /// They read, and can write nothing.
    Mute,
    /// Ends a mute.
    Unmute,
    /// Gives them another role in the room.
    Role,
}

/// What a moderator did to someone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moderation {
    /// What.
    pub action: ModerationAction,
    /// When it ends by itself; for a ban or a mute, `None` is never.
    pub until: Option<Timestamp>,
    /// Why, in the moderator's words.
    pub reason: Option<String>,
    /// The new role, for `Role`.
    pub role: Option<RoomRole>,
    /// Whether they were a member until then.
    pub removed: bool,
}
