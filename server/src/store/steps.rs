//! What an engine implements for the rules: small steps, in one trait a subject.
//!
//! A step reads or writes one thing and decides nothing; the rules in [`operation`](super::operation) decide and order.
//! The steps are synchronous. A database whose client is not (PostgreSQL) runs the operations on a thread that may block:
//! all of them but sending a message are rare. It stores messages in batches, with one statement for many, and falls back
//! on the rule one by one where a batch meets an id that is taken.
//!
//! Most are of a [`Transaction`]. Where nothing is written, a [`Snapshot`] gives what is decided by, and [`RoomMessages`]
//! what a page is made of; [`MessageIndex`] is what is searched.

mod bots;
mod changes;
mod codes;
mod files;
mod follows;
mod hooks;
mod log;
mod lookup;
mod marks;
mod members;
mod messages;
mod moderation;
mod oversight;
mod reading;
mod retention;
mod rooms;
mod search;
mod sessions;
mod settings;
mod snapshot;
mod users;
mod webhooks;

use chat_protocol::Timestamp;

pub use self::hooks::HookPoster;
pub(super) use self::{
    bots::Bots,
    changes::Changes,
    codes::{CodeHash, Codes, Invite, LinkCode},
    files::{UNUSED, Upload, Uploads},
    follows::Follows,
    hooks::Hooks,
    log::{EventRows, Log, LogEnd},
    lookup::{Lookup, SentMessage},
    marks::{Mark, Marks},
    members::{Ended, Members},
    messages::{Author, MessageHash, Messages},
    moderation::{Moderators, Restriction},
    oversight::{Audited, Oversight},
    reading::{FileRows, HookRows, LogRows, MessageRows, MessageSource, People, Reading, RoomRows, Way, WebhookRow},
    retention::Retention,
    rooms::Rooms,
    search::{Candidate, Index, MessageIndex, Narrow},
    sessions::{SessionRow, Sessions},
    settings::Settings,
    snapshot::{Credentials, Device, Snapshot},
    users::{HeldName, Users},
    webhooks::Webhooks,
};
use super::{Notice, Result};

/// A transaction. What fails leaves nothing behind: the engine undoes the whole operation. Operations happen as if one
/// after the other: what a step has read is still true when the next one writes.
pub(super) trait Transaction:
    Lookup
    + Users
    + Sessions
    + Codes
    + Marks
    + Rooms
    + Members
    + Moderators
    + Settings
    + Follows
    + Uploads
    + Hooks
    + Bots
    + Webhooks
    + Messages
    + Changes
    + Retention
    + Oversight
    + Log
    + Index
{
    /// The time of the whole transaction.
    fn now(&self) -> Timestamp;
    /// Has the hub told once this is committed, in this order.
    fn notices(&mut self) -> &mut Vec<Notice>;
    /// Writes what is kept in memory for messages, and forgets it: something else is about to be written.
    fn flush_caches(&mut self) -> Result<()>;
}
