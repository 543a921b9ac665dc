//! The live side of one room: its newest events, and everyone who reads them.

mod listener;
pub(super) mod presence;
mod typing;

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};

use chat_protocol::{Event, LogEntry, LogEvent, RoomId, UserId, amend};
use parking_lot::Mutex;

pub use self::listener::{Listener, ListenerId};
use self::{presence::RoomPresence, typing::Typing};
use super::SharedEvent;

/// Events kept in memory for readers that are nearly up to date; older ones are read from the store.
const RECENT_EVENTS: usize = 512;
/// Bytes that they and what was encoded of them take; a room of long messages keeps fewer of them.
const RECENT_BYTES: usize = 1024 * 1024;

/// One connection's reading of one room. Its cursor moves only forward, by one event at a time.
pub struct Subscription {
    /// The room that is read.
    pub room: Arc<LiveRoom>,
    listener: std::sync::Weak<dyn Listener>,
    /// Whose this is, to find it among the room's readers.
    id: ListenerId,
    /// The last event taken. Only the connection's writer moves it.
    cursor: AtomicU64,
    /// Whether the listener knows that there is something new; cleared before looking.
    dirty: AtomicBool,
    /// Nothing more is taken.
    ended: AtomicBool,
    /// Where it stands among the room's readers, whose lock guards it.
    place: AtomicUsize,
    /// The read position to be told, and after which event; `NO_MARKER` for none.
    marker_at: AtomicU64,
    marker: Mutex<Option<Arc<SharedEvent>>>,
}

/// In place of a position: no log has that many events.
const NO_MARKER: u64 = u64::MAX;

impl Subscription {
    /// The position of the last event taken.
    pub fn cursor(&self) -> u64 {
        self.cursor.load(Ordering::Acquire)
    }

    /// Moves on to an event just taken.
    pub fn advance(&self, seq: u64) {
        debug_assert!(seq == self.cursor() + 1, "a cursor moves by one");
        self.cursor.store(seq, Ordering::Release);
    }

    /// Has a read position told right after the event `as_of`, which is not taken yet or the last one taken.
    pub fn set_marker(&self, as_of: u64, event: &Arc<SharedEvent>) {
        let mut marker = self.marker.lock();
        *marker = Some(Arc::clone(event));
        self.marker_at.store(as_of, Ordering::Release);
    }

    /// The read position that is to be told now, before the next event is taken.
    pub fn take_marker(&self) -> Option<Arc<SharedEvent>> {
        if self.marker_at.load(Ordering::Acquire) > self.cursor() {
            return None;
        }
        let mut marker = self.marker.lock();
        self.marker_at.store(NO_MARKER, Ordering::Release);
        marker.take()
    }

    /// To be called before looking for what is new.
    pub fn clear_dirty(&self) {
        self.dirty.store(false, Ordering::Release);
    }

    pub fn end(&self) {
        self.ended.store(true, Ordering::Release);
        self.room.unsubscribe(self);
    }

    /// Whether it was ended.
    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Notifies the listener, unless it was notified already.
    pub fn mark_dirty(self: &Arc<Self>) {
        // Looking costs less than writing to what others look at.
        if !self.dirty.load(Ordering::Acquire)
            && !self.dirty.swap(true, Ordering::AcqRel)
            && let Some(listener) = self.listener.upgrade()
        {
            listener.dirty(self);
        }
    }
}

/// What a reader finds after its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The next events, and there are more.
    Some,
    /// The next events up to the newest, if any.
    All,
    /// The next event is no longer in memory: read it from the store.
    Stored,
}

/// A room as the hub sees it.
pub struct LiveRoom {
    pub id: RoomId,
    log: Mutex<Recent>,
    /// What it was called last since the start, and the position of the event that says so.
    renamed: Mutex<Option<(u64, String)>>,
    rewritten: AtomicU64,
    /// Bytes of what was encoded, what a slow reader still holds among it.
    encoded_bytes: Arc<AtomicUsize>,
    presence: Mutex<RoomPresence>,
    typing: Mutex<Typing>,
    /// Connections that have the room on screen.
    focus: Mutex<Vec<Arc<dyn Listener>>>,
}

