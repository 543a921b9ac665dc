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

/// The rows that an event names.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct EventRows {
    /// The event's `user`.
    pub(in crate::store) user: RowId,
    /// Who acted on that user, where it is somebody else.
    pub(in crate::store) actor: Option<RowId>,
    /// The message that it is about.
    pub(in crate::store) message: Option<RowId>,
}

impl From<RowId> for EventRows {
    /// Those of an event that names one user.
    fn from(user: RowId) -> Self {
        Self { user, actor: None, message: None }
    }
}

/// The steps on the log.
pub(in crate::store) trait Log {
    /// Where a room's log ends. `NoRoom`.
    fn log_end(&mut self, room: &RoomSelector) -> Result<LogEnd>;
    /// Appends an event that is no message to a room's log. Gives its position.
    fn append(&mut self, access: &Access, rows: EventRows, event: LogEvent) -> Result<u64>;
}
