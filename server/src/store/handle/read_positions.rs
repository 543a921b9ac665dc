//! Read positions: how far each member has come, and what that leaves unread.

use chat_protocol::{RoomId, RoomSelector, UserId};

use super::Store;
use crate::store::{Marker, Notice, ReadPosition, Result, operation};

impl Store {
    /// Moves a user's read position in a room: forward, or back where that is asked for. Gives where it then is.
    ///
    /// # Errors
    /// `NoRoom`, `NotMember`.
    pub async fn read_up_to(&self, reader: UserId, room: RoomSelector, position: ReadPosition) -> Result<Marker> {
        self.write(move |tx| operation::read_position::read_up_to(tx, reader, &room, position)).await
    }

    /// Counts what is unread for those of these users who are members of a room and have not read up to `from`. `answer` is
    /// told on the writer's thread, before the next event of the room is.
    pub fn recount(
        &self,
        room: RoomId,
        from: u64,
        users: Vec<UserId>,
        answer: impl FnOnce(Result<Vec<Notice>>) + Send + 'static,
    ) {
        self.read_between(move |db| db.unread(room, from, &users), answer);
    }
}
