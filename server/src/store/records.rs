//! What goes into the store and comes out of it, where the protocol's own shapes do not fit.

mod pages;
mod start;
mod webhooks;

use std::{fmt, sync::Arc, time::Duration};

use chat_protocol::{
    Attachment, Message, MessageId, ModerationAction, RemovalReason, Role, RoomChanges, RoomId, RoomKind, RoomRole,
    SessionId, Timestamp, UploadId, UserId, UserRef, UserSelector,
    body::{Body, Line},
    name::RoomName,
};

pub(super) use self::pages::after_name;
pub use self::{
    pages::{Extent, Found, FoundPage, LogPage, MessagePage, Page, PageSize, RoomFilter, UserFilter, Window},
    start::{ConnectionStart, Times},
    webhooks::{NewWebhookRow, WebhookProgress, WebhookReading, WebhookStart},
};
use super::{Result, StoreError};

/// Who a token speaks for.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The user.
    pub user: UserId,
    /// Their device.
    pub session: SessionId,
    /// What they may do.
    pub role: Role,
    /// When the token was last noted as used.
    pub last_used_at: Timestamp,
    /// Whether that is so long ago that the token no longer counts.
    pub is_expired: bool,
}

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewUserRow {
    /// Who.
    pub id: UserId,
    /// As written.
    pub name: String,
    /// For uniqueness.
    pub key: chat_protocol::name::NameKey,
    /// Guest, or member.
    pub role: Role,
    /// An argon2id hash in PHC form.
    pub password: Option<String>,
    /// The SHA-256 of an invite code to use up.
    pub invite: Option<[u8; 32]>,
    /// Whether one cannot register without an invite; else one that is invalid is as none.
    pub needs_invite: bool,
    /// Rooms that they may be in: of an invite's rooms they join as many.
    pub most_rooms: u64,
    /// Their first device.
    pub session: NewSessionRow,
}

/// A hook to be made.
#[derive(Debug, Clone)]
pub struct NewHookRow {
    /// Which.
    pub id: chat_protocol::HookId,
    /// What it posts as, as written.
    pub name: String,
    /// For uniqueness.
    pub key: chat_protocol::name::NameKey,
    /// The SHA-256 of its secret.
    pub secret: [u8; 32],
}

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSessionRow {
    /// Which.
    pub id: SessionId,
    /// SHA-256 of its token.
    pub token: [u8; 32],
    /// What the program there calls itself.
    pub client: String,
    /// How many the user may have; the least recently used ones end.
    pub limit: u64,
}

/// A session as its user sees it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// What the program there calls itself.
    pub client: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
}

/// What a user changes of itself; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// A new name, and its key.
    pub name: Option<(String, chat_protocol::name::NameKey)>,
    /// Free text.
    pub display_name: Option<Option<String>>,
    /// `#rrggbb`.
    pub color: Option<Option<String>>,
    /// What they say of themselves.
    pub status: Option<Option<chat_protocol::Status>>,
    /// A new password.
    pub password: Option<PasswordChange>,
}

/// A password to be set; the other sessions end.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// Its argon2id hash.
    pub hash: String,
    /// The hash that was checked. Nothing changes when the user has another one by now.
    pub replaces: Option<String>,
    /// The session that asks, and stays.
    pub session: SessionId,
}

/// A message to be stored.
#[derive(Debug, Clone)]
pub struct NewMessageRow {
    /// Chosen by the client.
    pub id: MessageId,
    /// Where.
    pub room: chat_protocol::RoomSelector,
    /// Whose.
    pub author: UserId,
    /// Markdown.
    pub body: Body,
    /// The message that this one answers.
    pub reply_to: Option<MessageId>,
    /// The files that it shall carry.
    pub attachments: Vec<UploadId>,
    /// Names in it that may be users': as written, and in canonical form.
    pub names: Vec<(String, String)>,
    /// Where `room` is `@name`: whether the author may make that direct room.
    pub limits: RoomLimits,
}

/// An upload to be begun.
#[derive(Debug, Clone)]
pub struct NewUploadRow {
    /// Whose.
    pub user: UserId,
    /// What is said of it; a size that is not known is 0.
    pub upload: Attachment,
    /// Bytes that all files of the user may have.
    pub most_bytes: u64,
}

/// How far an upload is.
#[derive(Debug, Clone)]
pub struct UploadState {
    /// What is known of it.
    pub attachment: Attachment,
    /// Whether all bytes are there, for good.
    pub is_whole: bool,
    /// When it goes, unless a message carries it.
    pub expires_at: Option<Timestamp>,
}

/// How many rooms someone may make.
#[derive(Clone)]
pub struct RoomLimits {
    /// Rooms that they may be in.
    pub most: u64,
    /// Counts a direct room that is made: asked when it is known that one is. `Err` says how long to wait.
    pub rate: Option<Arc<RoomRate>>,
}

