//! Passwords, as far as the store knows of them: their hashes.

use crate::store::{Result, RowId, StoreError, steps::Transaction};

/// Refuses what was decided by a password that is no longer the user's: checking one takes a while.
pub(super) fn check(tx: &mut dyn Transaction, user: RowId, checked: Option<&str>) -> Result<()> {
    if tx.password_hash(user)?.as_deref() == checked { Ok(()) } else { Err(StoreError::PasswordChanged) }
}