/// The end of the log.
#[derive(Default)]
struct Recent {
    /// The newest position known.
    last: u64,
    /// The events up to `last`, without gaps.
    events: VecDeque<Arc<SharedEvent>>,
    /// Their size, without what was encoded of them.
    bytes: usize,
    readers: Vec<Arc<Subscription>>,
}

impl Recent {
    /// Drops the events; their readers take them from the store.
    fn clear(&mut self) {
        self.events.clear();
        self.bytes = 0;
    }

    /// Drops the oldest events, as long as they are too many or too large. The newest one stays.
    fn trim(&mut self, encoded: usize) {
        let mut bytes = self.bytes + encoded;
        while self.events.len() > RECENT_EVENTS || bytes > RECENT_BYTES && self.events.len() > 1 {
            let Some(oldest) = self.events.pop_front() else { return };
            self.bytes -= oldest.size();
            bytes = bytes.saturating_sub(oldest.bytes());
        }
    }

    /// Brings the message that an event is about up to date, if it is kept: anyone who reads it from now on gets it as it
    /// now is, as from the store. What changes its text drops all that is kept.
    fn amend(&mut self, entry: &LogEntry, of_room: &Arc<AtomicUsize>) {
        let place = match &entry.event {
            LogEvent::ReactionAdded { target, .. } | LogEvent::ReactionRemoved { target, .. } => {
                let first = entry.seq - self.events.len() as u64;
                target.message_seq.checked_sub(first).and_then(|place| usize::try_from(place).ok())
            }
            LogEvent::Message { message } if message.thread.is_some() => self
                .events
                .iter()
                .rposition(|event| event.event().message().is_some_and(|kept| Some(kept.id) == message.thread)),
            _ => None,
        };
        let Some(kept) = place.and_then(|place| self.events.get_mut(place)) else { return };
        let Event::Logged(before) = kept.event() else { return };
        let mut amended = before.clone();
        let LogEvent::Message { message } = &mut amended.event else { return };
        if amend(message, entry) {
            self.bytes -= kept.size();
            *kept = Arc::new(SharedEvent::kept(amended, Arc::clone(of_room)));
            self.bytes += kept.size();
        }
    }

    /// Takes a reader out, if it is there; the last one gets its place.
    fn remove(&mut self, subscription: &Subscription) {
        let place = subscription.place.load(Ordering::Relaxed);
        if self.readers.get(place).is_some_and(|reader| std::ptr::eq(&raw const **reader, subscription)) {
            self.readers.swap_remove(place);
            if let Some(moved) = self.readers.get(place) {
                moved.place.store(place, Ordering::Relaxed);
            }
        }
    }
}

impl LiveRoom {
    pub(super) fn new(id: RoomId) -> Self {
        Self {
            id,
            log: Mutex::default(),
            renamed: Mutex::default(),
            rewritten: AtomicU64::new(0),
            encoded_bytes: Arc::default(),
            presence: Mutex::default(),
            typing: Mutex::default(),
            focus: Mutex::default(),
        }
    }

    /// Takes the next event. The readers are notified by [`LiveRoom::mark_dirty`].
    pub(super) fn publish(&self, entry: LogEntry) {
        let seq = entry.seq;
        let mut log = self.log.lock();
        if seq <= log.last {
            // A reader that began after the commit knew of it first, and notified everyone.
            return;
        }
        if seq != log.last + 1 {
            log.clear();
        }
        log.last = seq;
        if log.readers.is_empty() {
            log.clear();
            return;
        }
        log.amend(&entry, &self.encoded_bytes);
        let event = SharedEvent::kept(entry, Arc::clone(&self.encoded_bytes));
        log.bytes += event.size();
        log.events.push_back(Arc::new(event));
        log.trim(self.encoded_bytes.load(Ordering::Relaxed));
    }

    /// Drops the oldest events where what was encoded for readers has become too large.
    pub fn trim(&self) {
        let encoded = self.encoded_bytes.load(Ordering::Relaxed);
        if encoded > RECENT_BYTES {
            self.log.lock().trim(encoded);
        }
    }

    /// Drops the events that are kept: the log now tells them differently. Those that were read from it before are out of
    /// date, too.
    pub(super) fn forget_recent(&self) {
        self.log.lock().clear();
        self.rewritten.fetch_add(1, Ordering::AcqRel);
    }

