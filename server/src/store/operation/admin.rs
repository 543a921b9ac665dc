//! What an administrator does to users.

use chat_protocol::{Role, Timestamp, UserSelector};

use super::{sessions, users};
use crate::store::{
    Result, StoreError,
    steps::{CodeHash, LinkCode, Transaction},
};

/// Makes a user an admin or a member. A guest has chosen no name, and stays one until they do.
pub(in crate::store) fn set_role(tx: &mut impl Transaction, user: &UserSelector, role: Role) -> Result<()> {
    let user = tx.find_user(user)?;
    if tx.user(user)?.role == Role::Guest {
        return Err(StoreError::Guest);
    }
    tx.set_role(user, role)?;
    users::notify_changed(tx, user)?;
    Ok(())
}

/// Lets a user start over: their sessions end, their password is forgotten, and this link code signs them in.
pub(in crate::store) fn reset(
    tx: &mut impl Transaction,
    user: &UserSelector,
    code: &CodeHash,
    expires_at: Timestamp,
) -> Result<()> {
    let user = tx.find_user(user)?;
    sessions::end_all(tx, user, None)?;
    tx.set_password_hash(user, None)?;
    tx.set_disabled(user, false)?;
    tx.put_link_code(code, LinkCode { user, expires_at }, None)
}

/// Ends a user's sessions and lets them begin no other.
pub(in crate::store) fn disable(tx: &mut impl Transaction, user: &UserSelector) -> Result<()> {
    let user = tx.find_user(user)?;
    tx.set_disabled(user, true)?;
    sessions::end_all(tx, user, None)
}
