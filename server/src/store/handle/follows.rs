//! Threads that users follow.

use chat_protocol::{MessageId, UserId};

use super::Store;
use crate::store::{Result, operation};

impl Store {
    /// Has a user follow the thread of a message, or leave it.
    ///
    /// # Errors
    /// `NoMessage`, `NotMember`.
    pub async fn set_following(&self, user: UserId, message: MessageId, on: bool) -> Result<()> {
        self.write(move |tx| operation::follows::set_following(tx, user, message, on)).await
    }
}
