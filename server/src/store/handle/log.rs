//! A room's log, read on from a position.

use chat_protocol::{LogEntry, RoomSelector, UserId};

use super::Store;
use crate::store::{LogPage, PageSize, Result, operation};

impl Store {
    /// Reads on from a position, for somebody; `None` has no token. `encode` makes of each event what the page holds, and says how large that is.
    ///
    /// # Errors
    /// `NoRoom`.
    pub async fn log_after<T: Send + 'static>(
        &self,
        reader: Option<UserId>,
        room: RoomSelector,
        after: u64,
        size: PageSize,
        encode: impl Fn(LogEntry) -> (T, usize) + Send + 'static,
    ) -> Result<LogPage<T>> {
        self.read(move |db| operation::log::page_after(db, reader, &room, after, size, encode)).await
    }
}
