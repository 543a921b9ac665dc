//! How far a member has read.

use chat_protocol::{RoomSelector, UserId};

use super::{Transaction, access};
use crate::{
    access::Deed,
    store::{Marker, Notice, ReadPosition, Result},
};

/// Moves a user's read position in a room: forward, or back where that is asked for. Gives where it then is.
pub(in crate::store) fn read_up_to(
    tx: &mut impl Transaction,
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
    let room = tx.room(&access)?;
    let marker = Marker {
        room: access.id(),
        seq: room.read_seq.unwrap_or_default(),
        unread: room.unread.unwrap_or_default(),
        mentions: room.mentions.unwrap_or_default(),
    };
    tx.notices().push(Notice::ReadMarker { user: reader, marker });
    Ok(marker)
}
