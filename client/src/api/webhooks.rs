//! Outgoing webhooks: addresses to which a room's events are sent.

use chat_protocol::{RoomSelector, WebhookId, api as shapes};
use reqwest::Method;

use super::{Api, ApiError, answer};

impl Api {
    /// The webhooks of the rooms that the caller moderates, with the last answers of their receivers, without their secrets.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn webhooks(&self) -> Result<Vec<shapes::Webhook>, ApiError> {
        self.read(self.request(Method::GET, &["webhooks"])).await
    }

    /// Has events of these types of a room sent to an address. The secret is shown this once.
    ///
    /// # Errors
    /// When nothing can be sent there, the caller does not moderate the room, or the server cannot be reached.
    pub async fn create_webhook(
        &self,
        room: impl Into<RoomSelector>,
        url: &str,
        events: &[&str],
    ) -> Result<shapes::Webhook, ApiError> {
        let events = events.iter().map(|event| (*event).to_owned()).collect();
        let new = shapes::NewWebhook { room: room.into(), url: url.to_owned(), events };
        self.read(self.request(Method::POST, &["webhooks"]).json(&new)).await
    }

    /// Ends a webhook.
    ///
    /// # Errors
    /// When there is no such webhook that the caller moderates, or the server cannot be reached.
    pub async fn end_webhook(&self, webhook: WebhookId) -> Result<(), ApiError> {
        answer::nothing(self.request(Method::DELETE, &["webhooks", &webhook.to_string()])).await
    }
}
