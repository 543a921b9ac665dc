//! Hooks and webhooks, as those ask for them who carry them out.

use chat_protocol::{HookId, RoomId, UserId, WebhookId};

use super::super::HookPoster;
use crate::store::{Result, WebhookStart};

/// A webhook that sends; whether its maker may still read the room is for a rule to say.
#[derive(Debug, Clone)]
pub(in crate::store) struct WebhookRow {
    pub(in crate::store) room: RoomId,
    pub(in crate::store) maker: UserId,
    /// Whether the maker may no longer sign in.
    pub(in crate::store) is_disabled: bool,
    pub(in crate::store) url: String,
    pub(in crate::store) secret: Vec<u8>,
    /// The types of the events that it sends.
    pub(in crate::store) events: Vec<String>,
}

/// Reads hooks and webhooks.
pub(in crate::store) trait HookRows {
    /// Whom a hook posts as, and where, if it has not ended.
    fn hook_poster(&self, id: HookId) -> Result<Option<HookPoster>>;
    /// The webhooks that send.
    fn active_webhooks(&self) -> Result<Vec<WebhookStart>>;
    /// One of them.
    fn active_webhook(&self, id: WebhookId) -> Result<Option<WebhookRow>>;
}
