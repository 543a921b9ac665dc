//! Messages that are older than their room or the server keeps them.

use super::Store;
use crate::store::{Expired, Expiry, Result, RowId, operation};

impl Store {
    /// Whether any message may become too old.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_retention(&self, expiry: Expiry) -> Result<bool> {
        if expiry.keep.is_some() {
            return Ok(true);
        }
        self.read(|db| db.has_retention()).await
    }

    /// Some of the messages that are too old, from after a row on, at most [`EXPIRED_AT_ONCE`]; none if there are no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn expired_messages(&self, expiry: Expiry, after: RowId) -> Result<Vec<Expired>> {
        self.read(move |db| db.expired(expiry, after)).await
    }

    /// Deletes them as their authors could: all of them, or none where one cannot be deleted. Gives how many were deleted.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn delete_expired(&self, expiry: Expiry, found: Vec<Expired>) -> Result<u64> {
        self.write(move |tx| operation::retention::delete_expired(tx, expiry, &found)).await
    }
}
