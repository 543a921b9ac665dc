//! One who waits for news of a room, as the hub sees them: a request without a socket, or a webhook.

use std::sync::Arc;

use chat_protocol::{Room, RoomId, SessionId, User, UserId};
use tokio::sync::Notify;

use super::Caller;
use crate::hub::{Listener, ListenerId, LiveRoom, SharedEvent, Subscription};

/// What the hub tells one who waits for news of a room. Everything is news that may change what they would read.
pub(super) struct Watcher {
    id: ListenerId,
    user: UserId,
    session: SessionId,
    room: RoomId,
    news: Notify,
}

impl Watcher {
    /// For somebody, or for nobody: a program without a session.
    pub(super) fn new(caller: Option<&Caller>, room: RoomId) -> Self {
        // Nobody has ids that no one else has.
        let (user, session) =
            caller.map_or_else(|| (UserId::now_v7(), SessionId::now_v7()), |caller| (caller.user, caller.session));
        Self { id: ListenerId::next(), user, session, room, news: Notify::new() }
    }

    /// Returns once there is news; at once if there was some since the last time.
    pub(super) async fn news(&self) {
        self.news.notified().await;
    }
}

impl Listener for Watcher {
    fn id(&self) -> ListenerId {
        self.id
    }

    fn user(&self) -> UserId {
        self.user
    }

    fn session(&self) -> SessionId {
        self.session
    }

    fn is_connection(&self) -> bool {
        false
    }

    fn dirty(self: Arc<Self>, _: &Arc<Subscription>) {
        self.news.notify_one();
    }

    fn ephemeral(&self, _: RoomId, _: &Arc<SharedEvent>) {}

    fn own(&self, _: &chat_protocol::Event) {}

    fn marker(&self, _: RoomId, _: u64, _: &Arc<SharedEvent>) {}

    fn members_stale(&self, _: RoomId) {}

    fn joined(&self, _: &Room, _: &Arc<LiveRoom>) {}

    fn left(&self, room: RoomId, _: &chat_protocol::Event) {
        if room == self.room {
            self.news.notify_one();
        }
    }

    fn changed(&self, _: &User) {}

    fn signed_out(&self) {
        self.news.notify_one();
    }
}
