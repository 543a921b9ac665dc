//! Finding what a request names, to read or to change it.

use chat_protocol::{MessageId, RoomSelector, Target, UploadId, UserId, UserSelector};

use super::Upload;
use crate::{
    access::Person,
    store::{Result, RowId, access::Place},
};

/// A message that was sent.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct SentMessage {
    pub(in crate::store) row: RowId,
    pub(in crate::store) target: Target,
    /// Where.
    pub(in crate::store) place: Place,
    pub(in crate::store) author: RowId,
    pub(in crate::store) deleted: bool,
}

/// One state of the database, in which rows are found.
pub(in crate::store) trait Lookup {
    /// The row of a user. `NoUser`.
    fn user_row(&self, id: UserId) -> Result<RowId>;
    /// The row of the user that a request names. `NoUser`.
    fn find_user(&self, selector: &UserSelector) -> Result<RowId>;
    /// The message of an id, in any room.
    fn find_sent(&self, id: MessageId) -> Result<Option<SentMessage>>;
    /// The upload of an id.
    fn find_upload(&self, id: UploadId) -> Result<Option<Upload>>;
    /// The room that a request of a user names: a public one, or else a private one that they are in; `@name` is their direct
    /// room with that user. `NoRoom`.
    fn find_room(&self, selector: &RoomSelector, user: Option<RowId>) -> Result<Place>;
    /// How someone stands to a room; `None` has no token.
    fn person(&self, room: RowId, user: Option<RowId>) -> Result<Person>;
}
