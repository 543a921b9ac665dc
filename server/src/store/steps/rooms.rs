//! Rooms: making and changing them.

use chat_protocol::{Room, RoomChanges, RoomId, RoomKind, UserId, name::NameKey};

use crate::store::{
    Result, RowId,
    access::{Access, Place},
};

/// The steps on rooms.
pub(in crate::store) trait Rooms {
    /// Whether a public room has this name, or one that looks like it.
    fn is_room_name_taken(&mut self, key: &NameKey) -> Result<bool>;
    /// The names of the private rooms that a user is in.
    fn private_room_names(&mut self, user: RowId) -> Result<Vec<String>>;
    /// Makes a public or private room without members and events.
    fn insert_room(&mut self, id: RoomId, kind: RoomKind, name: &str, key: &NameKey, topic: &str) -> Result<()>;
    /// The direct room of these people, if it was made.
    fn find_direct(&mut self, people: &[RowId]) -> Result<Option<Place>>;
    /// Makes the direct room of these people. Nobody has it in their list yet.
    fn insert_direct(&mut self, id: RoomId, people: &[RowId]) -> Result<()>;
    /// Puts a direct room into the list of one of its people; false if it is there.
    fn open_direct(&mut self, access: &Access, user: RowId) -> Result<bool>;
    /// People of a direct room who do not have it in their list.
    fn absent_people(&mut self, access: &Access) -> Result<Vec<RowId>>;
    /// Changes what is given of a room. `key` is that of the name.
    fn set_room(&mut self, access: &Access, changes: &RoomChanges, key: Option<&NameKey>) -> Result<()>;
    /// Takes a room away from everyone; what was said in it goes with [`Rooms::erase_removed`].
    fn remove_room(&mut self, access: &Access) -> Result<()>;
    /// Deletes some messages of rooms that were removed; false when nothing is left.
    fn erase_removed(&mut self) -> Result<bool>;
    /// The members of a room.
    fn member_ids(&mut self, access: &Access) -> Result<Vec<UserId>>;
    /// A room as the one sees it who has the access.
    fn room(&mut self, access: &Access) -> Result<Room>;
}
