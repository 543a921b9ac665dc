//! Invites: links with which someone becomes a user.

use serde::{Deserialize, Serialize};

use crate::{RoomId, Timestamp, UserRef};

/// `POST /api/invites`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewInvite {
    /// How many people may use it; 1 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// Seconds until it ends; a week if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// Rooms that the newcomer joins, to which the caller may add people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<RoomId>,
}

/// An invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invite {
    /// To end it.
    pub id: u64,
    /// Shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// For a browser; shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The link as a QR code: a row of modules each, `1` is dark. The light edge around it is left out; shown this once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub qr: Vec<String>,
    /// How many people may still use it.
    pub uses_left: u32,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who made it; null when it was made at the shell.
    pub by: Option<UserRef>,
    /// Rooms that the newcomer joins.
    #[serde(default)]
    pub rooms: Vec<RoomId>,
}
