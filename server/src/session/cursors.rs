//! Reading the rooms: from each cursor on, out of memory if it reaches back that far, else out of the log.

use std::{collections::VecDeque, sync::Arc};

use chat_protocol::{ErrorCode, Event, LogEntry};
use tracing::{Instrument as _, warn};

use super::{Batch, Ending, Session, Transport};
use crate::{
    hub::{SharedEvent, Subscription, Taken},
    memory::PAGE,
};

/// Where a session stands. Only the transport that takes from it holds the lock for long.
#[derive(Default)]
pub(super) struct Cursors {
    /// Subscriptions that may have something new.
    waiting: VecDeque<Arc<Subscription>>,
    /// Subscriptions that memory does not reach back to; read one after the other.
    behind: VecDeque<Arc<Subscription>>,
    /// The one of them that is being read.
    fetching: Option<Arc<Subscription>>,
    /// Read for it, not yet taken.
    stored: VecDeque<Arc<SharedEvent>>,
    /// How often its log had been rewritten when that was read.
    version: u64,
    /// `Live` is sent once all of these are reached.
    pub(super) live_at: Option<Vec<(Arc<Subscription>, u64)>>,
}

impl Cursors {
    /// Notes what came: subscriptions with something new, events that were read for the one that is behind.
    pub(super) fn note(&mut self, dirty: impl Iterator<Item = Arc<Subscription>>, stored: Option<Stored>) {
        self.waiting.extend(dirty);
        if let Some(Stored { events, version }) = stored {
            (self.stored, self.version) = (events.into(), version);
            if self.stored.is_empty() {
                self.fetching = None;
            }
        }
    }

    /// Takes events as far as there is room, and has more read from the log where that is needed.
    pub(super) fn take(&mut self, session: &Arc<Session>, scratch: &mut Vec<Arc<SharedEvent>>, batch: &mut impl Batch) {
        self.take_stored(batch);
        self.take_recent(scratch, batch);
        self.fetch(session);
        self.tell_live(batch);
    }

    /// Whether nothing of any room waits.
    pub(super) fn is_up_to_date(&self) -> bool {
        self.waiting.is_empty() && self.behind.is_empty() && self.fetching.is_none()
    }

    /// Takes of what was read from the log, then lets the subscription look into memory again.
    fn take_stored(&mut self, batch: &mut impl Batch) {
        let Some(subscription) = self.fetching.clone() else { return };
        if self.stored.is_empty() {
            return;
        }
        if self.version != subscription.room.rewritten() {
            // A text among it may be gone since.
            self.stored.clear();
            self.fetching = None;
            self.behind.push_front(subscription);
            return;
        }
        // Who is no longer in the room has been told so, and nothing of it after that.
        if !subscription.has_ended() {
            tell_marker(&subscription, batch);
        }
        while batch.room() > 0 {
            let Some(event) = self.stored.pop_front() else { break };
            if !subscription.has_ended() {
                batch.push(&event);
                subscription.advance(subscription.cursor() + 1);
                tell_marker(&subscription, batch);
            }
        }
        if self.stored.is_empty() {
            self.fetching = None;
            self.waiting.push_back(subscription);
        }
    }

    fn take_recent(&mut self, scratch: &mut Vec<Arc<SharedEvent>>, batch: &mut impl Batch) {
        while batch.room() > 0 {
            let Some(subscription) = self.waiting.pop_front() else { break };
            subscription.clear_dirty();
            if subscription.has_ended() || self.is_fetching(&subscription) {
                continue;
            }
            tell_marker(&subscription, batch);
            let taken = subscription.room.after(subscription.cursor(), batch.room(), scratch);
            // A room tells its events after the end of a membership only once that ended the subscription: asked for again
            // here, nothing of them is among what was taken.
            if subscription.has_ended() {
                scratch.clear();
                continue;
            }
            if !scratch.is_empty() {
                failpoint!("before-delivery");
            }
            for event in scratch.drain(..) {
                batch.push(&event);
                subscription.advance(subscription.cursor() + 1);
                tell_marker(&subscription, batch);
            }
            subscription.room.trim();
            match taken {
                Taken::All => {}
                Taken::Some => self.waiting.push_front(subscription),
                Taken::Stored => {
                    if !self.behind.iter().any(|other| Arc::ptr_eq(other, &subscription)) {
                        self.behind.push_back(subscription);
                    }
                }
            }
        }
    }

    fn is_fetching(&self, subscription: &Arc<Subscription>) -> bool {
        self.fetching.as_ref().is_some_and(|other| Arc::ptr_eq(other, subscription))
    }

    /// Has the next events read for a room that memory no longer reaches back to.
    fn fetch(&mut self, session: &Arc<Session>) {
        if self.fetching.is_some() {
            return;
        }
        let Some(subscription) = self.behind.pop_front() else { return };
        let Some(transport) = session.transport.upgrade() else { return };
        self.fetching = Some(Arc::clone(&subscription));
        tokio::spawn(fetch(Arc::clone(session), transport, subscription).in_current_span());
    }

    fn tell_live(&mut self, batch: &mut impl Batch) {
        let reached = self.live_at.as_ref().is_some_and(|rooms| {
            rooms.iter().all(|(subscription, last)| subscription.cursor() >= *last || subscription.has_ended())
        });
        if reached {
            self.live_at = None;
            batch.push(&Arc::new(Event::Live {}.into()));
        }
    }
}

/// What was read from a log.
pub(super) struct Stored {
    /// In order; empty when the room may no longer be read.
    events: Vec<Arc<SharedEvent>>,
    /// How often the log had been rewritten before.
    version: u64,
}

/// Tells the read position that belongs between the last event taken and the next one.
fn tell_marker(subscription: &Subscription, batch: &mut impl Batch) {
    if let Some(marker) = subscription.take_marker() {
        batch.push(&marker);
    }
}

/// Reads on from a cursor, and puts what was found into the inbox.
async fn fetch(session: Arc<Session>, transport: Arc<dyn Transport>, subscription: Arc<Subscription>) {
    let (room, cursor, version) = (subscription.room.id, subscription.cursor(), subscription.room.rewritten());
    let place = session.memory.reserve(session.origin.address, PAGE).await;
    let read = move |entry: LogEntry| {
        let event = SharedEvent::from(entry);
        let bytes = transport.size(&event);
        (event, bytes)
    };
    let events = match session.chat.read_log(&session.caller(), room, cursor, read).await {
        Ok(events) if follow(&events, cursor) => {
            let place = place.shrink_to(events.iter().map(SharedEvent::bytes).sum());
            let held = events.into_iter().map(|mut event| {
                event.hold(&place);
                Arc::new(event)
            });
            held.collect()
        }
        Ok(_) => {
            warn!(%room, after = cursor, "the log has a gap");
            return session.end(Ending::Internal);
        }
        // The user was a member when this began; the news that they no longer are is on its way.
        Err(failure) if failure.code == ErrorCode::NotFound => Vec::new(),
        Err(failure) => {
            warn!(%failure, "the log cannot be read");
            return session.end(Ending::Internal);
        }
    };
    session.inbox.lock().stored = Some(Stored { events, version });
    session.wake();
}

/// Whether these are the very next events.
fn follow(events: &[SharedEvent], cursor: u64) -> bool {
    let positions = events.iter().map(|event| event.event().logged().map(|entry| entry.seq));
    !events.is_empty() && positions.eq((cursor + 1..).take(events.len()).map(Some))
}
