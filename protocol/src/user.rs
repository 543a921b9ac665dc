//! Users: a name that belongs to someone.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Has a name that the server made, until it chooses one.
    Guest,
    /// May also see metrics and change any room's topic.
    Admin,
    /// Has chosen a name. A client takes a role that it does not know for this one.
    #[serde(other)]
    Member,
}

/// A user, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Stays the same when the name changes.
    pub id: UserId,
    /// Unique without regard to case or look-alikes.
    pub name: String,
    /// Free text on one line, at most 64 characters; never shown without `name` where they could be mistaken.
    pub display_name: Option<String>,
    /// `#rrggbb`, or null for the colour made from the id.
    pub color: Option<String>,
    /// What the user may do.
    pub role: Role,
    /// Whether a program speaks here.
    #[serde(default)]
    pub bot: bool,
    /// Whether a connection is open, or closed less than 10 s ago.
    #[serde(default)]
    pub online: bool,
    /// Whether nobody is at any of the user's devices.
    #[serde(default)]
    pub away: bool,
    /// What the user says of themselves for a while.
    #[serde(default)]
    pub status: Option<Status>,
    /// When the last connection closed; null if none was ever open.
    pub last_seen_at: Option<Timestamp>,
    /// When the name was taken, or the guest made.
    pub created_at: Timestamp,
}

/// What a user says of themselves: "in a meeting", "on holiday until Monday".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// One line of at most 100 characters; may be empty beside an emoji.
    #[serde(default)]
    pub text: String,
    /// One emoji, or empty.
    #[serde(default)]
    pub emoji: String,
    /// When it ends by itself; null for never.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl User {
    /// The short form that events and messages carry.
    pub fn to_ref(&self) -> UserRef {
        UserRef { id: self.id, name: self.name.clone() }
    }
}

/// A user in an event, or as the author of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserRef {
    /// Who.
    pub id: UserId,
    /// The name when this was sent to you.
    pub name: String,
}
