//! The promise that one device's messages keep their order: once a message to a room is refused with a wait, the
//! later ones to that room are refused too, until it has been sent again or given up.

use std::{collections::HashMap, time::Duration};

use chat_protocol::{ErrorCode, MessageId, RoomId};
use tokio::time::Instant;

/// The refused messages of one connection, at most one a room.
#[derive(Default)]
pub(super) struct Held(HashMap<RoomId, Refused>);

/// A message that was refused with a wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused {
    /// Which.
    pub(super) id: MessageId,
    /// Why.
    pub(super) code: ErrorCode,
    until: Instant,
}

impl Refused {
    /// How long to wait still.
    pub(super) fn wait(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
}

impl Held {
    /// Whether nothing waits to be sent again.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The message that this one must wait for.
    pub(super) fn before(&self, room: RoomId, id: MessageId) -> Option<Refused> {
        self.0.get(&room).filter(|refused| refused.id != id).copied()
    }

    /// A message was refused with a wait.
    pub(super) fn hold(&mut self, room: RoomId, id: MessageId, code: ErrorCode, wait: Duration) {
        self.0.insert(room, Refused { id, code, until: Instant::now() + wait });
    }

    /// A message was answered otherwise.
    pub(super) fn release(&mut self, room: RoomId, id: MessageId) {
        if self.0.get(&room).is_some_and(|refused| refused.id == id) {
            self.0.remove(&room);
        }
    }

    /// A message was given up.
    pub(super) fn forget(&mut self, id: MessageId) {
        self.0.retain(|_, refused| refused.id != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_messages_wait_for_the_refused_one_and_other_rooms_do_not() {
        let (room, other) = (RoomId::now_v7(), RoomId::now_v7());
        let (first, second) = (MessageId::now_v7(), MessageId::now_v7());
        let mut held = Held::default();
        held.hold(room, first, ErrorCode::RateLimited, Duration::from_secs(1));
        assert_eq!(held.before(room, second).map(|refused| refused.id), Some(first));
        assert!(held.before(room, first).is_none(), "itself it may be sent again");
        assert!(held.before(other, second).is_none());
        held.release(room, second);
        assert!(held.before(room, second).is_some());
        held.release(room, first);
        assert!(held.before(room, second).is_none());
    }

    #[test]
    fn what_is_given_up_holds_nothing() {
        let (room, first) = (RoomId::now_v7(), MessageId::now_v7());
        let mut held = Held::default();
        held.hold(room, first, ErrorCode::StorageFull, Duration::ZERO);
        held.forget(first);
        assert!(held.is_empty());
    }
}
