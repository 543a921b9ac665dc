//! Retention: which messages are too old.

use crate::store::{Expiry, Result, RowId};

/// The step on messages that are kept long enough.
pub(in crate::store) trait Retention {
    /// Whether a message is there and may be kept no longer, by the limit of its room or else of the server.
    fn is_expired(&mut self, message: RowId, expiry: Expiry) -> Result<bool>;
}
