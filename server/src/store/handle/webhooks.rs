//! Outgoing webhooks.

use chat_protocol::{RoomSelector, UserId, WebhookId, api::Webhook};

use super::Store;
use crate::store::{NewWebhookRow, PageSize, Result, WebhookProgress, WebhookReading, WebhookStart, operation};

impl Store {
    /// Whether someone may make a webhook of a room.
    ///
    /// # Errors
    /// `NoRoom`, `NotModerator`.
    pub async fn may_make_webhook(&self, maker: UserId, room: RoomSelector) -> Result<()> {
        self.read(move |db| operation::webhooks::may_make(db, maker, &room)).await
    }

    /// Makes a webhook of a room.
    ///
    /// # Errors
    /// `NoRoom`, `NotModerator`, `TooManyWebhooks`.
    pub async fn create_webhook(&self, maker: UserId, room: RoomSelector, new: NewWebhookRow) -> Result<Webhook> {
        self.write(move |tx| operation::webhooks::create(tx, maker, &room, &new)).await
    }

    /// The webhooks of the rooms that somebody moderates.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn webhooks(&self, moderator: UserId) -> Result<Vec<Webhook>> {
        self.write(move |tx| operation::webhooks::list(tx, moderator)).await
    }

    /// Ends a webhook.
    ///
    /// # Errors
    /// `NoWebhook` when there is none that the user moderates.
    pub async fn end_webhook(&self, moderator: UserId, id: WebhookId) -> Result<()> {
        self.write(move |tx| operation::webhooks::end(tx, moderator, id)).await
    }

    /// Notes how far webhooks have come.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_webhooks(&self, progress: Vec<WebhookProgress>) -> Result<()> {
        self.write(move |tx| operation::webhooks::note(tx, &progress)).await
    }

    /// Has a webhook send nothing any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn disable_webhook(&self, id: WebhookId, why: &'static str) -> Result<()> {
        self.write(move |tx| operation::webhooks::disable(tx, id, why)).await
    }

    /// The webhooks that send.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn active_webhooks(&self) -> Result<Vec<WebhookStart>> {
        self.read(|db| db.active_webhooks()).await
    }

    /// Reads on from a position for a webhook, as its maker may read the room.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read_for_webhook(&self, id: WebhookId, after: u64, size: PageSize) -> Result<WebhookReading> {
        self.read(move |db| operation::webhooks::read(db, id, after, size)).await
    }
}
