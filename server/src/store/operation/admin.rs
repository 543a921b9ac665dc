//! What an administrator does to users.

use chat_protocol::{Role, Timestamp, UserId, UserSelector, api::AdminUserPatch};

use super::{bots, moderation, sessions, users};
use crate::store::{
    Result, RowId, StoreError,
    steps::{Audited, CodeHash, LinkCode, Transaction},
};

/// Makes a user an admin or a member. A guest has chosen no name, and stays one until they do.
pub(in crate::store) fn set_role(tx: &mut dyn Transaction, user: &UserSelector, role: Role) -> Result<()> {
    let user = tx.find_user(user)?;
    if tx.user(user)?.role == Role::Guest {
        return Err(StoreError::Guest);
    }
    give_role(tx, None, user, role)
}

fn give_role(tx: &mut dyn Transaction, actor: Option<RowId>, user: RowId, role: Role) -> Result<()> {
    tx.set_role(user, role)?;
    users::notify_changed(tx, user)?;
    let detail = Some(if role == Role::Admin { "admin" } else { "member" });
    tx.insert_audit(&Audited { actor, action: "user_role", user: Some(user), access: None, detail })
}

/// What an administrator changes of a user. The last one stays: somebody must be able to end it.
pub(in crate::store) fn change(
    tx: &mut dyn Transaction,
    by: UserId,
    user: &UserSelector,
    patch: AdminUserPatch,
) -> Result<()> {
    let (actor, user) = (tx.user_row(by)?, tx.find_user(user)?);
    let now = tx.user(user)?.role;
    let falls = patch.role.is_some_and(|role| role != Role::Admin) || patch.disabled == Some(true);
    if now == Role::Admin && falls && !tx.is_disabled(user)? && tx.count_admins()? <= 1 {
        return Err(StoreError::LastAdmin);
    }
    if let Some(role) = patch.role.filter(|role| *role != now) {
        if now == Role::Guest || role == Role::Guest {
            return Err(StoreError::Guest);
        }
        give_role(tx, Some(actor), user, role)?;
    }
    match patch.disabled {
        Some(disabled) if disabled != tx.is_disabled(user)? => set_disabled(tx, Some(actor), user, disabled),
        _ => Ok(()),
    }
}

fn set_disabled(tx: &mut dyn Transaction, actor: Option<RowId>, user: RowId, disabled: bool) -> Result<()> {
    tx.set_disabled(user, disabled)?;
    if disabled {
        sessions::end_all(tx, user, None)?;
        bots::end_all(tx, actor, user)?;
        // At the shell nobody is there who did it in the rooms' logs: another one follows when one must.
        if let Some(actor) = actor {
            moderation::leave_all(tx, user, actor)?;
        }
    }
    let action = if disabled { "user_disabled" } else { "user_enabled" };
    tx.insert_audit(&Audited { actor, action, user: Some(user), access: None, detail: None })
}

/// Lets a user start over: their sessions end, their password is forgotten, and this link code signs them in.
pub(in crate::store) fn reset(
    tx: &mut dyn Transaction,
    user: &UserSelector,
    code: &CodeHash,
    expires_at: Timestamp,
) -> Result<()> {
    let user = tx.find_user(user)?;
    sessions::end_all(tx, user, None)?;
    tx.set_password_hash(user, None)?;
    tx.set_disabled(user, false)?;
    tx.insert_audit(&Audited { actor: None, action: "user_reset", user: Some(user), access: None, detail: None })?;
    tx.put_link_code(code, LinkCode { user, expires_at }, None)
}

/// Ends a user's sessions and lets them begin no other.
pub(in crate::store) fn disable(tx: &mut dyn Transaction, user: &UserSelector) -> Result<()> {
    let user = tx.find_user(user)?;
    set_disabled(tx, None, user, true)
}
