//! Codes that people pass on: invites, and links for one more device.

use chat_protocol::{RoomId, SessionId, Timestamp, UserId, api};

use super::{access, members, members::Joining};
use crate::{
    access::Deed,
    store::{
        Result, RowId, StoreError,
        steps::{Audited, CodeHash, Invite, LinkCode, Transaction},
    },
};

/// Takes one use of an invite.
pub(super) fn use_invite(tx: &mut dyn Transaction, code: &CodeHash) -> Result<Invite> {
    match tx.find_invite(code)? {
        Some(invite) if invite.uses_left > 0 && invite.expires_at > tx.now() => {
            tx.set_invite_uses(code, invite.uses_left - 1)?;
            Ok(invite)
        }
        _ => Err(StoreError::BadCode),
    }
}

/// Has a newcomer join the rooms of their invite, as far as its maker may still add people to them, and until they are in as
/// many rooms as they may.
pub(super) fn join_invited(tx: &mut dyn Transaction, invite: &Invite, user: RowId, most: u64) -> Result<()> {
    let Some(maker) = invite.maker else { return Ok(()) };
    for room in &invite.rooms {
        let Ok(access) = access(tx, &(*room).into(), maker, Deed::Add) else { continue };
        if tx.count_rooms(user)? < most && !tx.person(access.row(), Some(user))?.is_member() {
            members::join_and_notify(tx, &access, user, Joining { by: Some(maker), moderates: false })?;
        }
    }
    Ok(())
}

/// Makes an invite, with rooms to which its maker may add people. Gives its number.
pub(in crate::store) fn create_invite(
    tx: &mut dyn Transaction,
    maker: UserId,
    code: &CodeHash,
    uses_left: u32,
    expires_at: Timestamp,
    rooms: Vec<RoomId>,
) -> Result<u64> {
    let maker = tx.user_row(maker)?;
    for room in &rooms {
        access(tx, &(*room).into(), maker, Deed::Add)?;
    }
    let (actor, action) = (Some(maker), "invite_created");
    tx.insert_audit(&Audited { actor, action, user: None, access: None, detail: None })?;
    tx.insert_invite(code, &Invite { uses_left, expires_at, maker: Some(maker), rooms })
}

/// Invites that can still be used: all of them, or those of one maker.
pub(in crate::store) fn invites(tx: &mut dyn Transaction, reader: UserId, all: bool) -> Result<Vec<api::Invite>> {
    let reader = tx.user_row(reader)?;
    let mut invites = tx.invites((!all).then_some(reader))?;
    for invite in &mut invites {
        // Rooms that the reader may not know of stand in the invites of others.
        invite.rooms.retain(|room| access(tx, &(*room).into(), reader, Deed::See).is_ok());
    }
    Ok(invites)
}

/// Ends an invite.
pub(in crate::store) fn end_invite(tx: &mut dyn Transaction, user: UserId, number: u64, all: bool) -> Result<()> {
    let user = tx.user_row(user)?;
    if !tx.delete_invite(number, (!all).then_some(user))? {
        return Err(StoreError::NoInvite);
    }
    tx.insert_audit(&Audited { actor: Some(user), action: "invite_ended", user: None, access: None, detail: None })
}

/// Keeps a link code for the user of a session; an earlier one ends. It ends with the session, too.
pub(in crate::store) fn link(
    tx: &mut dyn Transaction,
    session: SessionId,
    code: &CodeHash,
    expires_at: Timestamp,
) -> Result<()> {
    let session = tx.find_session(session)?.ok_or(StoreError::NoSession)?;
    tx.put_link_code(code, LinkCode { user: session.user, expires_at }, Some(session.row))
}