    /// How often the log was rewritten since the start: what was read from it before that must not be told.
    pub fn rewritten(&self) -> u64 {
        self.rewritten.load(Ordering::Acquire)
    }

    /// Who reads it, each once.
    pub(super) fn readers(&self) -> Vec<UserId> {
        let listeners: Vec<_> = self.log.lock().readers.iter().filter_map(|reader| reader.listener.upgrade()).collect();
        let users: HashSet<UserId> = listeners.iter().map(|listener| listener.user()).collect();
        users.into_iter().collect()
    }

    /// Frees the events that are kept if the room has no reader: the next one takes them from the store.
    pub(super) fn shrink(&self) {
        let mut log = self.log.lock();
        if log.readers.is_empty() {
            log.clear();
            log.events.shrink_to_fit();
            log.readers.shrink_to_fit();
        }
    }

    /// Says to every reader what the room is called from a position on.
    pub(super) fn renamed(&self, seq: u64, name: &str) {
        *self.renamed.lock() = Some((seq, name.to_owned()));
        let readers: Vec<_> = self.log.lock().readers.iter().filter_map(|reader| reader.listener.upgrade()).collect();
        for listener in readers {
            listener.renamed(self.id, name);
        }
    }

    /// What the room was called after a position, if it has another name since: who begins to read there was not told.
    pub fn name_after(&self, seq: u64) -> Option<String> {
        self.renamed.lock().as_ref().filter(|(at, _)| *at > seq).map(|(_, name)| name.clone())
    }

    /// Has every reader look.
    pub(super) fn mark_dirty(&self) {
        for reader in &self.log.lock().readers {
            reader.mark_dirty();
        }
    }

    /// Begins to read after a position. `last` is the newest position that the reader knows of.
    pub fn subscribe(self: &Arc<Self>, listener: &Arc<dyn Listener>, after: u64, last: u64) -> Arc<Subscription> {
        let subscription = Arc::new(Subscription {
            room: Arc::clone(self),
            listener: Arc::downgrade(listener),
            id: listener.id(),
            cursor: AtomicU64::new(after),
            dirty: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            place: AtomicUsize::new(0),
            marker_at: AtomicU64::new(NO_MARKER),
            marker: Mutex::default(),
        });
        let mut log = self.log.lock();
        if last > log.last {
            // The store was faster than the writer's telling: the events up to there are read from it.
            log.last = last;
            log.clear();
            for reader in &log.readers {
                reader.mark_dirty();
            }
        }
        subscription.place.store(log.readers.len(), Ordering::Relaxed);
        log.readers.push(Arc::clone(&subscription));
        let behind = log.last > after;
        drop(log);
        if behind {
            subscription.mark_dirty();
        }
        subscription
    }

    fn unsubscribe(&self, subscription: &Subscription) {
        self.log.lock().remove(subscription);
        self.unfocus(subscription.id);
    }

    /// Adds what comes after a cursor to `events`, at most `limit` of them.
    pub fn after(&self, cursor: u64, limit: usize, events: &mut Vec<Arc<SharedEvent>>) -> Taken {
        let log = self.log.lock();
        if cursor >= log.last {
            return Taken::All;
        }
        let first = log.last + 1 - log.events.len() as u64;
        if cursor + 1 < first {
            return Taken::Stored;
        }
        let skip = usize::try_from(cursor + 1 - first).unwrap_or(usize::MAX);
        events.extend(log.events.range(skip..).take(limit).cloned());
        if log.events.len() - skip > limit { Taken::Some } else { Taken::All }
    }

    /// Says that a connection has the room on screen.
    pub fn focus(&self, listener: &Arc<dyn Listener>) {
        let mut focus = self.focus.lock();
        if !focus.iter().any(|other| other.id() == listener.id()) {
            focus.push(Arc::clone(listener));
        }
    }

    /// Says that it no longer has.
    pub fn unfocus(&self, listener: ListenerId) {
        self.focus.lock().retain(|other| other.id() != listener);
    }

    /// Connections that have the room on screen.
    pub(super) fn focused(&self) -> Vec<Arc<dyn Listener>> {
        self.focus.lock().clone()
    }
}

#[cfg(test)]
mod tests;
