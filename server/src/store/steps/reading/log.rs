//! A room's log, read on from a position.

use std::{collections::HashMap, ops::ControlFlow};

use chat_protocol::{LogEntry, RoomId, Timestamp};

use crate::store::{Extent, Result, access::Access};

/// Reads logs.
pub(in crate::store) trait LogRows {
    /// Where a room's log ends.
    fn extent(&self, access: &Access) -> Result<Extent>;
    /// Shows the events after a position, in order, at most so many, until it is told to stop.
    fn entries_after(
        &self,
        access: &Access,
        after: u64,
        most: usize,
        take: &mut dyn FnMut(LogEntry) -> ControlFlow<()>,
    ) -> Result<()>;
    /// The times of the events at these positions, where the log has them.
    fn times(&self, positions: &[(RoomId, u64)]) -> Result<HashMap<RoomId, Timestamp>>;
}
