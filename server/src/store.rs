//! The log and its read models, on disk.
//!
//! A [`Store`] is a cheap handle. What it says happened is committed: an answer comes only after the transaction
//! that made it true is on disk, and what the transaction changed goes to the [`Sink`] before that, in order.
//! The rules of what is stored stand in [`operation`], the steps that they take in [`steps`], SQL in [`sqlite`] and
//! nowhere else. The store has never heard of
//! connections or HTTP.

mod access;
pub mod archive;
mod error;
mod event_columns;
mod handle;
mod location;
mod notice;
mod operation;
mod postgres;
mod records;
mod sqlite;
mod steps;
#[cfg(test)]
mod tests;
mod threads;

pub use error::{OpenError, StoreError};
pub use handle::Store;
pub use location::Location;
pub use notice::{Notice, Sink};
pub use postgres::{Address, InvalidAddress};
pub use records::{
    Change, ConnectionStart, Done, EXPIRED_AT_ONCE, Expired, Expiry, Extent, Found, FoundPage, Identity, LogPage,
    Marker, MessagePage, NewChange, NewHookRow, NewMemberRow, NewMessageRow, NewModerationRow, NewRoomChanges,
    NewRoomRow, NewSessionRow, NewUploadRow, NewUserRow, NewWebhookRow, Page, PageSize, PasswordChange, ReadPosition,
    Removal, RoomFilter, RoomLimits, SentRow, Session, Times, UploadState, UserChange, UserFilter, WebhookProgress,
    WebhookReading, WebhookStart, Window,
};
pub use sqlite::admin;
use sqlite::admin::AdminError;
pub use steps::HookPoster;

/// The number of a row. Rows are named by numbers inside the store, by ids everywhere else.
type RowId = i64;

/// What every call of the store gives.
pub type Result<T> = std::result::Result<T, StoreError>;
