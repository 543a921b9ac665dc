//! Who is listening: the live side of every room.
//!
//! The hub keeps each room's newest events, with what was encoded of them, and knows who reads them, who is here, who is
//! typing and who has the room on screen. It hands nobody a message: it says that there is something new, and a reader
//! takes it when it can ([`Listener::dirty`]). It has never heard of axum, SQL, the rules of chatting or how events are
//! written.

mod event;
mod room;

use std::{collections::HashMap, sync::Arc};

use chat_protocol::{Event, LogEntry, LogEvent, Room, RoomChanges, RoomId, SessionId, User, UserId, UserRef};
use dashmap::DashMap;

use self::room::presence::Presence;
pub use self::{
    event::{Encoding, SharedEvent},
    room::{Listener, ListenerId, LiveRoom, Subscription, Taken, presence::Gone},
};
use crate::store::{Marker, Notice};

/// The live side of a server; a cheap handle.
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

struct Shared {
    /// Rooms that had a listener or an event since the start.
    rooms: DashMap<RoomId, Arc<LiveRoom>>,
    /// Every connection, by user.
    listeners: DashMap<UserId, Vec<Arc<dyn Listener>>>,
    presence: Presence,
}

/// The user has as many connections as the limit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

impl Hub {
    /// A hub without anyone. `gone` hears who went offline.
    pub fn new(gone: Gone) -> Self {
        let shared = Shared { rooms: DashMap::new(), listeners: DashMap::new(), presence: Presence::new(gone) };
        Self { shared: Arc::new(shared) }
    }

    /// A room's live side.
    pub fn room(&self, id: RoomId) -> Arc<LiveRoom> {
        if let Some(room) = self.shared.rooms.get(&id) {
            return Arc::clone(&room);
        }
        Arc::clone(&self.shared.rooms.entry(id).or_insert_with(|| Arc::new(LiveRoom::new(id))))
    }

    /// Follows what was committed, in order. Readers are marked dirty once for all events of it.
    pub fn apply(&self, notices: Vec<Notice>) {
        let mut rooms: HashMap<RoomId, Arc<LiveRoom>> = HashMap::new();
        for notice in notices {
            match notice {
                Notice::Logged(entry) => self.publish(entry, &mut rooms),
                Notice::Joined { user, room } => self.joined(&user, &room),
                Notice::Left { user, room, why, by, reason } => {
                    self.left(user, &Event::RoomRemoved { room_id: room, why, by, reason }, room);
                }
                Notice::DirectPeople { room, people } => {
                    let live = self.room(room);
                    people.iter().for_each(|user| self.arrive_in(user, &live));
                }
                Notice::SessionsEnded { user, sessions } => self.end_sessions(Some(user), &sessions),
                Notice::UserChanged { user, rooms } => self.updated(*user, &rooms),
                Notice::ReadMarker { user, marker } => self.moved(user, marker),
                Notice::RoomSettings { user, room } => self.tell_user(user, &settings(&room)),
                Notice::Ignored { user, users } => self.tell_user(user, &Event::Ignored { users }),
                Notice::ThreadFollowed { user, root, following } => {
                    self.tell_user(user, &Event::ThreadFollowed { message_id: root, following });
                }
                Notice::FilesFreed | Notice::Webhooks => {}
                Notice::Rewritten { room: None } => self.forget_recent(),
                Notice::Rewritten { room: Some(room) } => self.room(room).forget_recent(),
                // Counting takes reading: somebody else does it, and tells what it found as `ReadMarker`.
                Notice::Recount { .. } => {}
            }
        }
        for room in rooms.values() {
            room.mark_dirty();
        }
    }

    /// Takes an event; the rooms in which that happened are to be marked dirty.
    fn publish(&self, entry: LogEntry, rooms: &mut HashMap<RoomId, Arc<LiveRoom>>) {
        let room = rooms.entry(entry.room).or_insert_with(|| self.room(entry.room));
        let author = entry.event.message().map(|message| message.author.id);
        if let LogEvent::RoomUpdated { changes: RoomChanges { name: Some(name), .. }, .. } = &entry.event {
            room.renamed(entry.seq, name);
        }
        room.publish(entry);
        if let Some(author) = author {
            // Who has sent is no longer typing.
            room.stop_typing(author);
        }
    }

    /// Adds a connection of a user.
    ///
    /// # Errors
    /// [`TooMany`] when the user has `limit` already.
    pub fn connect(&self, listener: Arc<dyn Listener>, limit: u64) -> Result<(), TooMany> {
        let mut listeners = self.shared.listeners.entry(listener.user()).or_default();
        if listeners.iter().filter(|other| other.is_connection()).count() as u64 >= limit {
            return Err(TooMany);
        }
        listeners.push(listener);
        Ok(())
    }

    /// Adds what is no connection, but must hear what becomes of a user. Ends with [`Hub::disconnect`].
    pub fn watch(&self, listener: Arc<dyn Listener>) {
        self.shared.listeners.entry(listener.user()).or_default().push(listener);
    }

    /// Says that a connection's user is here, in these rooms. Ends with [`Hub::disconnect`].
    pub fn arrive(&self, user: &UserRef, rooms: &[RoomId]) {
        let rooms = rooms.iter().map(|id| self.room(*id)).collect();
        self.shared.presence.arrive(user, rooms);
    }

