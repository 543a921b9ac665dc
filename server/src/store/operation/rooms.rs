//! Making rooms and changing them.

use chat_protocol::{LogEvent, Room, RoomChanges, RoomId, RoomSelector, UserId, body::Line, name::RoomName};

use super::{Transaction, access, members};
use crate::{
    access::Deed,
    store::{Result, StoreError},
};

/// Makes a public room; its creator becomes a member.
pub(in crate::store) fn create(
    tx: &mut impl Transaction,
    creator: UserId,
    name: &RoomName,
    topic: &Line,
    limit: u64,
) -> Result<Room> {
    let creator = tx.user_row(creator)?;
    members::check_count(tx, creator, limit)?;
    let key = name.key();
    if tx.is_room_name_taken(&key)? {
        return Err(StoreError::NameTaken);
    }
    let id = RoomId::now_v7();
    tx.insert_room(id, name.as_str(), &key, topic.as_str())?;
    members::announce(tx, creator)?;
    let access = access(tx, &id.into(), creator, Deed::Join)?;
    members::join_and_notify(tx, &access, creator)
}

/// Changes a room's topic and tells it in the log, unless it is that already.
pub(in crate::store) fn set_topic(
    tx: &mut impl Transaction,
    user: UserId,
    room: &RoomSelector,
    topic: Line,
) -> Result<Room> {
    let user = tx.user_row(user)?;
    let access = access(tx, room, user, Deed::Topic)?;
    if tx.set_topic(&access, topic.as_str())? {
        members::announce(tx, user)?;
        let changes = RoomChanges { topic: Some(topic.into_string()), ..RoomChanges::default() };
        let event = LogEvent::RoomUpdated { changes, user: tx.user_ref(user)? };
        tx.append(&access, user.into(), event)?;
    }
    tx.room(&access)
}
