//! What others reach of a connection: an inbox for what it must be told, and its cursors.
//!
//! Locks are taken in the order outgoing, then room or inbox; the inbox is always the last one.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    net::IpAddr,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use chat_protocol::{Event, Role, Room, RoomId, SessionId, User, UserId, UserRef, name};
use parking_lot::Mutex;
use socket2::SockRef;
use tokio::{net::TcpStream, sync::Notify, time::Instant};

use super::{
    closing::Close,
    desk::Desk,
    outgoing::{Outgoing, Tray},
    sending::Sending,
};
use crate::{
    chat::{Caller, Chat},
    hub::{Ending, Frame, Listener, ListenerId, LiveRoom, Subscription},
    memory::Memory,
    web::App,
};

/// Frames of the moment (typing, presence) that wait at most; more are dropped.
const EPHEMERAL: usize = 64;
/// Bytes of answers and states that wait at most, before a connection that takes none of them is closed.
const CONTROL: usize = 1024 * 1024;
/// Bytes of answers that wait before no more commands are read.
const ANSWERS: usize = 64 * 1024;

/// One WebSocket.
pub(super) struct Connection {
    pub(super) id: ListenerId,
    pub(super) chat: Chat,
    /// What may be held of answers that are not read yet, and whose share it is.
    pub(super) memory: Memory,
    pub(super) address: IpAddr,
    pub(super) stream: Arc<TcpStream>,
    session: SessionId,
    /// Changes when the user does.
    who: Mutex<(UserRef, Role)>,
    pub(super) inbox: Mutex<Inbox>,
    pub(super) sending: Sending,
    /// Only the desk holds it for long.
    pub(super) outgoing: Mutex<Outgoing>,
    /// The rooms that are read, by id.
    rooms: Mutex<HashMap<RoomId, Reading>>,
    /// The rooms on the client's screen.
    focus: Mutex<Vec<RoomId>>,
    /// Whether the desk has it.
    marked: AtomicBool,
    /// Not kept alive from here: a desk may hold this connection.
    desk: Weak<Desk>,
    /// Set once, then told by `ended`.
    ending: Mutex<Option<Close>>,
    pub(super) ended: Notify,
    /// Told when answers have been written.
    pub(super) drained: Notify,
    this: Weak<Connection>,
}

/// A room that is read.
struct Reading {
    subscription: Arc<Subscription>,
    /// The room's name as it is compared.
    canonical: String,
}

/// What was put in for the connection's next write.
#[derive(Default)]
pub(super) struct Inbox {
    /// Whole frames, in order: answers, and what the library writes.
    pub(super) control: VecDeque<Bytes>,
    /// Their length.
    pub(super) control_bytes: usize,
    /// States, of which only the latest counts.
    pub(super) latest: HashMap<RoomId, Bytes>,
    /// Subscriptions with something new.
    pub(super) marks: Vec<Arc<Subscription>>,
    /// Of the moment.
    pub(super) ephemeral: VecDeque<Bytes>,
    /// Rooms whose people must be listed anew.
    pub(super) stale: HashSet<RoomId>,
    /// A piece of the log that was read because memory no longer reached back that far; empty when the room may no longer
    /// be read.
    pub(super) piece: Option<Vec<Bytes>>,
    /// After what is in `control` now, nothing is written any more.
    pub(super) closing: bool,
    /// `None` until the `Welcome` is written: rooms joined and left until then.
    pub(super) begun: bool,
    /// Changes of membership while the beginning was being found.
    pub(super) early: Vec<Early>,
}

/// A change of membership before `Welcome`.
pub(super) enum Early {
    Joined(Box<Room>, Arc<LiveRoom>),
    Left(RoomId),
}

impl Inbox {
    /// Whether so many answers wait that no more commands should be read.
    pub(super) const fn is_congested(&self) -> bool {
        self.control_bytes > ANSWERS
    }
}

