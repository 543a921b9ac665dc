//! Rooms and their members, each as one user sees it.

use chat_protocol::{Room, RoomId, User, UserId};

use crate::store::{Page, Removal, Result, RoomFilter, RowId, UserFilter, access::Access};

/// Reads rooms.
pub(in crate::store) trait RoomRows {
    /// A room, as the one sees it who has the access.
    fn room(&self, access: &Access) -> Result<Room>;
    /// Rooms by name that a user can see, a part of the list; `None` has no token.
    fn rooms(&self, user: Option<RowId>, filter: &RoomFilter) -> Result<Page<Room>>;
    /// The rooms that a user has in their list, by name.
    fn own_rooms(&self, user: RowId) -> Result<Vec<Room>>;
    /// The direct rooms of a user that are not in their list: nothing was said there yet, or they left them.
    fn direct_rooms_aside(&self, user: RowId) -> Result<Vec<RoomId>>;
    /// How a user came to be no longer in a room, if they ever were. That a room was removed is known to those who were in it.
    fn removal(&self, room: RoomId, user: RowId) -> Result<Removal>;
    /// Whether any room keeps its messages for a time only.
    fn has_retention(&self) -> Result<bool>;

    /// A room's members by name, a part of the list. `filter.online` with true lists the given users only, among them guests that
    /// only read.
    fn members(&self, access: &Access, filter: &UserFilter) -> Result<Page<User>>;
    /// Those who moderate a room.
    fn moderators(&self, access: &Access) -> Result<Vec<UserId>>;
}
