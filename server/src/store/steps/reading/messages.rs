//! Messages: of a room or a thread, read away from a position; and what is kept of a single one.

use std::ops::ControlFlow;

use chat_protocol::{Message, MessageId, Reaction, RoomId, Timestamp, UserId, api::Edit};

use crate::store::{Expired, Expiry, Notice, Result, RowId, access::Access};

/// Where reading goes on to.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Way {
    /// To older messages.
    Back,
    /// To newer ones.
    On,
}

/// Which messages are read.
#[derive(Debug)]
pub(in crate::store) struct MessageSource {
    /// Those of this room.
    pub(in crate::store) access: Access,
    /// Only those of the thread that began with this message.
    pub(in crate::store) thread: Option<MessageId>,
}

/// Reads messages.
pub(in crate::store) trait MessageRows {
    /// Shows the messages next to a position, without the one at it, the nearest first, at most so many, until it is told to
    /// stop.
    fn walk(
        &self,
        of: &MessageSource,
        way: Way,
        seq: u64,
        most: usize,
        take: &mut dyn FnMut(Message) -> ControlFlow<()>,
    ) -> Result<()>;
    /// Position and time of the first message at a position or after it.
    fn first_from(&self, of: &MessageSource, seq: u64) -> Result<Option<(u64, Timestamp)>>;
    /// Whether there is a message at a position, or further that way.
    fn has_any(&self, of: &MessageSource, way: Way, seq: u64) -> Result<bool>;

    /// A message as it now is.
    fn message(&self, access: &Access, row: RowId) -> Result<Message>;
    /// The first message of the thread that a message of the room belongs to.
    fn thread_of(&self, access: &Access, id: MessageId) -> Result<Option<MessageId>>;
    /// The earlier texts of a message, the first one first.
    fn edits(&self, row: RowId) -> Result<Vec<Edit>>;
    /// Everyone who answered a message with an emoji, by emoji.
    fn reactions(&self, row: RowId) -> Result<Vec<Reaction>>;
    /// The pinned messages of a room, the newest pin first.
    fn pins(&self, access: &Access) -> Result<Vec<Message>>;

    /// Some of the messages that are too old, from after a row on, in order, at most
    /// [`EXPIRED_AT_ONCE`](crate::store::EXPIRED_AT_ONCE).
    fn expired(&self, expiry: Expiry, after: RowId) -> Result<Vec<Expired>>;
    /// What is unread now for those of these users who are members of a room and have not read up to a position.
    fn unread(&self, room: RoomId, from: u64, users: &[UserId]) -> Result<Vec<Notice>>;
}
