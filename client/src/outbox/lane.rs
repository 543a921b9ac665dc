//! The messages to one room.

use std::{collections::BTreeMap, time::Instant};

use chat_protocol::ErrorCode;

use crate::{Delivery, Entry};

/// Messages on the way to one room at once. More would not be faster, and all are refused when one is.
const WINDOW: usize = 8;

/// One room's messages, by their place in the order in which they were written.
#[derive(Debug)]
pub(super) struct Lane {
    /// To be sent.
    queued: BTreeMap<i64, Entry>,
    /// Sent on this connection, and not answered.
    sending: BTreeMap<i64, Entry>,
    /// Refused for good.
    failed: BTreeMap<i64, Entry>,
    /// Refused with a wait until then.
    held: Option<Instant>,
    /// The message that the server wants to see before all others: the first that it refused with a wait.
    first: Option<i64>,
    /// How many may be on the way: one after a refusal, and one more with each that is stored.
    window: usize,
}

impl Default for Lane {
    fn default() -> Self {
        Self {
            queued: BTreeMap::new(),
            sending: BTreeMap::new(),
            failed: BTreeMap::new(),
            held: None,
            first: None,
            window: WINDOW,
        }
    }
}

impl Lane {
    pub(super) fn add(&mut self, n: i64, entry: Entry) {
        match entry.state {
            Delivery::Failed { .. } => self.failed.insert(n, entry),
            _ => self.queued.insert(n, entry),
        };
    }

    pub(super) fn next(&mut self, now: Instant) -> Vec<(i64, Entry)> {
        if let Some(until) = self.held {
            // What is still on the way will be refused too, and must be back in line before any goes again.
            if now < until || !self.sending.is_empty() {
                return Vec::new();
            }
            self.held = None;
        }
        let mut due = Vec::new();
        while self.sending.len() < self.window {
            let first = self.first.and_then(|n| self.queued.remove_entry(&n));
            let Some((n, mut entry)) = first.or_else(|| self.queued.pop_first()) else { break };
            entry.state = Delivery::Sending;
            self.sending.insert(n, entry.clone());
            due.push((n, entry));
        }
        due
    }

    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.held.filter(|_| self.sending.is_empty() && !self.queued.is_empty())
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
        self.held = self.held.max(Some(until));
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
        self.queued.insert(n, entry.clone());
        Some(entry)
    }

    /// Whether the server may wait for it.
    pub(super) fn is_awaited(&self, n: i64) -> bool {
        self.sending.contains_key(&n) || self.first == Some(n)
    }

    pub(super) fn disconnected(&mut self) -> Vec<(i64, Entry)> {
        (self.held, self.first, self.window) = (None, None, WINDOW);
        let mut back = Vec::new();
        for (n, mut entry) in std::mem::take(&mut self.sending) {
            entry.state = Delivery::Queued;
            self.queued.insert(n, entry.clone());
            back.push((n, entry));
        }
        back
    }

    pub(super) fn is_idle(&self, now: Instant) -> bool {
        let can_go = !self.queued.is_empty() && self.held.is_none_or(|until| until <= now);
        self.sending.is_empty() && !can_go
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queued.is_empty() && self.sending.is_empty() && self.failed.is_empty()
    }
}
