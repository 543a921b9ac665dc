//! Outgoing webhooks: events of a room's log, sent to an address of a program.

use serde::{Deserialize, Serialize};

use crate::{RoomId, RoomSelector, Timestamp, UserRef, WebhookId};

/// `POST /api/webhooks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewWebhook {
    /// The room: its id or name.
    pub room: RoomSelector,
    /// Where its events are sent: `https`, or `http`.
    #[cfg_attr(feature = "openapi", schema(max_length = 2048, example = "https://bot.example.org/chat"))]
    pub url: String,
    /// The `type`s of events that are sent, as the socket has them: those of a room's log. `Message` alone unless given.
    #[serde(default = "messages")]
    #[cfg_attr(feature = "openapi", schema(required = false, min_items = 1, example = json!(["Message", "MessageEdited"])))]
    pub events: Vec<String>,
}

/// What is sent unless the maker says otherwise.
fn messages() -> Vec<String> {
    vec!["Message".to_owned()]
}

/// An outgoing webhook of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// To end it.
    pub id: WebhookId,
    /// Whose events are sent.
    pub room: RoomId,
    /// Where they are sent.
    pub url: String,
    /// The `type`s of those that are.
    pub events: Vec<String>,
    /// What the receiver checks signatures with: `whsec_` and base64. Shown once, when the webhook is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it: it sends what they may read as a moderator of the room.
    pub by: UserRef,
    /// The position in the room's log up to which everything was delivered.
    pub delivered_seq: u64,
    /// The last answers of the receiver, the newest last.
    #[serde(default)]
    pub answers: Vec<WebhookAnswer>,
    /// When it was disabled: it sends nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<Timestamp>,
    /// Why it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
}

/// What became of one attempt to send an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookAnswer {
    /// When.
    pub at: Timestamp,
    /// The position of the event in the room's log.
    pub seq: u64,
    /// The HTTP status of the answer, if one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it counts as failed; left out for a success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
