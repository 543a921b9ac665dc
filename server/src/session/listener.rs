//! What the hub tells a session.

use std::sync::Arc;

use chat_protocol::{Event, Room, RoomId, SessionId, User, UserId};

use super::{Ending, Session, inbox::Membership};
use crate::hub::{Listener, ListenerId, LiveRoom, SharedEvent, Subscription};

impl Listener for Session {
    fn id(&self) -> ListenerId {
        self.id
    }

    fn user(&self) -> UserId {
        self.who.lock().0.id
    }

    fn session(&self) -> SessionId {
        self.session
    }

    fn dirty(self: Arc<Self>, subscription: &Arc<Subscription>) {
        self.inbox.lock().dirty.push(Arc::clone(subscription));
        self.wake();
    }

    fn ephemeral(&self, room: RoomId, event: &Arc<SharedEvent>) {
        self.inbox.lock().add_ephemeral(room, event);
        self.wake();
    }

    fn marker(&self, room: RoomId, as_of: u64, event: &Arc<SharedEvent>) {
        if let Some(subscription) = self.rooms.subscription(room) {
            subscription.set_marker(as_of, event);
            subscription.mark_dirty();
        } else {
            self.inbox.lock().latest.insert(room, Arc::clone(event));
            self.wake();
        }
    }

    fn own(&self, event: &Event) {
        self.membership(Membership::Own(Box::new(event.clone())));
    }

    fn members_stale(&self, room: RoomId) {
        self.inbox.lock().stale.insert(room);
        self.wake();
    }

    fn joined(&self, room: &Room, live: &Arc<LiveRoom>) {
        self.membership(Membership::Joined(Box::new(room.clone()), Arc::clone(live)));
    }

    fn left(&self, room: RoomId, removed: &Event) {
        self.membership(Membership::Left(room, Box::new(removed.clone())));
    }

    fn renamed(&self, room: RoomId, name: &str) {
        self.rooms.rename(room, name);
    }

    fn changed(&self, user: &User) {
        *self.who.lock() = (user.to_ref(), user.role);
    }

    fn signed_out(&self) {
        self.end(Ending::SignedOut);
    }
}
