//! What each operation does, whatever the database: the rules, written once over the small steps of a [`Transaction`].
//!
//! A rule decides and orders; a step reads or writes one thing and decides nothing. The steps are synchronous. A database
//! whose client is not (PostgreSQL) runs these operations on a thread that may block: all of them but
//! [`messages::send`] are rare. It stores messages in batches, with one statement for many, and falls back on
//! `send` one by one where a batch meets an id that is taken.

pub(super) mod members;
pub(super) mod messages;
pub(super) mod read_position;
pub(super) mod rooms;

use chat_protocol::{
    LogEvent, Message, MessageId, Role, Room, RoomId, RoomSelector, Timestamp, UserId, UserRef, mention::Mention,
    name::NameKey,
};

use super::{
    Notice, Result, RowId,
    access::{Access, Place},
};
use crate::access::{Deed, Person};

/// A transaction. What fails leaves nothing behind: the engine undoes the whole operation.
pub(super) trait Transaction {
    /// The time of the whole transaction.
    fn now(&self) -> Timestamp;
    /// Has the hub told once this is committed, in this order.
    fn notices(&mut self) -> &mut Vec<Notice>;

    /// The row of a user. `NoUser`.
    fn user_row(&mut self, id: UserId) -> Result<RowId>;
    /// The short form of a user.
    fn user_ref(&mut self, user: RowId) -> Result<UserRef>;
    /// The users who have these canonical names now, each under the spelling that was given with it. Disabled ones have none.
    fn users_named(&mut self, names: &[(String, String)]) -> Result<Vec<Mention>>;

    /// The room that a request names. `NoRoom`.
    fn find_room(&mut self, selector: &RoomSelector) -> Result<Place>;
    /// How someone stands to a room; `None` has no token.
    fn person(&mut self, room: RowId, user: Option<RowId>) -> Result<Person>;
    /// Whether a room has this name, or one that looks like it.
    fn is_room_name_taken(&mut self, key: &NameKey) -> Result<bool>;
    /// Makes a public room without members and events.
    fn insert_room(&mut self, id: RoomId, name: &str, key: &NameKey, topic: &str) -> Result<()>;
    /// Changes the topic; false if it is that already.
    fn set_topic(&mut self, access: &Access, topic: &str) -> Result<bool>;
    /// A room as the one sees it who has the access.
    fn room(&mut self, access: &Access) -> Result<Room>;

    /// How many rooms a user is a member of.
    fn count_rooms(&mut self, user: RowId) -> Result<u64>;
    /// The room whose log does not speak of a member yet: the lobby of a guest that only read.
    fn unannounced_room(&mut self, user: RowId) -> Result<Option<RoomId>>;
    /// Makes a membership that has read up to the end of the room's log.
    fn insert_member(&mut self, access: &Access, user: RowId, announced: bool) -> Result<()>;
    /// Notes that the log speaks of a member.
    fn set_announced(&mut self, access: &Access, user: RowId) -> Result<()>;
    /// Ends a membership.
    fn remove_member(&mut self, access: &Access, user: RowId) -> Result<()>;
    /// Changes the number of members that a room tells.
    fn change_member_count(&mut self, access: &Access, by: i64) -> Result<()>;

    /// A member's read position, and the end of the room's log.
    fn read_position(&mut self, access: &Access, user: RowId) -> Result<(u64, u64)>;
    /// Moves a member's read position, and what was said up to there with it.
    fn move_read_position(&mut self, access: &Access, user: RowId, from: u64, to: u64) -> Result<()>;

    /// Appends an event that is no message to a room's log.
    fn append(&mut self, access: &Access, user: RowId, event: LogEvent) -> Result<()>;

    /// Where a room's log ends. `NoRoom`.
    fn log_end(&mut self, room: &RoomSelector) -> Result<LogEnd>;
    /// Who writes. `NoUser`.
    fn author(&mut self, id: UserId) -> Result<Author>;
    /// Whether a user is a member of a room.
    fn is_member(&mut self, room: RowId, user: RowId) -> Result<bool>;
    /// Whether a message of this id stands in the room.
    fn is_in_room(&mut self, access: &Access, id: MessageId) -> Result<bool>;
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
    /// Writes what is kept in memory for messages, and forgets it: something else is about to be written.
    fn flush_caches(&mut self) -> Result<()>;
}

/// What a message was when it was first sent.
pub(super) type MessageHash = [u8; 32];

/// Where a room's log ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogEnd {
    pub(super) place: Place,
    pub(super) last_seq: u64,
    pub(super) last_at: Option<Timestamp>,
    /// How many messages there are.
    pub(super) messages: u64,
}

/// Who writes.
#[derive(Debug, Clone)]
pub(super) struct Author {
    pub(super) row: RowId,
    pub(super) role: Role,
    pub(super) name: String,
    /// False for a guest that only read so far.
    pub(super) announced: bool,
}

/// Finds a room for someone who wants to do something with it.
fn access(tx: &mut impl Transaction, room: &RoomSelector, user: RowId, deed: Deed) -> Result<Access> {
    let place = tx.find_room(room)?;
    let person = tx.person(place.row, Some(user))?;
    place.grant(person, Some(user), deed)
}
