//! One connected client, whatever carries it: what it was sent, what is still to be sent, what it asks for.
//!
//! A session reads the user's rooms from its cursors on, carries out commands in order and answers them. A
//! [`Transport`] wakes up when there is something to take, takes it when it can, and hands in commands: a WebSocket
//! does so ([`socket`](crate::socket)), a [`LocalClient`] inside this process does so without a socket. Nothing here has
//! heard of sockets, HTTP or frames.
//!
//! Nothing is queued for a slow client but a bounded number of answers. Events stay in the rooms, or in the log, until
//! they are taken.
//!
//! Locks are taken in the order cursors, then a room of the hub, then the inbox.

mod blocked;
mod commands;
mod cursors;
mod hello;
mod inbox;
mod listener;
mod local;
mod rooms;
mod sending;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc, Weak,
    atomic::{AtomicBool, Ordering},
};

use chat_protocol::{Event, Role, SessionId, UserRef};
use parking_lot::Mutex;
use tokio::sync::Notify;

pub use self::{
    commands::Commands,
    local::{ConnectError, Local, LocalClient},
};
use self::{cursors::Cursors, inbox::Inbox, rooms::Rooms, sending::Sending};
use crate::{
    chat::{Caller, Chat, Origin},
    hub::{ListenerId, SharedEvent},
    memory::Memory,
};

/// Bytes of answers and states that wait at most, before a session whose client takes none of them is ended.
const MOST_ANSWERS: usize = 1024 * 1024;
/// Bytes of answers that wait before no more commands should be read.
const CONGESTED: usize = 64 * 1024;

/// What carries a session to its client and back.
pub trait Transport: Send + Sync {
    /// There is something to take. Returns at once; called from any thread, and not again until
    /// [`Session::clear_wake`].
    fn wake(self: Arc<Self>);
    /// How many bytes an event is for this client. A transport that encodes does so now: on the thread that read the event
    /// from the store, or that answers a command.
    fn size(&self, event: &SharedEvent) -> usize;
}

/// Where a transport puts what it takes.
pub trait Batch {
    /// How many more events it should be given; 0 leaves the rest for later.
    fn room(&self) -> usize;
    fn push(&mut self, event: &Arc<SharedEvent>);
}

/// Why a session ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The client is gone.
    Gone,
    /// The first command was not `Hello`.
    NoHello,
    /// The token no longer counts, or the user is disabled.
    SignedOut,
    /// More waits for this client than the server keeps.
    Overloaded,
    /// The server's own fault.
    Internal,
}

/// A connected client.
pub struct Session {
    id: ListenerId,
    chat: Chat,
    /// What may be held of events that were read for this client, and where it is.
    memory: Memory,
    origin: Origin,
    session: SessionId,
    /// Changes when the user does. The name is empty until `Hello`.
    who: Mutex<(UserRef, Role)>,
    /// Whether the client wants parsed bodies; known from `Hello` on.
    blocks: AtomicBool,
    inbox: Mutex<Inbox>,
    cursors: Mutex<Cursors>,
    rooms: Rooms,
    sending: Sending,
    /// Whether the transport knows that there is something to take.
    awake: AtomicBool,
    transport: Weak<dyn Transport>,
    /// Set once, then reported by `ended`.
    ending: Mutex<Option<Ending>>,
    ended: Notify,
    this: Weak<Session>,
}

