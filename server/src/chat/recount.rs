//! What an edit or a deletion leaves unread, for those who are connected.
//!
//! The store counts on its writer's thread, a few users at a time, so that what is told stands exactly between two
//! events; messages of others go on between.

use std::{collections::HashMap, sync::Arc};

use chat_protocol::RoomId;
use parking_lot::Mutex;

use super::Chat;
use crate::store::Notice;

/// Users that are counted for at once: about a millisecond of the writer's time.
const USERS: usize = 64;

/// Rooms in which somebody must count again, and from which message on; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Recounts(Arc<Mutex<HashMap<RoomId, u64>>>);

impl Recounts {
    /// Notes what is asked for. Gives the rooms for which nothing was noted before.
    pub(super) fn note(&self, notices: &[Notice]) -> Vec<RoomId> {
        let mut new = Vec::new();
        for notice in notices {
            let Notice::Recount { room, seq } = *notice else { continue };
            let mut wanted = self.0.lock();
            wanted.entry(room).and_modify(|from| *from = seq.min(*from)).or_insert_with(|| {
                new.push(room);
                seq
            });
        }
        new
    }

    fn take(&self, room: RoomId) -> Option<u64> {
        self.0.lock().remove(&room)
    }
}

impl Chat {
    /// Counts again what is unread in a room, for everyone who is connected and has not read up to where it changed.
    pub(super) fn recount(&self, room: RoomId) {
        let Some(from) = self.shared.recounts.take(room) else { return };
        for users in self.hub().readers(room).chunks(USERS) {
            let hub = self.hub().clone();
            self.store().recount(room, from, users.to_vec(), move |counted| match counted {
                Ok(notices) => hub.apply(notices),
                Err(failure) => tracing::warn!(%room, %failure, "what is unread could not be counted"),
            });
        }
    }
}
