//! Which message goes out next. Each room is a lane of its own: what was written first is stored first.
//!
//! The server takes the messages of a connection in the order in which they come. After it refused one with a wait, it
//! refuses those behind it too, until that one has come again. So a lane that was refused waits for the time it was
//! told, and until everything that is on the way has been answered; then it begins again with its first message.
//!
//! Nothing here knows the socket, the disk or the clock.

mod room_queue;

use std::{collections::HashMap, time::Instant};

use chat_protocol::{ErrorCode, MessageId, RoomId};

use self::room_queue::RoomQueue;
use crate::{Delivery, Entry, store::OutboxRow};

/// All messages that this process has to send.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    lanes: HashMap<RoomId, RoomQueue>,
    /// Where each message is: its lane and its place in it.
    places: HashMap<MessageId, (RoomId, i64)>,
}

/// What a refusal says about coming back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait {
    /// Not before then.
    pub(crate) until: Instant,
    /// The message that the server wants to see before.
    pub(crate) behind: Option<MessageId>,
}

/// What a refusal made of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It will be sent again.
    Later(Entry),
    /// It will not, unless the user wants it.
    Failed(Entry),
}

impl Outbox {
    /// What was kept from last time.
    pub(crate) fn new(kept: Vec<OutboxRow>) -> Self {
        let mut outbox = Self::default();
        kept.into_iter().for_each(|kept| outbox.add(kept));
        outbox
    }

    /// A message that waits to be sent, or has failed before.
    pub(crate) fn add(&mut self, OutboxRow { n, entry }: OutboxRow) {
        self.places.insert(entry.id, (entry.room, n));
        self.lanes.entry(entry.room).or_default().add(n, entry);
    }

    /// The messages to send now, in the order in which they go out. They count as on the way.
    pub(crate) fn next(&mut self, now: Instant) -> Vec<Entry> {
        let mut due: Vec<(i64, Entry)> = self.lanes.values_mut().flat_map(|lane| lane.next(now)).collect();
        due.sort_by_key(|(n, _)| *n);
        due.into_iter().map(|(_, entry)| entry).collect()
    }

    /// When a lane that waits may go on.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.lanes.values().filter_map(RoomQueue::wake_at).min()
    }

    /// The server has it: the message as it was, now sent. `None` if it is not ours to know.
    pub(crate) fn sent(&mut self, id: MessageId, seq: u64) -> Option<Entry> {
        let mut entry = self.take(id, RoomQueue::answered)?;
        entry.state = Delivery::Sent { seq };
        Some(entry)
    }

    /// The server refuses it. `None` if it is not on the way.
    pub(crate) fn refused(&mut self, id: MessageId, code: ErrorCode, detail: String, wait: Wait) -> Option<Refusal> {
        let (room, n) = *self.places.get(&id)?;
        let lane = self.lanes.get_mut(&room)?;
        if code.is_wait() {
            return lane.wait(n, wait.behind.is_some(), wait.until).map(Refusal::Later);
        }
        lane.fail(n, code, detail).map(Refusal::Failed)
    }

    /// A failed message is to be sent after all.
    pub(crate) fn retry(&mut self, id: MessageId) -> Option<Entry> {
        let (room, n) = *self.places.get(&id)?;
        self.lanes.get_mut(&room)?.retry(n)
    }

    /// Gives a message up. Returns whether the server may wait for it, and must be told.
    pub(crate) fn forget(&mut self, id: MessageId) -> bool {
        let Some((room, n)) = self.places.get(&id) else { return false };
        let awaited = self.lanes.get(room).is_some_and(|lane| lane.is_awaited(*n));
        self.take(id, RoomQueue::remove);
        awaited
    }

    /// Whether a message is here.
    pub(crate) fn has(&self, id: MessageId) -> bool {
        self.places.contains_key(&id)
    }

    /// The messages that go out by themselves, in no order.
    pub(crate) fn waiting(&self) -> Vec<MessageId> {
        self.lanes.values().flat_map(RoomQueue::waiting).collect()
    }

    /// The connection is gone: what was on the way has to go again, and the next connection begins free. Returns what
    /// changed.
    pub(crate) fn disconnected(&mut self) -> Vec<Entry> {
        let mut back: Vec<(i64, Entry)> = self.lanes.values_mut().flat_map(RoomQueue::disconnected).collect();
        back.sort_by_key(|(n, _)| *n);
        back.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Whether anything could still be sent within a moment.
    pub(crate) fn is_idle(&self, now: Instant) -> bool {
        self.lanes.values().all(|lane| lane.is_idle(now))
    }

    fn take(&mut self, id: MessageId, how: impl FnOnce(&mut RoomQueue, i64) -> Option<Entry>) -> Option<Entry> {
        let (room, n) = self.places.remove(&id)?;
        let lane = self.lanes.get_mut(&room)?;
        let entry = how(lane, n);
        if lane.is_empty() {
            self.lanes.remove(&room);
        }
        entry
    }
}
