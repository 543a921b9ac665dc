//! `Hello` and what answers it: who you are, where your rooms stand, what you missed.

use std::sync::Arc;

use chat_protocol::{ErrorCode, Event, Room};

use super::{closing::Close, connection::Connection};
use crate::chat::{Begun, Error, Start};

/// Answers `Hello`. From here on the connection reads its rooms. `arrived` says whether its user was said to be here,
/// also when beginning fails after that.
pub(super) async fn begin(
    connection: &Arc<Connection>,
    start: Start,
    blocks: bool,
    arrived: &mut bool,
) -> Result<(), Error> {
    let Begun { welcome, user, rooms: missed, removed } = connection.chat.begin(&connection.caller(), start).await?;
    connection.set_name(&user);
    let Event::Welcome { rooms, .. } = &welcome else {
        return Err(Error::internal("a beginning without Welcome"));
    };
    let ids: Vec<_> = rooms.iter().map(|room| room.id).collect();
    *arrived = true;
    connection.chat.arrive(&user, &ids);
    {
        // Held to the end: nothing of a room is written before the connection has been welcomed.
        let mut outgoing = connection.outgoing.lock();
        outgoing.blocks = blocks;
        connection.tell(&welcome);
        for room_id in removed {
            connection.tell(&Event::RoomRemoved { room_id });
        }
        let mut live_at = Vec::with_capacity(missed.len());
        for missed in missed {
            if let Some(reset) = &missed.reset {
                connection.tell(reset);
            }
            let Some(room) = rooms.iter().find(|room: &&Room| room.id == missed.room) else { continue };
            let live = connection.chat.live_room(room.id);
            if let Some(subscription) = connection.subscribe(room, &live, missed.after) {
                live_at.push((subscription, missed.last_seq));
            }
        }
        outgoing.live_at = Some(live_at);
    }
    follow_early(connection);
    connection.mark();
    Ok(())
}

/// Follows the changes of membership that came while the beginning was being found.
fn follow_early(connection: &Connection) {
    loop {
        let early = {
            let mut inbox = connection.inbox.lock();
            let early = std::mem::take(&mut inbox.early);
            inbox.begun = early.is_empty();
            early
        };
        if early.is_empty() {
            return;
        }
        for change in early {
            connection.follow(change);
        }
    }
}

/// How a failure to begin ends a connection.
pub(super) fn failed(failure: &Error) -> Close {
    match failure.code {
        ErrorCode::Unauthorized => Close::SignedOut,
        code if code.is_wait() => Close::Overloaded,
        _ => Close::Internal,
    }
}
