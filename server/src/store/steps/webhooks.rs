//! Outgoing webhooks: addresses to which a room's events are sent.

use chat_protocol::{RoomId, UserId, WebhookId, api::Webhook};

use crate::store::{NewWebhookRow, Result, RowId, WebhookProgress, access::Access};

/// The steps on webhooks.
pub(in crate::store) trait Webhooks {
    /// Makes a webhook, which sends what comes after this position.
    fn insert_webhook(&mut self, access: &Access, maker: RowId, new: &NewWebhookRow, after: u64) -> Result<()>;
    /// The webhooks of a room, the oldest first, without their secrets.
    fn webhooks(&self, access: &Access) -> Result<Vec<Webhook>>;
    /// Rooms with webhooks.
    fn webhook_rooms(&self) -> Result<Vec<RoomId>>;
    /// The room of a webhook, and who made it.
    fn webhook_owner(&self, id: WebhookId) -> Result<Option<(RoomId, UserId)>>;
    /// Deletes a webhook.
    fn delete_webhook(&mut self, id: WebhookId) -> Result<()>;
    /// Notes how far a webhook has come; nothing happens if there is none.
    fn note_webhook(&mut self, progress: &WebhookProgress) -> Result<()>;
    /// Has a webhook send nothing any more. False if it does not anyway.
    fn disable_webhook(&mut self, id: WebhookId, why: &str) -> Result<bool>;
}