impl Session {
    /// A session of the caller. It begins with [`Commands::connect`].
    pub fn new(
        chat: Chat,
        memory: Memory,
        caller: &Caller,
        origin: Origin,
        transport: Weak<dyn Transport>,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            id: ListenerId::next(),
            chat,
            memory,
            origin,
            session: caller.session,
            who: Mutex::new((UserRef { id: caller.user, name: String::new() }, caller.role)),
            blocks: AtomicBool::new(false),
            inbox: Mutex::default(),
            cursors: Mutex::default(),
            rooms: Rooms::default(),
            sending: Sending::default(),
            awake: AtomicBool::new(false),
            transport,
            ending: Mutex::default(),
            ended: Notify::new(),
            this: this.clone(),
        })
    }

    /// A number to spread sessions by.
    pub fn number(&self) -> u64 {
        self.id.number()
    }

    /// The rules that it keeps to.
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    /// Whether the client wants parsed bodies.
    pub fn wants_blocks(&self) -> bool {
        self.blocks.load(Ordering::Relaxed)
    }

    /// Who speaks, as they now are.
    fn caller(&self) -> Caller {
        let who = self.who.lock();
        Caller { user: who.0.id, session: self.session, role: who.1 }
    }

    /// The user as others see them.
    fn user_ref(&self) -> UserRef {
        self.who.lock().0.clone()
    }

    /// Sends the client something, after what was sent before.
    pub fn tell(&self, event: Event) {
        let Some(transport) = self.transport.upgrade() else { return };
        let event = SharedEvent::from(event);
        let bytes = transport.size(&event);
        let waiting = self.inbox.lock().answer(Arc::new(event), bytes);
        if waiting > MOST_ANSWERS {
            self.end(Ending::Overloaded);
        }
        self.wake();
    }

    /// Whether so many answers wait that no more commands should be read.
    pub fn is_congested(&self) -> bool {
        self.inbox.lock().is_congested()
    }

    /// Waits until every message that was sent is answered.
    pub async fn answered(&self) {
        self.sending.answered().await;
    }

    /// Tells the client nothing more: what waits of answers is the last that is taken.
    pub fn finish(&self) {
        self.inbox.lock().finished = true;
        self.wake();
    }

    /// Ends the session; the first reason counts.
    pub fn end(&self, why: Ending) {
        self.ending.lock().get_or_insert(why);
        self.ended.notify_one();
    }

    /// Why it ends, if it does.
    pub fn ending(&self) -> Option<Ending> {
        *self.ending.lock()
    }

    /// Waits until it ends. For one task.
    pub async fn ended(&self) -> Ending {
        loop {
            if let Some(why) = self.ending() {
                return why;
            }
            self.ended.notified().await;
        }
    }

    /// Has the transport take what waits, unless it will anyway.
    pub fn wake(&self) {
        // Looking costs less than writing to what others look at.
        if !self.awake.load(Ordering::Acquire)
            && !self.awake.swap(true, Ordering::AcqRel)
            && let Some(transport) = self.transport.upgrade()
        {
            transport.wake();
        }
    }

    /// To be called before taking: what comes from now on wakes the transport again.
    pub fn clear_wake(&self) {
        self.awake.swap(false, Ordering::AcqRel);
    }

    /// Takes what waits, the most important first: all answers, events from the cursors on as far as there is room, then
    /// what is ephemeral. `scratch` is empty before and after. Gives whether the session was congested until now.
    pub fn take(self: &Arc<Self>, scratch: &mut Vec<Arc<SharedEvent>>, batch: &mut impl Batch) -> bool {
        let mut cursors = self.cursors.lock();
        let mut inbox = self.inbox.lock();
        let was_congested = inbox.is_congested();
        inbox.take_answers(batch);
        if inbox.finished {
            return was_congested;
        }
        for (_, state) in inbox.latest.drain() {
            batch.push(&state);
        }
        let stored = inbox.stored.take();
        cursors.note(inbox.dirty.drain(..), stored);
        let stale = std::mem::take(&mut inbox.stale);
        let is_ephemeral = !inbox.ephemeral.is_empty();
        drop(inbox);

        cursors.take(self, scratch, batch);
        if cursors.is_up_to_date() {
            while is_ephemeral && batch.room() > 0 {
                let Some(event) = self.inbox.lock().ephemeral.pop_front() else { break };
                batch.push(&event);
            }
            self.list_members(stale);
        } else if !stale.is_empty() {
            self.inbox.lock().stale.extend(stale);
        }
        was_congested
    }
}
