//! What the hub asks of a connection. Every call returns at once: a slow connection costs only itself.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chat_protocol::{Event, Room, RoomId, SessionId, User, UserId};

use super::{super::SharedEvent, LiveRoom, Subscription};

/// Tells connections of one process apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListenerId(u64);

impl ListenerId {
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// A number to spread connections by.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// One connection of a user.
pub trait Listener: Send + Sync {
    fn id(&self) -> ListenerId;
    fn user(&self) -> UserId;
    fn session(&self) -> SessionId;
    /// Whether it counts as one of the user's connections; a request that waits does not.
    fn is_connection(&self) -> bool {
        true
    }
    /// A room that it reads has something new.
    fn dirty(self: Arc<Self>, subscription: &Arc<Subscription>);
    /// Something ephemeral in a room: dropped when the connection is behind.
    fn ephemeral(&self, room: RoomId, event: &Arc<SharedEvent>);
    /// Where the user has read to in a room, and what was unread after the event `as_of`: to be told between that event and
    /// the next one. Replaces one that was not yet told.
    fn marker(&self, room: RoomId, as_of: u64, event: &Arc<SharedEvent>);
    /// Something that only this user is told, on each of their connections.
    fn own(&self, event: &Event);
    /// People of a room in focus must be listed again.
    fn members_stale(&self, room: RoomId);
    /// The user became a member; reading begins after `room.last_seq`.
    fn joined(&self, room: &Room, live: &Arc<LiveRoom>);
    /// The user is no longer a member, as `removed` says.
    fn left(&self, room: RoomId, removed: &Event);
    /// A room that it reads has another name.
    fn renamed(&self, _room: RoomId, _name: &str) {}
    /// The user itself changed.
    fn changed(&self, user: &User);
    /// The session's token no longer counts, or the user is disabled: the connection must end.
    fn signed_out(&self);
}
