//! Signing in and out.

use chat_protocol::{SessionId, User, UserId};

use super::password;
use crate::store::{
    NewSessionRow, Notice, Result, RowId, StoreError,
    steps::{CodeHash, Transaction},
};

/// Signs a user in on one more device, by the password with this hash.
pub(in crate::store) fn sign_in(
    tx: &mut dyn Transaction,
    user: UserId,
    hash: &str,
    new: &NewSessionRow,
) -> Result<User> {
    let user = tx.user_row(user)?;
    password::check(tx, user, Some(hash))?;
    if tx.is_disabled(user)? {
        return Err(StoreError::NoUser);
    }
    begin(tx, user, new)?;
    tx.user(user)
}

/// Signs in with a link code, which ends with that.
pub(in crate::store) fn sign_in_with_code(
    tx: &mut dyn Transaction,
    code: &CodeHash,
    new: &NewSessionRow,
) -> Result<User> {
    let link = tx.find_link_code(code)?.filter(|link| link.expires_at > tx.now()).ok_or(StoreError::BadCode)?;
    if tx.is_disabled(link.user)? {
        return Err(StoreError::BadCode);
    }
    tx.delete_link_code(link.user)?;
    begin(tx, link.user, new)?;
    tx.user(link.user)
}

/// Makes a session. The least recently used ones end, so that there are no more than the limit with it.
pub(super) fn begin(tx: &mut dyn Transaction, user: RowId, new: &NewSessionRow) -> Result<()> {
    let ended = tx.sessions_of(user, new.limit.saturating_sub(1))?;
    end(tx, user, ended)?;
    tx.insert_session(user, new)
}

/// Signs a user out on one device.
pub(in crate::store) fn sign_out(tx: &mut dyn Transaction, user: UserId, session: SessionId) -> Result<()> {
    let found = tx.find_session(session)?.ok_or(StoreError::NoSession)?;
    if tx.user_ref(found.user)?.id != user {
        return Err(StoreError::NoSession);
    }
    end(tx, found.user, vec![session])
}

/// Ends all sessions of a user, but one if it is to stay, and the link code.
pub(super) fn end_all(tx: &mut dyn Transaction, user: RowId, keep: Option<SessionId>) -> Result<()> {
    let mut ended = tx.sessions_of(user, 0)?;
    ended.retain(|session| Some(*session) != keep);
    end(tx, user, ended)?;
    tx.delete_link_code(user)
}

/// Refuses what concerns a session that has ended, or is someone else's.
pub(super) fn check(tx: &mut dyn Transaction, user: RowId, session: SessionId) -> Result<()> {
    match tx.find_session(session)? {
        Some(found) if found.user == user => Ok(()),
        _ => Err(StoreError::NoSession),
    }
}

fn end(tx: &mut dyn Transaction, user: RowId, sessions: Vec<SessionId>) -> Result<()> {
    if sessions.is_empty() {
        return Ok(());
    }
    for session in &sessions {
        tx.delete_session(*session)?;
    }
    let user = tx.user_ref(user)?.id;
    tx.notices().push(Notice::SessionsEnded { user, sessions });
    Ok(())
}
