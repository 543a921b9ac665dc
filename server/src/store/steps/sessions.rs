//! Sessions: the devices on which a user is signed in.

use chat_protocol::{SessionId, Timestamp};

use crate::store::{NewSessionRow, Result, RowId};

/// A session that exists.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct SessionRow {
    pub(in crate::store) row: RowId,
    /// Whose.
    pub(in crate::store) user: RowId,
}

/// The steps on sessions.
pub(in crate::store) trait Sessions {
    /// The session of an id.
    fn find_session(&mut self, id: SessionId) -> Result<Option<SessionRow>>;
    /// A user's sessions, the last used first, without so many at the beginning.
    fn sessions_of(&mut self, user: RowId, skip: u64) -> Result<Vec<SessionId>>;
    /// Makes a session.
    fn insert_session(&mut self, user: RowId, new: &NewSessionRow) -> Result<()>;
    /// Removes a session, and with it the link code that it made.
    fn delete_session(&mut self, id: SessionId) -> Result<()>;
    /// Notes when a session was last used; nothing happens if there is no such session.
    fn set_last_used(&mut self, id: SessionId, at: Timestamp) -> Result<()>;
    /// Notes what the program on a device calls itself; nothing happens if there is no such session.
    fn set_client(&mut self, id: SessionId, client: &str) -> Result<()>;
}
