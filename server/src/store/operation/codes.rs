//! Codes that people pass on: invites, and links for one more device.

use chat_protocol::{SessionId, Timestamp};

use crate::store::{
    Result, StoreError,
    steps::{CodeHash, Invite, LinkCode, Transaction},
};

/// Takes one use of an invite.
pub(super) fn use_invite(tx: &mut impl Transaction, code: &CodeHash) -> Result<()> {
    match tx.find_invite(code)? {
        Some(Invite { uses_left: left @ 1.., expires_at }) if expires_at > tx.now() => {
            tx.set_invite_uses(code, left - 1)
        }
        _ => Err(StoreError::BadCode),
    }
}

/// Keeps a link code for the user of a session; an earlier one ends. It ends with the session, too.
pub(in crate::store) fn link(
    tx: &mut impl Transaction,
    session: SessionId,
    code: &CodeHash,
    expires_at: Timestamp,
) -> Result<()> {
    let session = tx.find_session(session)?.ok_or(StoreError::NoSession)?;
    tx.put_link_code(code, LinkCode { user: session.user, expires_at }, Some(session.row))
}
