//! The log: where it ends, and what is appended to it.

use chat_protocol::{LogEvent, RoomSelector, Timestamp};

use crate::store::{
    Result, RowId,
    access::{Access, Place},
};

/// Where a room's log ends.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct LogEnd {
    pub(in crate::store) place: Place,
    pub(in crate::store) last_seq: u64,
    pub(in crate::store) last_at: Option<Timestamp>,
    /// How many messages there are.
    pub(in crate::store) messages: u64,
}

/// The steps on the log.
pub(in crate::store) trait Log {
    /// Where a room's log ends. `NoRoom`.
    fn log_end(&mut self, room: &RoomSelector) -> Result<LogEnd>;
    /// Appends an event that is no message to a room's log.
    fn append(&mut self, access: &Access, user: RowId, event: LogEvent) -> Result<()>;
}
