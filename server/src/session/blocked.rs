//! The promise that one device's messages keep their order: once a message to a room is refused with a wait, the
//! later ones to that room are refused too, until it has been sent again or given up. The same is true of commands about
//! one message, which wait for the message itself, too.

use std::{collections::VecDeque, time::Duration};

use chat_protocol::{ErrorCode, MessageId, RoomId, RoomSelector, name};
use tokio::time::Instant;

/// Rooms of one session in which a message waits, at most: of more, the first is forgotten. A client that sends to so many
/// at once does not keep an order.
const MOST: usize = 256;

/// The room of a message as it is known here: by the id, the name or both. The session need not read it, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    id: Option<RoomId>,
    name: Option<String>,
    /// For a command about a message: that message.
    message: Option<MessageId>,
}

impl Target {
    /// The room that a message asks for; `read` is its id if the connection reads it.
    pub(super) fn of(asked: &RoomSelector, read: Option<RoomId>) -> Self {
        match asked {
            RoomSelector::Id(id) => Self { id: Some(*id), name: None, message: None },
            RoomSelector::Direct(text) => {
                Self { id: read, name: Some(format!("@{}", name::lookup(text).unwrap_or_default())), message: None }
            }
            RoomSelector::Name(text) => {
                Self { id: read, name: Some(name::lookup(text).unwrap_or_default()), message: None }
            }
        }
    }

    /// What a command is about: its message.
    pub(super) fn about(message: MessageId) -> Self {
        Self { id: None, name: None, message: Some(message) }
    }

    fn is(&self, other: &Self) -> bool {
        self.message.is_some() && self.message == other.message
            || self.id.is_some() && self.id == other.id
            || self.name.is_some() && self.name == other.name
    }
}

/// The refused messages of one session.
#[derive(Default)]
pub(super) struct Blocked {
    /// At most one a room.
    first: Vec<(Target, Refused)>,
    /// Messages that were refused because they came after one of those, and which: commands about them wait, too. The newest.
    behind: VecDeque<(MessageId, MessageId)>,
}

/// A message that was refused with a wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused {
    pub(super) id: MessageId,
    pub(super) code: ErrorCode,
    until: Instant,
}

impl Refused {
    /// How long to wait still.
    pub(super) fn wait(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
}

impl Blocked {
    /// Whether nothing waits to be sent again.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The message that this one must wait for.
    pub(super) fn before(&self, target: &Target, id: MessageId) -> Option<Refused> {
        let about = target.message.map(|message| self.waits_for(message));
        let waits_for = |(other, refused): &&(Target, Refused)| other.is(target) || about == Some(refused.id);
        let mut waiting = self.first.iter().filter(waits_for).map(|(_, refused)| *refused);
        waiting.find(|refused| refused.id != id)
    }

    /// The message that must be sent before this one: itself, unless it was refused because of another.
    fn waits_for(&self, message: MessageId) -> MessageId {
        self.behind.iter().find(|(id, _)| *id == message).map_or(message, |(_, first)| *first)
    }

    /// A message was refused because it came after another.
    pub(super) fn put_behind(&mut self, id: MessageId, first: MessageId) {
        self.behind.retain(|(other, _)| *other != id);
        if self.behind.len() >= MOST {
            self.behind.pop_front();
        }
        self.behind.push_back((id, first));
    }

    /// A message was refused with a wait.
    pub(super) fn block(&mut self, target: Target, id: MessageId, code: ErrorCode, wait: Duration) {
        self.first.retain(|(_, refused)| refused.id != id);
        self.behind.retain(|(other, _)| *other != id);
        if self.first.len() >= MOST {
            self.first.remove(0);
        }
        self.first.push((target, Refused { id, code, until: Instant::now() + wait }));
    }

    /// A message was answered otherwise, or given up.
    pub(super) fn forget(&mut self, id: MessageId) {
        self.first.retain(|(_, refused)| refused.id != id);
        self.behind.retain(|(other, first)| *other != id && *first != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(room: RoomId) -> Target {
        Target::of(&room.into(), Some(room))
    }

    #[test]
    fn later_messages_wait_for_the_refused_one_and_other_rooms_do_not() {
        let (room, other) = (target(RoomId::now_v7()), target(RoomId::now_v7()));
        let (first, second) = (MessageId::now_v7(), MessageId::now_v7());
        let mut blocked = Blocked::default();
        blocked.block(room.clone(), first, ErrorCode::RateLimited, Duration::from_secs(1));
        assert_eq!(blocked.before(&room, second).map(|refused| refused.id), Some(first));
        assert!(blocked.before(&room, first).is_none(), "itself it may be sent again");
        assert!(blocked.before(&other, second).is_none());
        blocked.forget(second);
        assert!(blocked.before(&room, second).is_some());
        blocked.forget(first);
        assert!(blocked.is_empty());
    }

    #[test]
    fn commands_about_a_message_that_waits_behind_another_wait_with_it() {
        let room = target(RoomId::now_v7());
        let [first, second, command] = [(); 3].map(|()| MessageId::now_v7());
        let mut blocked = Blocked::default();
        blocked.block(room, first, ErrorCode::RateLimited, Duration::ZERO);
        blocked.put_behind(second, first);
        let waits_for = |blocked: &Blocked| blocked.before(&Target::about(second), command).map(|refused| refused.id);
        assert_eq!(waits_for(&blocked), Some(first));
        blocked.block(target(RoomId::now_v7()), first, ErrorCode::RateLimited, Duration::ZERO);
        assert_eq!(waits_for(&blocked), Some(first), "refused again, it is waited for still");
        blocked.forget(first);
        assert_eq!(waits_for(&blocked), None);
    }

    #[test]
    fn a_room_is_the_same_by_id_and_by_name_once_it_is_read() {
        let room = RoomId::now_v7();
        let (first, second) = (MessageId::now_v7(), MessageId::now_v7());
        let mut blocked = Blocked::default();
        blocked.block(Target::of(&"dev".into(), None), first, ErrorCode::RateLimited, Duration::ZERO);
        assert!(blocked.before(&Target::of(&"#DEV".into(), Some(room)), second).is_some(), "joined meanwhile");
        assert!(blocked.before(&Target::of(&"ops".into(), None), second).is_none());
        blocked.forget(first);
        blocked.block(Target::of(&"dev".into(), Some(room)), first, ErrorCode::RateLimited, Duration::ZERO);
        assert!(blocked.before(&target(room), second).is_some());
    }

    #[test]
    fn what_is_blocked_is_bounded() {
        let mut blocked = Blocked::default();
        for _ in 0..2 * MOST {
            blocked.block(target(RoomId::now_v7()), MessageId::now_v7(), ErrorCode::RateLimited, Duration::ZERO);
            blocked.put_behind(MessageId::now_v7(), MessageId::now_v7());
        }
        assert_eq!((blocked.first.len(), blocked.behind.len()), (MOST, MOST));
    }
}
