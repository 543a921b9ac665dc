//! Deleting messages that were kept long enough.

use super::{Transaction, changes};
use crate::store::{Expired, Expiry, Result};

/// Deletes those of these messages that are still there and still too old. It is done in the name of their authors: nobody
/// else did it. Gives how many.
pub(in crate::store) fn delete_expired(tx: &mut impl Transaction, expiry: Expiry, found: &[Expired]) -> Result<u64> {
    let mut deleted = 0;
    for Expired { id, .. } in found {
        // Someone was quicker and deleted it, or its room.
        let Some(message) = tx.find_sent(*id)? else { continue };
        let access = message.place.for_maker(message.author);
        let (is_pinned, _) = tx.count_pins(&access, message.row)?;
        if message.deleted || expiry.keep_pinned && is_pinned {
            continue;
        }
        changes::delete(tx, access, message)?;
        deleted += 1;
    }
    Ok(deleted)
}
