//! Changing messages, and reporting them.

use serde::{Deserialize, Serialize};

use crate::{Message, MessageId, RoomId, Timestamp, UserRef};

/// The body of a request that needs none but may name its command: `PUT` and `DELETE` of reactions and pins, `DELETE` of
/// messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandId {
    /// To make sending it twice sending it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
}

/// `PATCH /api/messages/{id}`: changes the text of an own message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessagePatch {
    /// To make sending it twice sending it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// The new text.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, example = "the build is **red**"))]
    pub body: String,
}

/// An earlier text of a message: `GET /api/messages/{id}/edits`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Edit {
    /// The text.
    pub body: String,
    /// When it was written.
    pub at: Timestamp,
}

/// `POST /api/messages/{id}/report`: tells the room's moderators of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewReport {
    /// Why, on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A report that waits for a moderator: `GET /api/reports`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// To end it.
    pub id: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub by: UserRef,
    /// Where.
    pub room: RoomId,
    /// Of which message, as it now is.
    pub message: Message,
    /// Why, in the words of who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
