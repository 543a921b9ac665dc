//! Searching messages.

use chat_protocol::{Message, MessageId, UserId, search::Query};

use super::Store;
use crate::store::{FoundPage, PageSize, Result, operation};

impl Store {
    /// Messages that fit a query, the newest first, for somebody. `encode` makes of each what the page holds, and says how
    /// large that is.
    ///
    /// # Errors
    /// `WrongFilter`, `NoCursor`.
    pub async fn search<T: Send + 'static>(
        &self,
        reader: UserId,
        query: Query,
        before: Option<MessageId>,
        size: PageSize,
        encode: impl Fn(Message) -> (T, usize) + Send + 'static,
    ) -> Result<FoundPage<T>> {
        self.read(move |db| operation::search::search(db, reader, &query, before, size, encode)).await
    }

    /// The newest message, and how many wait to be indexed: what is removed counts as well.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn index_backlog(&self) -> Result<(i64, u64)> {
        self.read(|db| db.backlog()).await
    }

    /// Indexes some of the messages that wait for it; false when none is left.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn index_messages(&self) -> Result<bool> {
        // As a message: it reads nothing that the writer keeps in memory, and so the writer may keep it.
        self.write_beside(|tx| tx.index_some()).await
    }
}
