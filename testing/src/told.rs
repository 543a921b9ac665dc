//! What a client is told at first, when it is refused, and at the end: as it keeps it.

use chat_protocol::{Epoch, ErrorCode, Event, Limits, MessageId, SessionId, Timestamp, User, UserId, api::ServerInfo};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// What a client is told at first.
#[derive(Debug, Clone)]
pub struct Welcome {
    /// Who one is.
    pub user: User,
    /// Which of one's devices this is.
    pub session: SessionId,
    /// The history that cursors belong to.
    pub epoch: Epoch,
    /// Whom one talks to.
    pub server: ServerInfo,
    /// What one may send.
    pub limits: Limits,
    /// Whose messages are no mentions.
    pub ignored: Vec<UserId>,
    /// Threads that the user follows.
    pub followed_threads: Vec<MessageId>,
}

/// What an `Error` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Of the command that was refused, if it had one.
    pub id: Option<MessageId>,
    /// Why, in one word.
    pub code: ErrorCode,
    /// What to do about it.
    pub detail: String,
    /// When to send it again.
    pub retry_after_ms: Option<u64>,
    /// When a mute ends; `Some(None)` is never.
    pub until: Option<Option<Timestamp>>,
    /// The earlier message that must be sent again first.
    pub after: Option<MessageId>,
}

/// How the server ended a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The close code.
    pub code: u16,
    /// The close reason.
    pub reason: String,
}

impl Welcome {
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let Event::Welcome { user, session, epoch, server, limits, ignored, followed_threads, .. } = event.clone()
        else {
            return None;
        };
        Some(Self { user, session, epoch, server, limits, ignored, followed_threads })
    }
}

impl Refusal {
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let Event::Error { id, code, detail, retry_after_ms, until, after } = event.clone() else { return None };
        Some(Self { id, code, detail, retry_after_ms, until, after })
    }
}

impl Closed {
    pub(crate) fn of(CloseFrame { code, reason }: CloseFrame) -> Self {
        Self { code: code.into(), reason: reason.as_str().to_owned() }
    }

    /// When to come back, which is the whole reason.
    pub fn retry_after_ms(&self) -> u64 {
        let wait = self.reason.strip_prefix("retry_after_ms=").and_then(|wait| wait.parse().ok());
        wait.unwrap_or_else(|| panic!("the reason is not retry_after_ms=N: {self:?}"))
    }
}
