//! The promise that one device's messages keep their order: once a message to a room is refused with a wait, the
//! later ones to that room are refused too, until it has been sent again or given up.

use std::time::Duration;

use chat_protocol::{ErrorCode, MessageId, RoomId, RoomSelector, name};
use tokio::time::Instant;

/// Rooms of one connection in which a message waits, at most: of more, the first is forgotten. A client that sends to so
/// many at once is none that keeps an order.
const MOST: usize = 256;

/// The room of a message as it is known here: by the id, the name or both. A connection need not be in it, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lane {
    id: Option<RoomId>,
    name: Option<String>,
}

impl Lane {
    /// The room that a message asks for; `read` is its id if the connection reads it.
    pub(super) fn of(asked: &RoomSelector, read: Option<RoomId>) -> Self {
        match asked {
            RoomSelector::Id(id) => Self { id: Some(*id), name: None },
            RoomSelector::Name(text) => Self { id: read, name: Some(name::lookup(text).unwrap_or_default()) },
        }
    }

    fn is(&self, other: &Self) -> bool {
        self.id.is_some() && self.id == other.id || self.name.is_some() && self.name == other.name
    }
}

/// The refused messages of one connection, at most one a room.
#[derive(Default)]
pub(super) struct Held(Vec<(Lane, Refused)>);

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
    pub(super) fn before(&self, lane: &Lane, id: MessageId) -> Option<Refused> {
        let mut waiting = self.0.iter().filter(|(other, _)| other.is(lane)).map(|(_, refused)| *refused);
        waiting.find(|refused| refused.id != id)
    }

    /// A message was refused with a wait.
    pub(super) fn hold(&mut self, lane: Lane, id: MessageId, code: ErrorCode, wait: Duration) {
        self.forget(id);
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push((lane, Refused { id, code, until: Instant::now() + wait }));
    }

    /// A message was answered otherwise, or given up.
    pub(super) fn forget(&mut self, id: MessageId) {
        self.0.retain(|(_, refused)| refused.id != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(room: RoomId) -> Lane {
        Lane::of(&room.into(), Some(room))
    }

    #[test]
    fn later_messages_wait_for_the_refused_one_and_other_rooms_do_not() {
        let (room, other) = (lane(RoomId::now_v7()), lane(RoomId::now_v7()));
        let (first, second) = (MessageId::now_v7(), MessageId::now_v7());
        let mut held = Held::default();
        held.hold(room.clone(), first, ErrorCode::RateLimited, Duration::from_secs(1));
        assert_eq!(held.before(&room, second).map(|refused| refused.id), Some(first));
        assert!(held.before(&room, first).is_none(), "itself it may be sent again");
        assert!(held.before(&other, second).is_none());
        held.forget(second);
        assert!(held.before(&room, second).is_some());
        held.forget(first);
        assert!(held.is_empty());
    }

    #[test]
    fn a_room_is_the_same_by_id_and_by_name_once_it_is_read() {
        let room = RoomId::now_v7();
        let (first, second) = (MessageId::now_v7(), MessageId::now_v7());
        let mut held = Held::default();
        held.hold(Lane::of(&"dev".into(), None), first, ErrorCode::RateLimited, Duration::ZERO);
        assert!(held.before(&Lane::of(&"#DEV".into(), Some(room)), second).is_some(), "joined meanwhile");
        assert!(held.before(&Lane::of(&"ops".into(), None), second).is_none());
        held.forget(first);
        held.hold(Lane::of(&"dev".into(), Some(room)), first, ErrorCode::RateLimited, Duration::ZERO);
        assert!(held.before(&lane(room), second).is_some());
    }

    #[test]
    fn what_is_held_has_an_end() {
        let mut held = Held::default();
        for _ in 0..2 * MOST {
            held.hold(lane(RoomId::now_v7()), MessageId::now_v7(), ErrorCode::RateLimited, Duration::ZERO);
        }
        assert_eq!(held.0.len(), MOST);
    }
}
