//! Members: who is in a room, and how far they have read.

use chat_protocol::{RemovalReason, RoomId};

use crate::{
    access::Person,
    store::{Result, RowId, access::Access},
};

/// How a membership ended.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Ended<'a> {
    pub(in crate::store) why: RemovalReason,
    /// Who did it, if it was not they.
    pub(in crate::store) by: Option<RowId>,
    /// Why that one did it.
    pub(in crate::store) reason: Option<&'a str>,
}

/// The steps on memberships.
pub(in crate::store) trait Members {
    /// How someone who writes stands to a room: what [`Lookup::person`](super::Lookup::person) says, from memory where
    /// that is known.
    fn writer(&mut self, room: RowId, user: RowId) -> Result<Person>;
    /// The rooms that a user is a member of, and all direct rooms that they are one of the people of.
    fn rooms_of(&mut self, user: RowId) -> Result<Vec<RoomId>>;
    /// How many they are.
    fn count_rooms(&mut self, user: RowId) -> Result<u64>;
    /// The room whose log does not speak of a member yet: the lobby of a guest that only read.
    fn unannounced_room(&mut self, user: RowId) -> Result<Option<RoomId>>;
    /// Makes a membership that has read up to the end of the room's log.
    fn insert_member(&mut self, access: &Access, user: RowId, announced: bool) -> Result<()>;
    /// Notes that the log speaks of a member.
    fn set_announced(&mut self, access: &Access, user: RowId) -> Result<()>;
    /// Ends a membership, and keeps how: devices that are not connected are told when they come back.
    fn remove_member(&mut self, access: &Access, user: RowId, ended: &Ended<'_>) -> Result<()>;
    /// Changes the number of members that a room tells.
    fn change_member_count(&mut self, access: &Access, by: i64) -> Result<()>;

    /// A member's read position, and the end of the room's log.
    fn read_position(&mut self, access: &Access, user: RowId) -> Result<(u64, u64)>;
    /// Moves a member's read position, and what was said up to there with it.
    fn move_read_position(&mut self, access: &Access, user: RowId, from: u64, to: u64) -> Result<()>;
}
