//! Threads that users follow.

use chat_protocol::MessageId;

use crate::store::{Result, RowId};

/// The steps on followed threads. A thread is named by the message that it began with.
pub(in crate::store) trait Follows {
    /// Has a user follow a thread unless they left it before; false if they follow it already, or left it.
    fn follow(&mut self, user: RowId, root: MessageId) -> Result<bool>;
    /// Has a user follow a thread or leave it; false if it is so already.
    fn set_following(&mut self, user: RowId, root: MessageId, on: bool) -> Result<bool>;
}
