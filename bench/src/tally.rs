//! What all connections got together.

use std::{collections::HashMap, ops::Range};

use crate::latency::Latency;

/// A room's id as text.
pub(crate) type RoomKey = [u8; 36];

/// Counts of everything that arrives.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Only what was meant to be sent in this time is timed, and only what arrives in it counts for the rate.
    pub(crate) window: Range<u64>,
    /// From the intended send to each receiver.
    pub(crate) deliveries: Latency,
    /// From the intended send to the acknowledgement.
    pub(crate) acks: Latency,
    /// From the first packet to `Live`.
    pub(crate) openings: Latency,
    /// Events of ours that arrived, each once per receiver.
    pub(crate) delivered: u64,
    /// Those within the window.
    pub(crate) delivered_in_window: u64,
    /// Messages acknowledged.
    pub(crate) acked: u64,
    /// Those within the window.
    pub(crate) acked_in_window: u64,
    /// Commands refused.
    pub(crate) refused: u64,
    /// Connections that came to `Live`.
    pub(crate) live: usize,
    /// Connections that ended, or never came to `Live`.
    pub(crate) lost: usize,
    /// Why the first of them did, and the first refusal: for the reader.
    pub(crate) first_trouble: Option<String>,
    /// Connections whose message was answered and which may say the next.
    pub(crate) answered: Vec<usize>,
    /// The highest position of each room that anyone heard of.
    newest: HashMap<RoomKey, u64>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            window: 0..0,
            deliveries: Latency::default(),
            acks: Latency::default(),
            openings: Latency::default(),
            delivered: 0,
            delivered_in_window: 0,
            acked: 0,
            acked_in_window: 0,
            refused: 0,
            live: 0,
            lost: 0,
            first_trouble: None,
            answered: Vec::new(),
            newest: HashMap::new(),
        }
    }
}

impl Tally {
    /// Counts and times from here on, within this window.
    pub(crate) fn begin(&mut self, window: Range<u64>) {
        self.window = window;
        self.deliveries.clear();
        self.acks.clear();
        (self.delivered_in_window, self.acked_in_window) = (0, 0);
        self.answered.clear();
    }

    pub(crate) fn delivery(&mut self, intended: u64, now: u64) {
        self.delivered += 1;
        self.delivered_in_window += u64::from(self.window.contains(&now));
        if self.window.contains(&intended) {
            self.deliveries.record(intended, now);
        }
    }

    pub(crate) fn ack(&mut self, socket: usize, room: &[u8], seq: u64, intended: u64, now: u64) {
        self.acked += 1;
        self.acked_in_window += u64::from(self.window.contains(&now));
        if self.window.contains(&intended) {
            self.acks.record(intended, now);
        }
        self.answered.push(socket);
        self.at_least(room, seq);
    }

    /// The room has come at least this far.
    pub(crate) fn at_least(&mut self, room: &[u8], seq: u64) {
        if let Ok(room) = RoomKey::try_from(room) {
            let newest = self.newest.entry(room).or_default();
            *newest = seq.max(*newest);
        }
    }

    /// How far the room has come.
    pub(crate) fn newest(&self, room: &RoomKey) -> u64 {
        self.newest.get(room).copied().unwrap_or(0)
    }

    pub(crate) fn trouble(&mut self, what: impl FnOnce() -> String) {
        self.first_trouble.get_or_insert_with(what);
    }
}
