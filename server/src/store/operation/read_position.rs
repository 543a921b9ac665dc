//! How far a member has read.

use chat_protocol::{Room, RoomSelector, UserId};

use super::{Transaction, access};
use crate::{
    access::Deed,
    store::{Marker, Notice, ReadPosition, Result},
};

/// Moves a user's read position in a room: forward, or back where that is asked for. Gives where it then is.
pub(in crate::store) fn read_up_to(
    tx: &mut dyn Transaction,
    reader: UserId,
    room: &RoomSelector,
    position: ReadPosition,
) -> Result<Marker> {
    let user = tx.user_row(reader)?;
    let access = access(tx, room, user, Deed::Follow)?;
    let (at, last) = tx.read_position(&access, user)?;
    let to = position.seq.min(last);
    let moves = if position.back { to != at } else { to > at };
    if moves {
        tx.move_read_position(&access, user, at, to)?;
    }
    let marker = marker(&tx.room(&access)?);
    tx.notices().push(Notice::ReadMarker { user: reader, marker });
    Ok(marker)
}

/// Where a member is in a room, and what that leaves unread.
pub(in crate::store) fn marker(room: &Room) -> Marker {
    Marker {
        room: room.id,
        seq: room.read_seq.unwrap_or_default(),
        unread: room.unread.unwrap_or_default(),
        mentions: room.mentions.unwrap_or_default(),
        as_of: room.last_seq,
    }
}
