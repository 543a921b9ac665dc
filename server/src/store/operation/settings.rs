//! A user's own settings: what of a room notifies them, whom they ignore.

use chat_protocol::{RoomSelector, UserId, UserSelector, api::SettingsPatch};

use super::{Transaction, access, read_position};
use crate::{
    access::Deed,
    store::{Notice, Result, StoreError},
};

/// Changes a member's settings of a room, and tells their other devices.
pub(in crate::store) fn set_room_settings(
    tx: &mut dyn Transaction,
    member: UserId,
    room: &RoomSelector,
    patch: &SettingsPatch,
) -> Result<()> {
    let user = tx.user_row(member)?;
    let access = access(tx, room, user, Deed::Follow)?;
    tx.set_room_settings(&access, user, patch)?;
    let room = Box::new(tx.room(&access)?);
    tx.notices().push(Notice::RoomSettings { user: member, room });
    Ok(())
}

/// Has a user ignore another one, or no longer. What that one said is a mention no more, or one again.
pub(in crate::store) fn set_ignored(
    tx: &mut dyn Transaction,
    user: UserId,
    other: &UserSelector,
    on: bool,
) -> Result<()> {
    let (row, other) = (tx.user_row(user)?, tx.find_user(other)?);
    if row == other {
        return Err(StoreError::Oneself);
    }
    if !tx.set_ignored(row, other, on)? {
        return Ok(());
    }
    let users = tx.ignored(row)?;
    tx.notices().push(Notice::Ignored { user, users });
    for room in tx.rooms_with_mentions_by(row, other)? {
        let access = access(tx, &room.into(), row, Deed::Follow)?;
        let marker = read_position::marker(&tx.room(&access)?);
        tx.notices().push(Notice::ReadMarker { user, marker });
    }
    Ok(())
}
