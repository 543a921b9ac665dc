//! What happens to messages after they were sent: edits, deletion, reactions, pins; and the commands that ask for it.

use chat_protocol::{Message, MessageId, Timestamp};

use super::MessageHash;
use crate::store::{Done, Result, RowId, access::Access};

/// The steps on what changes a message.
pub(in crate::store) trait Changes {
    /// The command that was carried out under an id, and the hash that was stored with it.
    fn find_command(&mut self, id: MessageId) -> Result<Option<(Done, MessageHash)>>;
    /// Notes that a command was carried out, with an event.
    fn insert_command(&mut self, id: MessageId, hash: &MessageHash, access: &Access, seq: u64) -> Result<()>;

    /// A message as it now is.
    fn message(&mut self, access: &Access, row: RowId) -> Result<Message>;
    /// Keeps an earlier text of a message, which was written then and replaced by the event at `seq`.
    fn insert_edit(&mut self, message: RowId, body: &str, written_at: Timestamp, seq: u64) -> Result<()>;
    /// Gives a message the text, the mentions and `edited_at` of `edited`, in place of those of `before`.
    fn replace_text(&mut self, access: &Access, row: RowId, before: &Message, edited: &Message) -> Result<()>;
    /// Takes everything from a message that was said with it or about it, and marks it as deleted.
    fn erase(&mut self, access: &Access, row: RowId, before: &Message) -> Result<()>;

    /// Takes a reply out of what is counted of its thread.
    fn remove_reply(&mut self, root: MessageId, author: RowId) -> Result<()>;

    /// Whether a user answered a message with an emoji.
    fn has_reacted(&mut self, message: RowId, emoji: &str, user: RowId) -> Result<bool>;
    /// How many did, and how many kinds of emojis the message has.
    fn count_reactions(&mut self, message: RowId, emoji: &str) -> Result<(u64, usize)>;
    /// Adds an answer, whose event is at `seq`.
    fn insert_reaction(&mut self, message: RowId, emoji: &str, user: RowId, seq: u64) -> Result<()>;
    /// Takes one away.
    fn delete_reaction(&mut self, message: RowId, emoji: &str, user: RowId) -> Result<()>;

    /// Whether a message is pinned, and how many are in its room.
    fn count_pins(&mut self, access: &Access, message: RowId) -> Result<(bool, u64)>;
    /// Pins a message; the event is at `seq`.
    fn insert_pin(&mut self, access: &Access, message: RowId, seq: u64) -> Result<()>;
    /// Unpins it.
    fn delete_pin(&mut self, access: &Access, message: RowId) -> Result<()>;
}
