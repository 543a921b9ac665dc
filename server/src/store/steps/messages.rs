//! Messages: each is stored once.

use chat_protocol::{Message, MessageId, UserId, mention::Mention};

use crate::store::{Result, RowId, access::Access};

/// What a message was when it was first sent.
pub(in crate::store) type MessageHash = [u8; 32];

/// Who writes.
#[derive(Debug, Clone)]
pub(in crate::store) struct Author {
    pub(in crate::store) row: RowId,
    pub(in crate::store) name: String,
    /// False for a guest that only read so far.
    pub(in crate::store) announced: bool,
}

/// The steps on messages.
pub(in crate::store) trait Messages {
    /// Who writes. `NoUser`.
    fn author(&mut self, id: UserId) -> Result<Author>;
    /// The users who have these canonical names now, each under the spelling that was given with it. Disabled ones have none.
    fn users_named(&mut self, names: &[(String, String)]) -> Result<Vec<Mention>>;
    /// The message that the chain of replies began with which a message of the room belongs to: itself if it answers
    /// nothing. `None` if there is no such message in the room.
    fn thread_of(&mut self, access: &Access, id: MessageId) -> Result<Option<MessageId>>;
    /// How many members a room has.
    fn room_size(&mut self, access: &Access) -> Result<u64>;
    /// The message of an id, in any room, and the hash that was stored with it.
    fn find_message(&mut self, id: MessageId) -> Result<Option<(Message, MessageHash)>>;
    /// Stores a message at the end of its room's log, with its mentions and counters; false if the id is taken. `ordinal`
    /// is the number of the room's messages with it.
    fn insert_message(
        &mut self,
        access: &Access,
        author: RowId,
        message: &Message,
        hash: &MessageHash,
        ordinal: u64,
    ) -> Result<bool>;
}