/// See [`RoomLimits::rate`].
pub type RoomRate = dyn Fn() -> std::result::Result<(), Duration> + Send + Sync;

impl RoomLimits {
    /// Counts a direct room.
    pub(super) fn count(&self) -> Result<()> {
        self.rate.as_ref().map_or(Ok(()), |rate| rate()).map_err(StoreError::TooFast)
    }
}

impl Default for RoomLimits {
    /// As many as they like.
    fn default() -> Self {
        Self { most: u64::MAX, rate: None }
    }
}

impl fmt::Debug for RoomLimits {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RoomLimits").field("most", &self.most).finish_non_exhaustive()
    }
}

/// A room to be made.
#[derive(Debug, Clone)]
pub enum NewRoomRow {
    /// One with a name.
    Named {
        /// Public or private.
        kind: RoomKind,
        /// Its name.
        name: RoomName,
        /// What it is about.
        topic: Line,
        /// Who else is in it from the start.
        members: Vec<UserSelector>,
    },
    /// The one of these people and the creator.
    Direct {
        /// The others.
        people: Vec<UserSelector>,
    },
}

/// Changes of a room.
#[derive(Debug, Clone)]
pub struct NewRoomChanges {
    /// Chosen by the client.
    pub id: MessageId,
    /// What shall be new, each of it valid.
    pub changes: RoomChanges,
}

/// Somebody to be made a member by another one.
#[derive(Debug, Clone)]
pub struct NewMemberRow {
    /// Chosen by the client.
    pub id: MessageId,
    /// Who.
    pub user: UserSelector,
    /// In which role, where a moderator says so.
    pub role: Option<RoomRole>,
}

/// Something that a moderator does.
#[derive(Debug, Clone)]
pub struct NewModerationRow {
    /// Chosen by the client.
    pub id: MessageId,
    /// To whom.
    pub user: UserSelector,
    /// What.
    pub action: ModerationAction,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// The new role.
    pub role: Option<RoomRole>,
}

/// Something to be done to a message that was sent.
#[derive(Debug, Clone)]
pub struct NewChange {
    /// Chosen by the client, as that of a message is.
    pub id: MessageId,
    /// Who wants it.
    pub user: UserId,
    /// To which message.
    pub message: MessageId,
    /// What.
    pub change: Change,
}

/// What can be done to a message that was sent.
#[derive(Debug, Clone)]
pub enum Change {
    /// Another text.
    Edit {
        /// Markdown.
        body: Body,
        /// Names in it that may be users': as written, and in canonical form.
        names: Vec<(String, String)>,
    },
    /// The text goes for ever.
    Delete,
    /// An answer with an emoji, or no longer.
    React {
        /// One emoji.
        emoji: String,
        /// Whether it shall be there.
        on: bool,
    },
    /// Pinned to the room, or no longer.
    Pin {
        /// Whether it shall be.
        on: bool,
    },
}

/// How a user came to be no longer in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// Which room.
    pub room: RoomId,
    /// Why.
    pub why: RemovalReason,
    /// Who did it, if it was not they.
    pub by: Option<UserRef>,
    /// Why that one did it.
    pub reason: Option<String>,
}

/// A command that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Where.
    pub room: RoomId,
    /// The position of its event; where nothing changed, that of the room's last one.
    pub seq: u64,
}

/// A message that is on disk.
#[derive(Debug, Clone)]
pub struct SentRow {
    /// As it now is.
    pub message: Message,
    /// Whether this call stored it; false when it had been there.
    pub new: bool,
}

/// One user's position in one room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// Which room.
    pub room: RoomId,
    /// Up to where.
    pub seq: u64,
    /// Messages of others after it.
    pub unread: u64,
    /// Those of them that mention the user.
    pub mentions: u64,
    /// The position of the room's last event that this counts.
    pub as_of: u64,
}

/// A wish to move a marker.
#[derive(Debug, Clone, Copy)]
pub struct ReadPosition {
    /// To where.
    pub seq: u64,
    /// Whether it may go back.
    pub back: bool,
}

/// Which messages are too old.
#[derive(Debug, Clone, Copy)]
pub struct Expiry {
    /// How long the server keeps them where their room does not say; `None` is for ever.
    pub keep: Option<Duration>,
    /// Whether pinned ones stay in every room.
    pub keep_pinned: bool,
}

/// Messages that are deleted in one transaction: some milliseconds of the writer's time.
pub const EXPIRED_AT_ONCE: usize = 64;

/// A message that is too old.
#[derive(Debug, Clone, Copy)]
pub struct Expired {
    /// Its row.
    pub row: i64,
    /// Its id.
    pub id: MessageId,
}