    /// Says that they are here in one more room, too.
    pub fn arrive_in(&self, user: &UserRef, room: &Arc<LiveRoom>) {
        self.shared.presence.joined(user, room);
    }

    /// Removes a connection; `arrived` if [`Hub::arrive`] was called for it.
    pub fn disconnect(&self, listener: &dyn Listener, arrived: bool) {
        let user = listener.user();
        if let Some(mut listeners) = self.shared.listeners.get_mut(&user) {
            listeners.retain(|other| other.id() != listener.id());
        }
        self.shared.listeners.remove_if(&user, |_, listeners| listeners.is_empty());
        if arrived {
            self.shared.presence.depart(user, listener.id());
        }
    }

    /// The user became a member: all their connections read the room from `room.last_seq` on.
    fn joined(&self, user: &UserRef, room: &Room) {
        let live = self.room(room.id);
        self.arrive_in(user, &live);
        for listener in self.listeners(user.id) {
            listener.joined(room, &live);
        }
    }

    /// The user is no longer a member.
    fn left(&self, user: UserId, removed: &Event, room: RoomId) {
        let live = self.room(room);
        self.shared.presence.left(user, &live);
        live.stop_typing(user);
        for listener in self.listeners(user) {
            listener.left(room, removed);
        }
    }

    /// Tells all connections of a user where they have read to; only the latest is sent.
    fn moved(&self, user: UserId, marker: Marker) {
        let Marker { room, seq, unread, mentions, as_of } = marker;
        let event = Arc::new(Event::ReadMarker { room, seq, unread, mentions }.into());
        for listener in self.listeners(user) {
            listener.marker(room, as_of, &event);
        }
    }

    /// Tells all connections of a user something of their own.
    fn tell_user(&self, user: UserId, event: &Event) {
        for listener in self.listeners(user) {
            listener.own(event);
        }
    }

    /// Who reads a room on any connection.
    pub fn readers(&self, room: RoomId) -> Vec<UserId> {
        let Some(room) = self.shared.rooms.get(&room).map(|room| Arc::clone(&room)) else { return Vec::new() };
        room.readers()
    }

    /// Has readers that are behind take the events from the store, where they read as they now are.
    fn forget_recent(&self) {
        for room in &self.shared.rooms {
            room.forget_recent();
        }
    }

    /// Frees what is kept for readers that are gone. To be called now and then; a reader that is back before finds it there.
    pub fn shrink(&self) {
        for room in &self.shared.rooms {
            room.shrink();
        }
    }

    /// Tells every connection that has one of these rooms in focus that a user changed.
    fn updated(&self, user: User, rooms: &[RoomId]) {
        let user = User { online: self.is_online(user.id), away: self.is_away(user.id), ..user };
        self.shared.presence.renamed(&user.to_ref());
        for listener in self.listeners(user.id) {
            listener.changed(&user);
        }
        let event = Arc::new(Event::UserUpdated { user }.into());
        let mut told = Vec::new();
        for room in rooms {
            for listener in self.room(*room).focused() {
                if !told.contains(&listener.id()) {
                    told.push(listener.id());
                    listener.ephemeral(*room, &event);
                }
            }
        }
    }

    /// Ends every connection of these sessions: their tokens no longer count.
    pub fn end_sessions(&self, user: Option<UserId>, sessions: &[SessionId]) {
        let ended = match user {
            Some(user) => self.listeners(user),
            None => self.shared.listeners.iter().flat_map(|entry| entry.value().clone()).collect(),
        };
        for listener in ended.iter().filter(|listener| sessions.contains(&listener.session())) {
            listener.signed_out();
        }
    }

    /// The sessions that have a connection.
    pub fn live_sessions(&self) -> Vec<SessionId> {
        let mut sessions: Vec<_> = self
            .shared
            .listeners
            .iter()
            .flat_map(|entry| entry.iter().map(|l| l.session()).collect::<Vec<_>>())
            .collect();
        sessions.sort_unstable();
        sessions.dedup();
        sessions
    }

    /// Says whether anyone is at a connection.
    pub fn set_away(&self, listener: &dyn Listener, away: bool) {
        self.shared.presence.set_away(listener.user(), listener.id(), away);
    }

    /// Whether a user is at none of their devices.
    pub fn is_away(&self, user: UserId) -> bool {
        self.shared.presence.is_away(user)
    }

    /// Whether a user is here.
    pub fn is_online(&self, user: UserId) -> bool {
        self.shared.presence.is_online(user)
    }

    /// Everyone who is here.
    pub fn online(&self) -> Vec<UserId> {
        self.shared.presence.online()
    }

    fn listeners(&self, user: UserId) -> Vec<Arc<dyn Listener>> {
        self.shared.listeners.get(&user).map(|listeners| listeners.clone()).unwrap_or_default()
    }
}

/// A user's own settings of a room, as an event.
fn settings(room: &Room) -> Event {
    Event::RoomSettings {
        room: room.id,
        notify: room.notify.unwrap_or_default(),
        favourite: room.favourite.unwrap_or_default(),
        hidden: room.hidden.unwrap_or_default(),
    }
}
