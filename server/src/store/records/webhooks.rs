//! Webhooks, as the store has them.

use std::time::Duration;

use chat_protocol::{LogEntry, RoomId, WebhookId, api::WebhookAnswer};

/// A webhook to be made.
#[derive(Clone)]
pub struct NewWebhookRow {
    /// Which.
    pub id: WebhookId,
    /// Where events are sent.
    pub url: String,
    /// The key of its signatures.
    pub secret: Vec<u8>,
    /// The `type`s of events that are sent.
    pub events: Vec<String>,
}

/// How far a webhook has come.
#[derive(Debug, Clone)]
pub struct WebhookProgress {
    /// Which.
    pub id: WebhookId,
    /// The position up to which everything was delivered.
    pub delivered: u64,
    /// How long it waited between attempts since the last success.
    pub waited: Duration,
    /// The last answers, the newest last.
    pub answers: Vec<WebhookAnswer>,
}

/// A webhook that sends, and where it goes on.
#[derive(Debug, Clone)]
pub struct WebhookStart {
    /// Whose events are sent.
    pub room: RoomId,
    /// How far it has come.
    pub progress: WebhookProgress,
}

/// What a webhook may send.
pub enum WebhookReading {
    /// There is no such webhook any more, or it is disabled.
    Gone,
    /// Its maker no longer moderates the room.
    Forbidden,
    /// The next events of the room.
    Page {
        /// Where they are sent.
        url: String,
        /// The key of its signatures.
        secret: Vec<u8>,
        /// The `type`s of those that are.
        events: Vec<String>,
        /// In order, without gaps; empty at the end of the log.
        entries: Vec<LogEntry>,
    },
}
