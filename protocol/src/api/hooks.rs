//! Incoming hooks: addresses of a room that programs post to.

use serde::{Deserialize, Serialize};

use crate::{HookId, Timestamp, UserRef};

/// `POST /api/rooms/{room}/hooks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewHook {
    /// What it posts as: a name that no user has.
    pub name: String,
}

/// An incoming hook of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hook {
    /// To end it, or to replace its secret.
    pub id: HookId,
    /// Whom it posts as: a user with `bot`, a member of the room.
    pub user: UserRef,
    /// What programs post to, with its secret; shown once, when it is made or its secret is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub by: UserRef,
}
