//! Finding messages.

use serde::{Deserialize, Serialize};

use crate::{Message, MessageId, RoomId};

/// Messages that were found, the newest first: `GET /api/search`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchPage {
    /// Those of this page. It may have fewer than were asked for, also none, where there is a `next`.
    pub hits: Vec<SearchHit>,
    /// What to give as `before` for the next page, if there may be more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<MessageId>,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchHit {
    /// As it now is.
    pub message: Message,
    /// Where.
    pub room: RoomId,
    /// Where its body says what was searched for, in order: the first character, and the one after the last, counted in
    /// Unicode scalar values.
    pub marks: Vec<(u32, u32)>,
}
