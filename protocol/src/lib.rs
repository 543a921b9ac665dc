//! What chat clients and servers say to each other, as types that are valid once made.
//!
//! A room is a log: every [`LogEntry`] has a `seq` and an `at`. Clients speak in [`Command`]s over the
//! WebSocket and in the shapes of [`api`] over REST. The text rules (names, bodies, what a terminal may print)
//! stand here too, so that every way in and every way out uses the same ones.
//!
//! Nothing in this crate does I/O or looks at a clock.

mod amend;
pub mod api;
pub mod blocks;
pub mod body;
pub mod code;
mod command;
mod cursor;
pub mod emoji;
mod error;
mod event;
pub mod file;
mod follow;
mod id;
mod limits;
mod log;
pub mod mention;
mod message;
mod moderation;
pub mod name;
mod notify;
pub mod palette;
mod room;
#[cfg(feature = "openapi")]
mod schema;
pub mod search;
mod selector;
pub mod slack;
pub mod terminal;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod time;
mod token;
mod unicode;
mod user;

pub use amend::{RecentChanges, amend, lose_reply};
pub use command::Command;
pub use cursor::Cursor;
pub use error::ErrorCode;
pub use event::{Event, PresenceChange, Received, RemovalReason, ResetReason};
pub use file::Attachment;
pub use follow::{Viewer, follow};
pub use id::{Epoch, HookId, InvalidId, MessageId, RoomId, ServerId, SessionId, UploadId, UserId, WebhookId};
pub use limits::{InvalidLimit, LimitSetting, Limits, Rate, UnusableLimits};
pub use log::{LogEntry, LogEvent, ReactionChange, RoomChanges, Target};
pub use message::{Message, Reaction, Replies};
pub use moderation::{Moderation, ModerationAction, RoomRole};
pub use notify::{Attention, notifies};
pub use room::{Notify, Room, RoomKind};
pub use selector::{RoomSelector, UserSelector};
pub use time::Timestamp;
pub use token::Token;
pub use user::{Role, Status, User, UserRef};

/// The name of the room that every server has and that nobody can leave.
pub const LOBBY: &str = "lobby";