impl Connection {
    pub(super) fn new(
        app: &App,
        caller: &Caller,
        address: IpAddr,
        stream: Arc<TcpStream>,
        desk: &Arc<Desk>,
        id: ListenerId,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            id,
            chat: app.chat.clone(),
            memory: app.memory.clone(),
            address,
            stream,
            session: caller.session,
            who: Mutex::new((UserRef { id: caller.user, name: String::new() }, caller.role)),
            inbox: Mutex::default(),
            sending: Sending::default(),
            outgoing: Mutex::default(),
            rooms: Mutex::default(),
            focus: Mutex::default(),
            marked: AtomicBool::new(false),
            desk: Arc::downgrade(desk),
            ending: Mutex::default(),
            ended: Notify::new(),
            drained: Notify::new(),
            this: this.clone(),
        })
    }

    /// Who speaks, as they now are.
    pub(super) fn caller(&self) -> Caller {
        let who = self.who.lock();
        Caller { user: who.0.id, session: self.session, role: who.1 }
    }

    /// The user as others are told of them.
    pub(super) fn user_ref(&self) -> UserRef {
        self.who.lock().0.clone()
    }

    pub(super) fn set_name(&self, user: &UserRef) {
        self.who.lock().0 = user.clone();
    }

    /// Tells the client something, in order.
    pub(super) fn tell(&self, event: &Event) {
        self.put(Frame::of(event).into_bytes());
    }

    /// Writes whole frames, in order.
    pub(super) fn put(&self, frames: Bytes) {
        let mut inbox = self.inbox.lock();
        if inbox.closing {
            return;
        }
        inbox.control_bytes += frames.len();
        inbox.control.push_back(frames);
        let overloaded = inbox.control_bytes > CONTROL;
        drop(inbox);
        if overloaded {
            self.close(Close::Overloaded);
        }
        self.mark();
    }

    /// Whether so many answers wait that no more commands should be read.
    pub(super) fn is_congested(&self) -> bool {
        self.inbox.lock().is_congested()
    }

    /// Writes what is already in order, and nothing after it.
    pub(super) fn finish(&self) {
        self.inbox.lock().closing = true;
        self.mark();
    }

    /// Tells the client that nothing more comes, so that it can end its side. A failure means that it is gone.
    pub(super) fn end_writing(&self) {
        _ = SockRef::from(&*self.stream).shutdown(std::net::Shutdown::Write);
    }

    /// Has the desk look at this connection, unless it will anyway.
    pub(super) fn mark(&self) {
        if !self.marked.load(Ordering::Acquire)
            && !self.marked.swap(true, Ordering::AcqRel)
            && let (Some(this), Some(desk)) = (self.this.upgrade(), self.desk.upgrade())
        {
            desk.mark(this);
        }
    }

    /// Writes all that waits and that the socket accepts.
    pub(super) fn flush(self: &Arc<Self>, tray: &mut Tray) {
        // What is put in from here on marks it again.
        self.marked.swap(false, Ordering::AcqRel);
        self.outgoing.lock().flush(self, tray);
    }

    /// Ends the connection; the first reason counts.
    pub(super) fn close(&self, why: Close) {
        self.ending.lock().get_or_insert(why);
        self.ended.notify_one();
    }

    /// Why it ends, if it does.
    pub(super) fn ending(&self) -> Option<Close> {
        *self.ending.lock()
    }

    /// Since when the socket has accepted nothing although bytes wait, and when it last did after being full.
    pub(super) fn stalled(&self) -> (Option<Instant>, Option<Instant>) {
        let outgoing = self.outgoing.lock();
        (outgoing.blocked_since, outgoing.unblocked_at)
    }

    /// Begins to read a room after a position.
    pub(super) fn subscribe(&self, room: &Room, live: &Arc<LiveRoom>, after: u64) -> Option<Arc<Subscription>> {
        let listener: Arc<dyn Listener> = self.this.upgrade()?;
        let subscription = live.subscribe(&listener, after, room.last_seq);
        let canonical = name::lookup(&room.name).unwrap_or_default();
        let reading = Reading { subscription: Arc::clone(&subscription), canonical };
        if let Some(earlier) = self.rooms.lock().insert(room.id, reading) {
            earlier.subscription.end();
        }
        Some(subscription)
    }

    /// The id of a room that is read, by id or name.
    pub(super) fn room_id(&self, selector: &chat_protocol::RoomSelector) -> Option<RoomId> {
        let rooms = self.rooms.lock();
        match selector {
            chat_protocol::RoomSelector::Id(id) => rooms.contains_key(id).then_some(*id),
            chat_protocol::RoomSelector::Name(text) => {
                let canonical = name::lookup(text)?;
                rooms.iter().find(|(_, reading)| reading.canonical == canonical).map(|(id, _)| *id)
            }
        }
    }

    /// Replaces the rooms on the client's screen; gives those that were not there before.
    pub(super) fn refocus(&self, wanted: Vec<RoomId>) -> Vec<RoomId> {
        let mut focus = self.focus.lock();
        for room in focus.iter().filter(|room| !wanted.contains(room)) {
            self.chat.live_room(*room).unfocus(self.id);
        }
        let new = wanted.iter().filter(|room| !focus.contains(room)).copied().collect();
        *focus = wanted;
        new
    }

    /// Ends all reading.
    pub(super) fn unsubscribe_all(&self) {
        self.refocus(Vec::new());
        let rooms = std::mem::take(&mut *self.rooms.lock());
        for reading in rooms.into_values() {
            reading.subscription.room.stop_typing_on(self.user(), self.id);
            reading.subscription.end();
        }
    }

    /// Follows a change of membership.
    pub(super) fn follow(&self, change: Early) {
        match change {
            Early::Joined(room, live) => {
                if self.rooms.lock().contains_key(&room.id) {
                    return;
                }
                self.chat.arrive_in(&self.user_ref(), &live);
                let after = room.last_seq;
                self.tell(&Event::RoomAdded { room: (*room).clone() });
                self.subscribe(&room, &live, after);
            }
            Early::Left(room) => {
                self.focus.lock().retain(|other| *other != room);
                if let Some(reading) = self.rooms.lock().remove(&room) {
                    reading.subscription.end();
                    self.tell(&Event::RoomRemoved { room_id: room });
                }
            }
        }
    }

    fn follow_or_keep(&self, change: Early) {
        let mut inbox = self.inbox.lock();
        if inbox.begun {
            drop(inbox);
            self.follow(change);
        } else {
            inbox.early.push(change);
        }
    }
}

