//! Rooms: making and changing them.

use chat_protocol::{Room, RoomId, name::NameKey};

use crate::store::{Result, access::Access};

/// The steps on rooms.
pub(in crate::store) trait Rooms {
    /// Whether a room has this name, or one that looks like it.
    fn is_room_name_taken(&mut self, key: &NameKey) -> Result<bool>;
    /// Makes a public room without members and events.
    fn insert_room(&mut self, id: RoomId, name: &str, key: &NameKey, topic: &str) -> Result<()>;
    /// Changes the topic; false if it is that already.
    fn set_topic(&mut self, access: &Access, topic: &str) -> Result<bool>;
    /// A room as the one sees it who has the access.
    fn room(&mut self, access: &Access) -> Result<Room>;
}
