//! The rooms of a session: which are read, which are on the client's screen.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chat_protocol::{Event, Room, RoomId, RoomKind, RoomSelector, name};
use parking_lot::Mutex;

use super::{Session, inbox::Membership};
use crate::hub::{Listener, LiveRoom, Subscription};

#[derive(Default)]
pub(super) struct Rooms {
    /// Those that are read.
    open: Mutex<HashMap<RoomId, OpenRoom>>,
    /// Those on the client's screen.
    focus: Mutex<Vec<RoomId>>,
}

/// A room that is read.
struct OpenRoom {
    subscription: Arc<Subscription>,
    /// The room's name as it is compared; of a public room, because a name that fits two rooms means the public one.
    canonical: Option<String>,
}

impl Rooms {
    /// The id of a room that is read, by id or name.
    pub(super) fn id(&self, selector: &RoomSelector) -> Option<RoomId> {
        let open = self.open.lock();
        match selector {
            RoomSelector::Id(id) => open.contains_key(id).then_some(*id),
            RoomSelector::Name(text) => {
                let canonical = name::lookup(text)?;
                open.iter().find(|(_, room)| room.canonical.as_ref() == Some(&canonical)).map(|(id, _)| *id)
            }
            RoomSelector::Direct(_) => None,
        }
    }
}

impl Rooms {
    /// A room is found by another name from now on.
    pub(super) fn rename(&self, room: RoomId, name: &str) {
        if let Some(OpenRoom { canonical: Some(canonical), .. }) = self.open.lock().get_mut(&room) {
            *canonical = name::lookup(name).unwrap_or_default();
        }
    }

    /// How a room is read, if it is.
    pub(super) fn subscription(&self, room: RoomId) -> Option<Arc<Subscription>> {
        self.open.lock().get(&room).map(|open| Arc::clone(&open.subscription))
    }
}

impl Session {
    /// Begins to read a room after a position.
    pub(super) fn subscribe(&self, room: &Room, live: &Arc<LiveRoom>, after: u64) -> Option<Arc<Subscription>> {
        let listener: Arc<dyn Listener> = self.this.upgrade()?;
        let subscription = live.subscribe(&listener, after, room.last_seq);
        let mut open = self.rooms.open.lock();
        // It may have been renamed after `room` was read. From here on the hub says so.
        let renamed = live.name_after(room.last_seq);
        let name = renamed.as_ref().unwrap_or(&room.name);
        let canonical = (room.kind == RoomKind::Public).then(|| name::lookup(name)).flatten();
        let opened = OpenRoom { subscription: Arc::clone(&subscription), canonical };
        let earlier = open.insert(room.id, opened);
        drop(open);
        if let Some(earlier) = earlier {
            earlier.subscription.end();
        }
        Some(subscription)
    }

    /// Replaces the rooms on the client's screen; gives those that were not there before.
    pub(super) fn refocus(&self, wanted: Vec<RoomId>) -> Vec<RoomId> {
        let mut focus = self.rooms.focus.lock();
        for room in focus.iter().filter(|room| !wanted.contains(room)) {
            self.chat.live_room(*room).unfocus(self.id);
        }
        let new = wanted.iter().filter(|room| !focus.contains(room)).copied().collect();
        *focus = wanted;
        new
    }

    /// Takes one of them from the screen.
    pub(super) fn unfocus(&self, room: RoomId) {
        self.rooms.focus.lock().retain(|other| *other != room);
        self.chat.live_room(room).unfocus(self.id);
    }

    pub(super) fn unsubscribe_all(&self) {
        self.refocus(Vec::new());
        let open = std::mem::take(&mut *self.rooms.open.lock());
        for room in open.into_values() {
            room.subscription.room.stop_typing_on(self.user(), self.id);
            room.subscription.end();
        }
    }

    /// Follows a change of membership, once the client was welcomed.
    pub(super) fn membership(&self, change: Membership) {
        let mut inbox = self.inbox.lock();
        if inbox.welcomed {
            drop(inbox);
            self.follow(change);
        } else {
            inbox.early.push(change);
        }
    }

    /// Follows the changes of membership that came before the client was welcomed.
    pub(super) fn follow_early(&self) {
        loop {
            let early = {
                let mut inbox = self.inbox.lock();
                let early = std::mem::take(&mut inbox.early);
                inbox.welcomed = early.is_empty();
                early
            };
            if early.is_empty() {
                return;
            }
            for change in early {
                self.follow(change);
            }
        }
    }

    fn follow(&self, change: Membership) {
        match change {
            Membership::Joined(room, live) => {
                if self.rooms.open.lock().contains_key(&room.id) {
                    return;
                }
                self.chat.arrive_in(&self.user_ref(), &live);
                let after = room.last_seq;
                self.tell(Event::RoomAdded { room: (*room).clone() });
                self.subscribe(&room, &live, after);
            }
            Membership::Own(event) => self.tell(*event),
            Membership::Left(room, removed) => {
                self.rooms.focus.lock().retain(|other| *other != room);
                if let Some(left) = self.rooms.open.lock().remove(&room) {
                    left.subscription.end();
                    self.tell(*removed);
                }
            }
        }
    }

    /// Lists the people of rooms again whose changes were dropped.
    pub(super) fn list_members(self: &Arc<Self>, rooms: HashSet<RoomId>) {
        for room in rooms {
            let session = Arc::clone(self);
            tokio::spawn(async move {
                // A room that is gone has nobody to list.
                if let Ok(event) = session.chat.members_event(&session.caller(), room).await {
                    session.tell(event);
                }
            });
        }
    }
}
