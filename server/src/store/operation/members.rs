//! Becoming a member of a room, and leaving it.

use chat_protocol::{LOBBY, LogEvent, Room, RoomSelector, UserId};

use super::{Transaction, access};
use crate::{
    access::Deed,
    store::{Notice, Result, RowId, StoreError, access::Access},
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
    join_and_notify(tx, &access, user)?;
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
    tx.change_member_count(&access, -1)?;
    tx.notices().push(Notice::Left { user: leaver, room: access.id() });
    let event = LogEvent::UserLeft { user: tx.user_ref(user)? };
    tx.append(&access, user.into(), event)?;
    Ok(())
}

/// Makes a new user a member of the lobby. The log does not speak of a guest that only reads.
pub(in crate::store) fn join_lobby(tx: &mut impl Transaction, user: RowId, announced: bool) -> Result<()> {
    let lobby = access(tx, &LOBBY.into(), user, Deed::Join)?;
    insert(tx, &lobby, user, announced)
}

/// Makes the membership and tells those who listen. Gives the room as the user now sees it.
pub(super) fn join_and_notify(tx: &mut impl Transaction, access: &Access, user: RowId) -> Result<Room> {
    let before = tx.room(access)?.last_at;
    let joined = tx.notices().len();
    insert(tx, access, user, true)?;
    let now = tx.room(access)?;
    let seen_before = Room { last_seq: now.last_seq - 1, last_at: before, ..now.clone() };
    let user = tx.user_ref(user)?;
    tx.notices().insert(joined, Notice::Joined { user, room: Box::new(seen_before) });
    Ok(now)
}

/// Makes a guest that only read known in the lobby: it wrote, joined a room or chose a name.
pub(in crate::store) fn announce(tx: &mut impl Transaction, user: RowId) -> Result<()> {
    let Some(room) = tx.unannounced_room(user)? else { return Ok(()) };
    let access = access(tx, &room.into(), user, Deed::Join)?;
    tx.set_announced(&access, user)?;
    tx.change_member_count(&access, 1)?;
    let event = LogEvent::UserJoined { user: tx.user_ref(user)?, by: None };
    tx.append(&access, user.into(), event)?;
    Ok(())
}

pub(super) fn check_count(tx: &mut impl Transaction, user: RowId, limit: u64) -> Result<()> {
    if tx.count_rooms(user)? >= limit { Err(StoreError::TooManyRooms) } else { Ok(()) }
}

/// The read position is the own `UserJoined`, or where the guest came.
fn insert(tx: &mut impl Transaction, access: &Access, user: RowId, announced: bool) -> Result<()> {
    if announced {
        tx.change_member_count(access, 1)?;
        let event = LogEvent::UserJoined { user: tx.user_ref(user)?, by: None };
        tx.append(access, user.into(), event)?;
    }
    tx.insert_member(access, user, announced)
}
