//! One connection through the proxy, and when its fault comes.

use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use tokio::sync::watch;

use super::{Fault, Orders, Side, Silence, Tally};

/// One connection's share of the trouble.
pub(super) struct Line {
    orders: Option<Orders>,
    seed: u64,
    /// Bytes that may pass, in both directions together, before the fault.
    left: AtomicUsize,
    silent_since: OnceLock<Instant>,
    /// The request came whose answer is to be lost.
    doomed: AtomicBool,
    counted: AtomicBool,
    tally: watch::Sender<Tally>,
}

/// The line is to end at once.
pub(super) struct Broken;

impl From<io::Error> for Broken {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl Line {
    pub(super) fn new(orders: Option<Orders>, number: u64, tally: watch::Sender<Tally>) -> Arc<Self> {
        let seed = orders.as_ref().map_or(0, |orders| orders.seed.wrapping_add(number));
        let left = match orders.as_ref().map(|orders| &orders.fault) {
            Some(Fault::Cut(after) | Fault::Reset(after) | Fault::HalfOpen(after, _)) => {
                fastrand::Rng::with_seed(seed).usize(after.clone())
            }
            _ => usize::MAX,
        };
        Arc::new(Self {
            orders,
            seed,
            left: left.into(),
            silent_since: OnceLock::new(),
            doomed: AtomicBool::new(false),
            counted: AtomicBool::new(false),
            tally,
        })
    }

    /// What is done to this line, unless it has been done often enough.
    pub(super) fn fault(&self) -> Option<&Fault> {
        let orders = self.orders.as_ref()?;
        (self.counted.load(Ordering::Relaxed) || self.tally.borrow().faults < orders.times).then_some(&orders.fault)
    }

    /// What is random about one direction.
    pub(super) fn rng(&self, from: Side) -> fastrand::Rng {
        fastrand::Rng::with_seed(self.seed.rotate_left(32) ^ u64::from(from == Side::Client))
    }

    /// How many of these bytes may pass before the fault comes.
    pub(super) fn pass(&self, bytes: usize) -> usize {
        let before =
            self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(bytes)));
        before.unwrap_or_default().min(bytes)
    }

    /// Whether nothing from there passes any more.
    pub(super) fn is_silent(&self, from: Side) -> bool {
        let heard = match self.fault() {
            Some(Fault::HalfOpen(_, Silence::OfBoth)) => false,
            Some(Fault::HalfOpen(_, Silence::OfClient)) => from == Side::Server,
            Some(Fault::HalfOpen(_, Silence::OfServer)) => from == Side::Client,
            _ => true,
        };
        !heard && self.silent_since.get().is_some()
    }

    pub(super) fn fall_silent(&self) {
        self.silent_since.get_or_init(Instant::now);
        self.count();
    }

    /// An end has closed: of a silent line, by itself.
    pub(super) fn closed(&self, from: Side) {
        if let Some(since) = self.silent_since.get()
            && self.is_silent(from)
        {
            self.tally.send_modify(|tally| tally.gave_up(from, *since));
        }
    }

    /// The fault has come.
    pub(super) fn count(&self) {
        if !self.counted.swap(true, Ordering::Relaxed) {
            self.tally.send_modify(|tally| tally.faults += 1);
        }
    }

    /// Takes note of a request, and says whether its answer may come back.
    pub(super) fn is_answered(&self, from: Side, piece: &[u8]) -> bool {
        let Some(Fault::LostAnswer(request)) = self.fault() else { return true };
        if from == Side::Client {
            self.doomed.fetch_or(piece.starts_with(request.as_bytes()), Ordering::Relaxed);
            return true;
        }
        !self.doomed.load(Ordering::Relaxed)
    }
}
