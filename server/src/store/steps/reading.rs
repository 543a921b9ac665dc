//! What is read where nothing is written: lists, pages and single rows.

mod files;
mod hooks;
mod log;
mod messages;
mod people;
mod rooms;

pub(in crate::store) use self::{
    files::FileRows,
    hooks::{HookRows, WebhookRow},
    log::LogRows,
    messages::{MessageRows, MessageSource, Way},
    people::People,
    rooms::RoomRows,
};
use super::{MessageIndex, Snapshot};

/// One state of the database, of which everything can be asked.
pub(in crate::store) trait Reading:
    Snapshot + MessageIndex + People + RoomRows + LogRows + MessageRows + FileRows + HookRows
{
}

impl<T> Reading for T where T: Snapshot + MessageIndex + People + RoomRows + LogRows + MessageRows + FileRows + HookRows {}
