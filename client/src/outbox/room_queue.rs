//! The messages to one room.

use std::{collections::BTreeMap, time::Instant};

use chat_protocol::{ErrorCode, MessageId, RoomId};

use crate::{Delivery, Entry};

/// Messages on the way to one room at once. More would not be faster, and all are refused when one is.
const WINDOW: usize = 8;

/// One room's messages, by their place in the order in which they were written.
#[derive(Debug)]
pub(super) struct RoomQueue {
    queued: BTreeMap<i64, Entry>,
    /// Sent on this connection, and not answered.
    sending: BTreeMap<i64, Entry>,
    /// Refused for good.
    failed: BTreeMap<i64, Entry>,
    /// Refused with a wait until then.
    blocked_until: Option<Instant>,
    /// The message that the server wants to see before all others: the first that it refused with a wait.
    first: Option<i64>,
    /// How many may be on the way: one after a refusal, and one more with each that is stored.
    window: usize,
}

/// Whether a message may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum May {
    Now,
    /// Others may go before it.
    Later,
    /// Neither it nor what is behind it.
    No,
}

impl Default for RoomQueue {
    fn default() -> Self {
        Self {
            queued: BTreeMap::new(),
            sending: BTreeMap::new(),
            failed: BTreeMap::new(),
            blocked_until: None,
            first: None,
            window: WINDOW,
        }
    }
}

impl RoomQueue {
    pub(super) fn add(&mut self, n: i64, entry: Entry) {
        match entry.state {
            Delivery::Failed { .. } => self.failed.insert(n, entry),
            _ => self.queued.insert(n, entry),
        };
    }

    /// Takes all of another queue, which is for this room as well. Returns that as it is now, in order.
    pub(super) fn append(&mut self, mut other: Self, room: RoomId) -> Vec<(i64, Entry)> {
        let mut moved = Vec::new();
        for (theirs, ours) in [
            (&mut other.queued, &mut self.queued),
            (&mut other.sending, &mut self.sending),
            (&mut other.failed, &mut self.failed),
        ] {
            theirs.values_mut().for_each(|entry| entry.room = room);
            moved.extend(theirs.iter().map(|(n, entry)| (*n, entry.clone())));
            ours.append(theirs);
        }
        moved.sort_by_key(|(n, _)| *n);
        self.blocked_until = self.blocked_until.max(other.blocked_until);
        self.first = self.first.or(other.first);
        self.window = self.window.min(other.window);
        moved
    }

    /// Those that go out now, up to the first that may not. What can only go later is left in its place, and so is what
    /// concerns it.
    pub(super) fn next(&mut self, now: Instant, may: impl Fn(i64) -> May) -> Vec<(i64, Entry)> {
        if let Some(until) = self.blocked_until {
            // What is still on the way will be refused too, and must be back in line before any goes again.
            if now < until || !self.sending.is_empty() {
                return Vec::new();
            }
            self.blocked_until = None;
        }
        let mut due = Vec::new();
        while self.sending.len() < self.window {
            let first = self.first.and_then(|n| self.queued.remove_entry(&n));
            let first = first.or_else(|| {
                let n = self.next_in_line(&may)?;
                self.queued.remove_entry(&n)
            });
            let Some((n, mut entry)) = first else { break };
            entry.state = Delivery::Sending;
            self.sending.insert(n, entry.clone());
            due.push((n, entry));
        }
        due
    }

    fn next_in_line(&self, may: &impl Fn(i64) -> May) -> Option<i64> {
        let mut left: Vec<MessageId> = Vec::new();
        for (n, entry) in &self.queued {
            let concerns = [entry.action.target(), entry.reply_to];
            match may(*n) {
                May::No => return None,
                May::Now if !concerns.iter().flatten().any(|id| left.contains(id)) => return Some(*n),
                May::Now | May::Later => left.push(entry.id),
            }
        }
        None
    }

    /// A message, wherever it is.
    pub(super) fn entry(&self, n: i64) -> Option<&Entry> {
        self.queued.get(&n).or_else(|| self.sending.get(&n)).or_else(|| self.failed.get(&n))
    }

    /// One that waits.
    pub(super) fn queued(&self, n: i64) -> Option<&Entry> {
        self.queued.get(&n)
    }

    /// The same, to be changed.
    pub(super) fn queued_mut(&mut self, n: i64) -> Option<&mut Entry> {
        self.queued.get_mut(&n)
    }