impl AsRef<Sending> for Connection {
    fn as_ref(&self) -> &Sending {
        &self.sending
    }
}

impl Listener for Connection {
    fn id(&self) -> ListenerId {
        self.id
    }

    fn user(&self) -> UserId {
        self.who.lock().0.id
    }

    fn session(&self) -> SessionId {
        self.session
    }

    fn marked(self: Arc<Self>, subscription: &Arc<Subscription>) {
        self.inbox.lock().marks.push(Arc::clone(subscription));
        self.mark();
    }

    fn ephemeral(&self, room: RoomId, frame: Frame) {
        let mut inbox = self.inbox.lock();
        if inbox.ephemeral.len() < EPHEMERAL {
            inbox.ephemeral.push_back(frame.into_bytes());
        } else {
            inbox.stale.insert(room);
        }
        drop(inbox);
        self.mark();
    }

    fn latest(&self, room: RoomId, frame: Frame) {
        self.inbox.lock().latest.insert(room, frame.into_bytes());
        self.mark();
    }

    fn members_stale(&self, room: RoomId) {
        self.inbox.lock().stale.insert(room);
        self.mark();
    }

    fn joined(&self, room: &Room, live: &Arc<LiveRoom>) {
        self.follow_or_keep(Early::Joined(Box::new(room.clone()), Arc::clone(live)));
    }

    fn left(&self, room: RoomId) {
        self.follow_or_keep(Early::Left(room));
    }

    fn changed(&self, user: &User) {
        *self.who.lock() = (user.to_ref(), user.role);
    }

    fn end(&self, why: Ending) {
        match why {
            Ending::SignedOut => self.close(Close::SignedOut),
        }
    }
}
