//! What was put in for the next time that a transport takes something.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use chat_protocol::{Event, Room, RoomId};

use super::{Batch, CONGESTED, cursors::Stored};
use crate::hub::{LiveRoom, SharedEvent, Subscription};

/// Ephemeral events (typing, presence) that wait at most; more are dropped, and the people of the room listed again.
const MOST_EPHEMERAL: usize = 64;

#[derive(Default)]
pub(super) struct Inbox {
    /// In order.
    answers: VecDeque<Arc<SharedEvent>>,
    answer_bytes: usize,
    /// Read positions in rooms that are not read yet; only the latest counts.
    pub(super) latest: HashMap<RoomId, Arc<SharedEvent>>,
    /// Subscriptions with something new.
    pub(super) dirty: Vec<Arc<Subscription>>,
    pub(super) ephemeral: VecDeque<Arc<SharedEvent>>,
    /// Rooms whose people must be listed again.
    pub(super) stale: HashSet<RoomId>,
    /// Events that were read from the log because memory no longer reached back that far.
    pub(super) stored: Option<Stored>,
    /// After the answers that are here now, nothing is sent any more.
    pub(super) finished: bool,
    /// Whether `Welcome` was sent.
    pub(super) welcomed: bool,
    /// Changes of membership until then.
    pub(super) early: Vec<Membership>,
}

/// What the client is told only after it was welcomed.
pub(super) enum Membership {
    Joined(Box<Room>, Arc<LiveRoom>),
    Left(RoomId, Box<Event>),
    /// A setting of the user's own.
    Own(Box<Event>),
}

impl Inbox {
    /// Adds an answer, unless nothing is sent any more; gives the bytes that now wait.
    pub(super) fn answer(&mut self, event: Arc<SharedEvent>, bytes: usize) -> usize {
        if !self.finished {
            self.answers.push_back(event);
            self.answer_bytes += bytes;
        }
        self.answer_bytes
    }

    pub(super) fn take_answers(&mut self, batch: &mut impl Batch) {
        self.answer_bytes = 0;
        for event in self.answers.drain(..) {
            batch.push(&event);
        }
    }

    /// Adds an ephemeral event, if there is room.
    pub(super) fn add_ephemeral(&mut self, room: RoomId, event: &Arc<SharedEvent>) {
        if self.ephemeral.len() < MOST_EPHEMERAL {
            self.ephemeral.push_back(Arc::clone(event));
        } else {
            self.stale.insert(room);
        }
    }

    pub(super) const fn is_congested(&self) -> bool {
        self.answer_bytes > CONGESTED
    }
}
