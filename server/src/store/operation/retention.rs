//! Deleting messages that were kept long enough.

use super::{Transaction, changes};
use crate::store::{Expired, Expiry, Result};

/// Deletes those of these messages that are still there and still too old: someone may have pinned one, or changed the limit of
/// its room. It is done in the name of their authors: nobody else did it. Gives how many.
pub(in crate::store) fn delete_expired(tx: &mut dyn Transaction, expiry: Expiry, found: &[Expired]) -> Result<u64> {
    let mut deleted = 0;
    for Expired { id, .. } in found {
        let Some(message) = tx.find_sent(*id)? else { continue };
        if tx.is_expired(message.row, expiry)? {
            changes::delete(tx, message.place.for_maker(message.author), message)?;
            deleted += 1;
        }
    }
    Ok(deleted)
}
