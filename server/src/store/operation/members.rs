//! Becoming a member of a room, and leaving it.

use chat_protocol::{LOBBY, LogEvent, RemovalReason, Room, RoomKind, RoomSelector, UserId, UserSelector};

use super::{Transaction, access, announce::announce, moderation};
use crate::{
    access::{Deed, Person},
    store::{Notice, Result, RowId, StoreError, access::Access, steps::EventRows},
};

/// Makes a user a member; nothing happens when they are one already.
pub(in crate::store) fn join(tx: &mut impl Transaction, user: UserId, room: &RoomSelector, limit: u64) -> Result<()> {
    let user = tx.user_row(user)?;
    let access = access(tx, room, user, Deed::Join)?;
    if access.is_member() {
        return Ok(());
    }
    check_count(tx, user, limit)?;
    announce(tx, user)?;
    if access.kind() == RoomKind::Direct {
        return reopen(tx, &access, user);
    }
    join_and_notify(tx, &access, user, Joining::default())?;
    Ok(())
}

/// Puts a direct room back into the list of one of its people.
pub(super) fn reopen(tx: &mut impl Transaction, access: &Access, user: RowId) -> Result<()> {
    if tx.open_direct(access, user)? {
        let room = Box::new(tx.room(&access.for_user(user))?);
        let user = tx.user_ref(user)?;
        tx.notices().push(Notice::Joined { user, room });
    }
    Ok(())
}

/// Ends a membership; nothing happens without one.
pub(in crate::store) fn leave(tx: &mut impl Transaction, leaver: UserId, room: &RoomSelector) -> Result<()> {
    let user = tx.user_row(leaver)?;
    let access = access(tx, room, user, Deed::Leave)?;
    if !access.is_member() {
        return Ok(());
    }
    tx.remove_member(&access, user)?;
    let room = access.id();
    tx.notices().push(Notice::Left { user: leaver, room, why: RemovalReason::Left, by: None, reason: None });
    // A direct room is only hidden, until something new comes.
    if access.kind() == RoomKind::Direct {
        return Ok(());
    }
    tx.change_member_count(&access, -1)?;
    let event = LogEvent::UserLeft { user: tx.user_ref(user)? };
    tx.append(&access, user.into(), event)?;
    moderation::follow_last_moderator(tx, &access, user)
}

/// Makes somebody else a member; nothing happens when they are one already. Gives whether they are new.
pub(in crate::store) fn add(
    tx: &mut impl Transaction,
    adder: UserId,
    room: &RoomSelector,
    added: &UserSelector,
    limit: u64,
) -> Result<()> {
    let adder = tx.user_row(adder)?;
    let access = access(tx, room, adder, Deed::Add)?;
    let added = tx.find_user(added)?;
    match tx.person(access.row(), Some(added))? {
        Person::Outsider { banned: true, .. } => return Err(StoreError::Banned),
        person if person.is_member() => return Ok(()),
        _ => {}
    }
    check_count(tx, added, limit)?;
    announce(tx, adder)?;
    announce(tx, added)?;
    join_and_notify(tx, &access, added, Joining { by: Some(adder), moderates: false })?;
    Ok(())
}

/// Makes a new user a member of the lobby. The log does not speak of a guest that only reads.
pub(in crate::store) fn join_lobby(tx: &mut impl Transaction, user: RowId, announced: bool) -> Result<()> {
    let lobby = access(tx, &LOBBY.into(), user, Deed::Join)?;
    insert(tx, &lobby, user, announced, None)
}

/// How someone becomes a member.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Joining {
    /// Who added them, if they did not come by themselves.
    pub(super) by: Option<RowId>,
    /// Whether they are a moderator from the start.
    pub(super) moderates: bool,
}

/// Makes the membership and tells those who listen. Gives the room as the user now sees it.
pub(super) fn join_and_notify(
    tx: &mut impl Transaction,
    access: &Access,
    user: RowId,
    joining: Joining,
) -> Result<Room> {
    let own = access.for_user(user);
    let before = tx.room(&own)?.last_at;
    let joined = tx.notices().len();
    insert(tx, access, user, true, joining.by)?;
    if joining.moderates {
        tx.set_moderator(access, user, true)?;
    }
    let now = tx.room(&own)?;
    let seen_before = Room { last_seq: now.last_seq - 1, last_at: before, ..now.clone() };
    let user = tx.user_ref(user)?;
    tx.notices().insert(joined, Notice::Joined { user, room: Box::new(seen_before) });
    Ok(now)
}

pub(super) fn check_count(tx: &mut impl Transaction, user: RowId, limit: u64) -> Result<()> {
    if tx.count_rooms(user)? >= limit { Err(StoreError::TooManyRooms) } else { Ok(()) }
}

/// The read position is the own `UserJoined`, or where the guest came.
fn insert(tx: &mut impl Transaction, access: &Access, user: RowId, announced: bool, by: Option<RowId>) -> Result<()> {
    if announced {
        tx.change_member_count(access, 1)?;
        let adder = by.map(|by| tx.user_ref(by)).transpose()?;
        let event = LogEvent::UserJoined { user: tx.user_ref(user)?, by: adder };
        tx.append(access, EventRows { actor: by, ..user.into() }, event)?;
    }
    tx.insert_member(access, user, announced)
}
