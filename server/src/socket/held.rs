//! The promise that one device's messages keep their order: once a message to a room is refused with a wait, the
//! later ones to that room are refused too, until it has been sent again or given up.

use std::{collections::HashMap, time::Duration};

use chat_protocol::{ErrorCode, MessageId, RoomId};
use tokio::time::Instant;

/// The refused messages of one connection, by room, in the order in which they came.
#[derive(Default)]
pub(super) struct Held(HashMap<RoomId, Vec<Refused>>);

/// A message that was refused with a wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused {
    /// Which.
    pub(super) id: MessageId,
    /// Why.
    pub(super) code: ErrorCode,
    /// When it came, counted in messages.
    turn: u64,
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

    /// The message that this one must wait for; `turn` is when it came.
    pub(super) fn before(&self, room: RoomId, id: MessageId, turn: u64) -> Option<Refused> {
        let first = self.0.get(&room)?.first()?;
        (first.id != id && first.turn < turn).then_some(*first)
    }

    /// A message was refused with a wait, and none that came earlier was.
    pub(super) fn hold(&mut self, room: RoomId, id: MessageId, turn: u64, code: ErrorCode, wait: Duration) {
        let refused = self.0.entry(room).or_default();
        let turn = refused.iter().find(|known| known.id == id).map_or(turn, |known| known.turn);
        refused.retain(|known| known.id != id);
        refused.insert(0, Refused { id, code, turn, until: Instant::now() + wait });
    }

    /// A message was answered otherwise.
    pub(super) fn release(&mut self, room: RoomId, id: MessageId) {
        if let Some(refused) = self.0.get_mut(&room) {
            refused.retain(|known| known.id != id);
            if refused.is_empty() {
                self.0.remove(&room);
            }
        }
    }

    /// A message was given up.
    pub(super) fn forget(&mut self, id: MessageId) {
        self.0.retain(|_, refused| {
            refused.retain(|known| known.id != id);
            !refused.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(1);

    fn first(held: &Held, room: RoomId, id: MessageId, turn: u64) -> Option<MessageId> {
        held.before(room, id, turn).map(|refused| refused.id)
    }

    #[test]
    fn later_messages_wait_for_the_refused_one_and_other_rooms_do_not() {
        let (room, other) = (RoomId::now_v7(), RoomId::now_v7());
        let (one, two) = (MessageId::now_v7(), MessageId::now_v7());
        let mut held = Held::default();
        held.hold(room, one, 1, ErrorCode::RateLimited, WAIT);
        assert_eq!(first(&held, room, two, 2), Some(one));
        assert_eq!(first(&held, room, one, 3), None, "itself it may be sent again");
        assert_eq!(first(&held, other, two, 2), None);
        held.release(room, two);
        assert_eq!(first(&held, room, two, 4), Some(one));
        held.release(room, one);
        assert_eq!(first(&held, room, two, 5), None);
        assert!(held.is_empty());
    }

    #[test]
    fn an_earlier_message_that_is_refused_later_comes_first() {
        let room = RoomId::now_v7();
        let (one, two, three) = (MessageId::now_v7(), MessageId::now_v7(), MessageId::now_v7());
        let mut held = Held::default();
        held.hold(room, two, 2, ErrorCode::RateLimited, WAIT);
        assert_eq!(first(&held, room, one, 1), None, "it came before");
        held.hold(room, one, 1, ErrorCode::Unavailable, WAIT);
        assert_eq!(first(&held, room, two, 4), Some(one));
        held.hold(room, one, 5, ErrorCode::Unavailable, WAIT);
        held.release(room, one);
        assert_eq!(first(&held, room, three, 6), Some(two));
    }

    #[test]
    fn what_is_given_up_holds_nothing() {
        let (room, id) = (RoomId::now_v7(), MessageId::now_v7());
        let mut held = Held::default();
        held.hold(room, id, 1, ErrorCode::StorageFull, Duration::ZERO);
        held.forget(id);
        assert!(held.is_empty());
    }
}