    /// It fails before it was sent.
    pub(super) fn fail_queued(&mut self, n: i64, code: ErrorCode, detail: String) -> Option<Entry> {
        let mut entry = self.queued.remove(&n)?;
        entry.state = Delivery::Failed { code, detail };
        self.failed.insert(n, entry.clone());
        Some(entry)
    }

    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.blocked_until.filter(|_| self.sending.is_empty() && !self.queued.is_empty())
    }

    /// Whether it was refused for good.
    pub(super) fn has_failed(&self, n: i64) -> bool {
        self.failed.contains_key(&n)
    }

    /// Gives a message that waits another text.
    pub(super) fn rewrite(&mut self, n: i64, body: &str) -> Option<Entry> {
        let entry = self.queued.get_mut(&n).or_else(|| self.failed.get_mut(&n))?;
        body.clone_into(&mut entry.body);
        Some(entry.clone())
    }

    /// The commands about a message that wait.
    pub(super) fn about(&self, message: MessageId) -> Vec<MessageId> {
        let all = self.queued.values().chain(self.failed.values());
        all.filter(|entry| entry.action.target() == Some(message)).map(|entry| entry.id).collect()
    }

    /// Stored, wherever it was: also one that failed here may have come through.
    pub(super) fn answered(&mut self, n: i64) -> Option<Entry> {
        self.window = WINDOW.min(self.window + 1);
        self.remove(n)
    }

    pub(super) fn remove(&mut self, n: i64) -> Option<Entry> {
        self.first = self.first.filter(|first| *first != n);
        self.sending.remove(&n).or_else(|| self.queued.remove(&n)).or_else(|| self.failed.remove(&n))
    }

    /// Back in line until then. `behind` says that it was refused only because another waits.
    pub(super) fn wait(&mut self, n: i64, behind: bool, until: Instant) -> Option<Entry> {
        let mut entry = self.sending.remove(&n)?;
        if !behind {
            self.first = Some(n);
        }
        entry.state = Delivery::Queued;
        self.queued.insert(n, entry.clone());
        self.blocked_until = self.blocked_until.max(Some(until));
        self.window = 1;
        Some(entry)
    }

    pub(super) fn fail(&mut self, n: i64, code: ErrorCode, detail: String) -> Option<Entry> {
        let mut entry = self.sending.remove(&n)?;
        self.first = self.first.filter(|first| *first != n);
        entry.state = Delivery::Failed { code, detail };
        self.failed.insert(n, entry.clone());
        Some(entry)
    }

    pub(super) fn retry(&mut self, n: i64) -> Option<Entry> {
        let mut entry = self.failed.remove(&n)?;
        entry.state = Delivery::Queued;
        // The server may have lost them meanwhile: it is asked again.
        entry.files.iter_mut().for_each(|file| file.stored = false);
        self.queued.insert(n, entry.clone());
        Some(entry)
    }

    /// Whether the server may wait for it.
    pub(super) fn is_awaited(&self, n: i64) -> bool {
        self.sending.contains_key(&n) || self.first == Some(n)
    }

    pub(super) fn disconnected(&mut self) -> Vec<(i64, Entry)> {
        (self.blocked_until, self.first, self.window) = (None, None, WINDOW);
        let mut back = Vec::new();
        for (n, mut entry) in std::mem::take(&mut self.sending) {
            entry.state = Delivery::Queued;
            self.queued.insert(n, entry.clone());
            back.push((n, entry));
        }
        back
    }

    pub(super) fn waiting(&self) -> impl Iterator<Item = MessageId> {
        self.queued.values().chain(self.sending.values()).map(|entry| entry.id)
    }

    pub(super) fn is_idle(&self, now: Instant) -> bool {
        let can_go = !self.queued.is_empty() && self.blocked_until.is_none_or(|until| until <= now);
        self.sending.is_empty() && !can_go
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queued.is_empty() && self.sending.is_empty() && self.failed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chat_protocol::Timestamp;

    use super::*;

    fn queue(messages: i64) -> RoomQueue {
        let mut queue = RoomQueue::default();
        for n in 1..=messages {
            let (id, room, body) = (MessageId::now_v7(), RoomId::now_v7(), n.to_string());
            let written_at = Timestamp::default();
            let (action, reply_to, state) = (crate::Action::Message, None, Delivery::Queued);
            queue.add(n, Entry { id, room, action, body, reply_to, files: vec![], state, written_at });
        }
        queue
    }

    fn due(queue: &mut RoomQueue, now: Instant) -> Vec<i64> {
        queue.next(now, |_| May::Now).into_iter().map(|(n, _)| n).collect()
    }

    #[test]
    fn some_are_on_the_way_at_once() {
        let (mut queue, now) = (queue(20), Instant::now());
        assert_eq!(due(&mut queue, now), (1..=8).collect::<Vec<_>>());
        assert!(due(&mut queue, now).is_empty());
        queue.answered(1);
        queue.answered(2);
        assert_eq!(due(&mut queue, now), [9, 10]);
    }

    #[test]
    fn after_a_wait_nothing_goes_before_all_that_was_on_the_way_is_back() {
        let (mut queue, now) = (queue(3), Instant::now());
        let later = now + Duration::from_secs(1);
        assert_eq!(due(&mut queue, now), [1, 2, 3]);
        queue.wait(1, false, later);
        queue.wait(2, true, later);
        assert_eq!(queue.wake_at(), None, "it is the answer to the third that it waits for");
        assert!(due(&mut queue, later).is_empty());
        queue.wait(3, true, later);
        assert_eq!(queue.wake_at(), Some(later));
        assert!(due(&mut queue, now).is_empty());
        assert_eq!(due(&mut queue, later), [1], "alone, as it may be refused again");
        queue.answered(1);
        assert_eq!(due(&mut queue, later), [2, 3]);
    }

    #[test]
    fn the_awaited_one_goes_before_older_ones_that_failed_and_are_tried_again() {
        let (mut queue, now) = (queue(2), Instant::now());
        assert_eq!(due(&mut queue, now), [1, 2]);
        queue.fail(1, ErrorCode::Forbidden, String::new());
        queue.wait(2, false, now);
        queue.retry(1);
        assert_eq!(due(&mut queue, now), [2], "the server refuses all others until then");
        queue.answered(2);
        assert_eq!(due(&mut queue, now), [1]);
    }

    #[test]
    fn a_new_connection_is_free_and_begins_with_the_first() {
        let (mut queue, now) = (queue(3), Instant::now());
        assert_eq!(due(&mut queue, now), [1, 2, 3]);
        queue.wait(1, false, now + Duration::from_secs(60));
        let back: Vec<i64> = queue.disconnected().into_iter().map(|(n, _)| n).collect();
        assert_eq!(back, [2, 3]);
        assert_eq!(due(&mut queue, now), [1, 2, 3]);
    }
}
