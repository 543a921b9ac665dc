//! `Hello` and what answers it: who you are, where your rooms stand, what you missed.

use std::sync::{Arc, atomic::Ordering};

use chat_protocol::{ErrorCode, Event, Room};

use super::{Ending, Session};
use crate::{
    chat::{Begun, Error, Start},
    store::Removal,
};

impl Session {
    /// Answers `Hello`. From here on the session reads its rooms. `arrived` says whether its user was said to be here,
    /// also when beginning fails after that.
    pub(super) async fn begin(self: &Arc<Self>, start: Start, blocks: bool, arrived: &mut bool) -> Result<(), Error> {
        let Begun { welcome, user, rooms: missed, removed, aside } = self.chat.begin(&self.caller(), start).await?;
        self.who.lock().0 = user.clone();
        let Event::Welcome { rooms, .. } = &welcome else {
            return Err(Error::internal("a beginning without Welcome"));
        };
        let rooms = rooms.clone();
        let ids: Vec<_> = rooms.iter().map(|room| room.id).chain(aside).collect();
        *arrived = true;
        self.chat.arrive(&user, &ids);
        {
            // Held to the end: nothing of a room is taken before the client has been welcomed.
            let mut cursors = self.cursors.lock();
            self.blocks.store(blocks, Ordering::Relaxed);
            self.tell(welcome);
            for Removal { room: room_id, why, by, reason } in removed {
                self.tell(Event::RoomRemoved { room_id, why, by, reason });
            }
            let mut live_at = Vec::with_capacity(missed.len());
            for missed in missed {
                if let Some(reset) = missed.reset {
                    self.tell(reset);
                }
                let Some(room) = rooms.iter().find(|room: &&Room| room.id == missed.room) else { continue };
                let live = self.chat.live_room(room.id);
                if let Some(subscription) = self.subscribe(room, &live, missed.after) {
                    live_at.push((subscription, missed.last_seq));
                }
            }
            cursors.live_at = Some(live_at);
        }
        self.follow_early();
        self.wake();
        Ok(())
    }
}

/// How a failure to begin ends a session.
pub(super) fn failed(failure: &Error) -> Ending {
    match failure.code {
        ErrorCode::Unauthorized => Ending::SignedOut,
        code if code.is_wait() => Ending::Overloaded,
        _ => Ending::Internal,
    }
}
