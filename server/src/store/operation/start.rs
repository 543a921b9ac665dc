//! What a connection begins with.

use chat_protocol::{RoomId, SessionId};

use super::devices;
use crate::store::{ConnectionStart, Result, steps::Reading};

/// What a connection of a session begins with; with the times of the events at these positions, where the log has them.
/// `known` are the rooms that the client has. `NoSession` when it ended meanwhile.
pub(in crate::store) fn connection(
    db: &dyn Reading,
    session: SessionId,
    known: Vec<RoomId>,
    positions: &[(RoomId, u64)],
) -> Result<ConnectionStart> {
    let device = devices::find(db, session)?;
    let user = device.user_row;
    let rooms = db.own_rooms(user)?;
    let is_gone = |room: &RoomId| !rooms.iter().any(|own| own.id == *room);
    let removed = known.into_iter().filter(is_gone).map(|room| db.removal(room, user)).collect::<Result<_>>()?;
    Ok(ConnectionStart {
        user: db.user(user)?,
        client: device.client,
        rooms,
        removed,
        aside: db.direct_rooms_aside(user)?,
        times: db.times(positions)?,
        ignored: db.ignored(user)?,
        followed_threads: db.followed_threads(user)?,
    })
}
