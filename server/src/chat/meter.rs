//! What a request has left of the limits that it counted for.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

use crate::chat::buckets::Fill;

/// What is left of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Its key among the limits, such as `requests`.
    pub limit: &'static str,
    /// How much there is when nothing was used.
    pub quota: u32,
    /// How long it takes until all of that is there again.
    pub window: Duration,
    /// How much is left.
    pub remaining: u32,
    /// How long until there is one more.
    pub next: Duration,
}

impl Level {
    pub(super) fn of(limit: &'static str, fill: Fill) -> Self {
        let (quota, window) = (fill.quota(), fill.window());
        Self { limit, quota, window, remaining: fill.remaining(), next: fill.next() }
    }
}

/// Notes what is left while a request is carried out. Cheap to clone; clones note together. The default one notes
/// nothing: a socket learns of limits only when it is refused.
#[derive(Debug, Clone, Default)]
pub struct Meter(Option<Arc<Mutex<Option<Level>>>>);

impl Meter {
    /// One that somebody will read.
    pub fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// What is left of the limit that is nearest to its end, if the request counted for any.
    pub fn nearest(&self) -> Option<Level> {
        self.0.as_ref().and_then(|nearest| *nearest.lock())
    }

    /// Notes what is left of a limit. Of two that are equally near the later one counts: a refusal comes last.
    pub(super) fn note(&self, level: impl FnOnce() -> Level) {
        let Some(nearest) = &self.0 else { return };
        let level = level();
        let mut nearest = nearest.lock();
        if nearest.is_none_or(|noted| level.remaining <= noted.remaining) {
            *nearest = Some(level);
        }
    }
}
