//! What the HTTP API takes and gives, beside the shapes that the WebSocket shares.

mod bots;
mod hooks;
mod invites;
mod messages;
mod rooms;
mod search;
mod users;
mod webhooks;
mod words;

use serde::{Deserialize, Deserializer, Serialize};

pub use self::{
    bots::NewBot,
    hooks::{Hook, NewHook},
    invites::{Invite, NewInvite},
    messages::{CommandId, Edit, MessagePatch, NewReport, Report},
    rooms::{AuditEntry, Kick, NewMember, NewModeration, NewRoom, RoomPatch, SettingsPatch},
    search::{SearchHit, SearchPage},
    users::AdminUserPatch,
    webhooks::{NewWebhook, Webhook, WebhookAnswer},
};
use crate::{
    Epoch, ErrorCode, Limits, LogEntry, Message, MessageId, RoomId, RoomSelector, ServerId, SessionId, Status,
    Timestamp, Token, UploadId, User,
};

/// Name and version of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerInfo {
    /// The program's name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How one becomes a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Registration {
    /// Anyone who reaches the server can take a free name.
    #[default]
    Open,
    /// With an invite code.
    Invite,
    /// Not at all.
    Closed,
}

/// `GET /api/info`: what a client must know before it signs in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Info {
    /// Identifies the server, whatever its address; stays through a restore.
    pub id: ServerId,
    /// The program's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The history that cursors belong to.
    pub epoch: Epoch,
    /// How one becomes a user.
    pub registration: Registration,
    /// What one may send.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub limits: Limits,
    /// How long messages are kept where their room does not say; absent: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
}

/// How long a server keeps messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retention {
    /// So many seconds after they were sent.
    pub seconds: u64,
    /// Whether pinned ones stay.
    pub keeps_pinned: bool,
}

/// `POST /api/users`: takes a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewUser {
    /// The wanted name; without it a guest is made, or the caller's own user given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 32, example = "alice"))]
    pub name: Option<String>,
    /// 8 to 256 characters, to sign in from elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 256))]
    pub password: Option<String>,
    /// Where registration wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
}

/// The answer to taking a name or signing in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Who you are.
    pub user: User,
    /// Shown this once; a page gets a cookie instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
}

/// `PATCH /api/users/me`: absent fields stay as they are, null clears.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserPatch {
    /// A new name; the old one stays reserved for its owner for 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 32, example = "alice"))]
    pub name: Option<String>,
    /// At most 64 characters on one line.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub display_name: Option<Option<String>>,
    /// `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^#[0-9a-fA-F]{6}$"))]
    pub color: Option<Option<String>>,
    /// What the user says of themselves for a while.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Status>))]
    pub status: Option<Option<Status>>,
    /// A new password; ends the other sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 256))]
    pub password: Option<String>,
    /// The password as it is, where one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_password: Option<String>,
}

/// Tells null (clear it) from absent (leave it).
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// `POST /api/sessions`: signs in, with name and password or with a link code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NewSession {
    /// With a code made on a device that is signed in.
    LinkCode {
        /// Good once, for 10 minutes.
        link_code: String,
    },
    /// With a password.
    Password {
        /// The user's name.
        name: String,
        /// Their password.
        password: String,
    },
}

/// One signed-in device of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// To end it.
    pub id: SessionId,
    /// What the program there calls itself.
    pub client: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When its token was last used, give or take a minute.
    pub last_used_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A code that signs in another device of the same user once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkCode {
    /// For `chat-tui --link`.
    pub code: String,
    /// For a browser.
    pub url: String,
    /// The link as a QR code: a row of modules each, `1` is dark. The light edge around it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub qr: Vec<String>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// `GET /api/rooms/{room}/events`: a page of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventsPage {
    /// Whose log.
    pub room: RoomId,
    /// The history that positions belong to.
    pub epoch: Epoch,
    /// As on the socket, ascending.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub events: Vec<LogEntry>,
    /// The position of the room's newest event.
    pub last_seq: u64,
    /// When that happened.
    pub last_at: Option<Timestamp>,
    /// Whether there are events after the last one here.
    pub has_more: bool,
}

/// `GET /api/messages`: a page of what was said, ascending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessagesPage {
    /// Where.
    pub room: RoomId,
    /// What.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub has_more_before: bool,
    /// Whether there are newer ones.
    pub has_more_after: bool,
}

/// `POST /api/messages`: says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMessage {
    /// Where; the lobby if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomSelector>,
    /// Markdown; may be empty where there are attachments.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "the build is `green`"))]
    pub body: String,
    /// To make sending it twice sending it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// The message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// Files that were uploaded for it, at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<UploadId>,
}

/// An error as `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank`: the status and the code say what it is.
    #[serde(default = "about_blank")]
    pub r#type: String,
    /// The status in words.
    #[serde(default)]
    pub title: String,
    /// The HTTP status.
    #[serde(default)]
    pub status: u16,
    /// What to do about it.
    #[serde(default)]
    pub detail: String,
    /// In one word, to branch on.
    pub code: ErrorCode,
    /// When a mute ends; null for never. Absent where it is no mute.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Timestamp>))]
    pub until: Option<Option<Timestamp>>,
    /// Finds the reason in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}
