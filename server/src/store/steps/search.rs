//! Messages that a search looks at.

use std::ops::ControlFlow;

use chat_protocol::{MessageId, RoomId, Timestamp, search::Query};

use super::Lookup;
use crate::store::{Result, RowId};

/// What the index narrows a search by. Everything is looked at again in the messages that are found.
#[derive(Debug)]
pub(in crate::store) struct Narrow<'a> {
    /// What the messages must say, and have, and when they were sent.
    pub(in crate::store) query: &'a Query,
    /// Who asks: only in rooms that they may see.
    pub(in crate::store) reader: RowId,
    /// Only in these rooms, unless it is empty.
    pub(in crate::store) rooms: Vec<RowId>,
    /// Only by these users, unless it is empty.
    pub(in crate::store) authors: Vec<RowId>,
    /// Only older messages than this one.
    pub(in crate::store) before: Option<RowId>,
}

/// A message that may be what is looked for.
#[derive(Debug)]
pub(in crate::store) struct Candidate {
    pub(in crate::store) row: RowId,
    pub(in crate::store) id: MessageId,
    pub(in crate::store) room_row: RowId,
    pub(in crate::store) room: RoomId,
    pub(in crate::store) author: RowId,
    pub(in crate::store) sent_at: Timestamp,
    pub(in crate::store) is_pinned: bool,
    pub(in crate::store) has_files: bool,
    pub(in crate::store) body: String,
}

/// The messages of all rooms, in one state of the database.
pub(in crate::store) trait MessageIndex: Lookup {
    /// The row of a message, also of one that was deleted.
    fn message_row(&self, id: MessageId) -> Result<Option<RowId>>;
    /// Shows messages that may be found, the newest first, until it is told to stop. None that could be found is left out,
    /// but those that wait to be indexed where they are too many to look at.
    fn candidates(&self, narrow: &Narrow<'_>, look: &mut dyn FnMut(Candidate) -> Result<ControlFlow<()>>)
    -> Result<()>;
    /// The newest message, and how many up to it wait to be indexed, at most.
    fn backlog(&self) -> Result<(RowId, u64)>;
}

/// The steps on the index for searching.
pub(in crate::store) trait Index {
    /// Indexes some of the messages that wait for it; false when none is left.
    fn index_some(&mut self) -> Result<bool>;
}
