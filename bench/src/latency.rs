//! How long things took: a histogram, and the few numbers that are reported of it.

use hdrhistogram::Histogram;

use crate::row::Row;

/// Everything above counts as this: two minutes.
const LONGEST_NS: u64 = 120_000_000_000;

/// Lengths of time in nanoseconds, to three digits.
#[derive(Debug)]
pub(crate) struct Latency(Histogram<u64>);

impl Default for Latency {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_NS, 3).expect("the bounds are constant and in order"))
    }
}

impl Latency {
    /// From the moment when it was meant to begin until now.
    pub(crate) fn record(&mut self, intended: u64, now: u64) {
        self.0.saturating_record(now.saturating_sub(intended).clamp(1, LONGEST_NS));
    }

    /// In microseconds; 0 if there is nothing.
    pub(crate) fn quantile(&self, quantile: f64) -> f64 {
        if self.0.is_empty() { 0.0 } else { self.0.value_at_quantile(quantile) as f64 / 1e3 }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// In seconds; 0 if there is nothing.
    pub(crate) fn mean_seconds(&self) -> f64 {
        self.0.mean() / 1e9
    }

    /// Takes in all of another.
    pub(crate) fn add(&mut self, other: &Self) {
        // Both have the same bounds, which is all that could be wrong.
        _ = self.0.add(&other.0);
    }

    pub(crate) fn clear(&mut self) {
        self.0.reset();
    }

    /// Puts the usual three numbers into a row.
    pub(crate) fn tell(&self, row: Row) -> Row {
        if self.0.is_empty() {
            return row;
        }
        row.with("p50_us", self.quantile(0.5))
            .with("p99_us", self.quantile(0.99))
            .with("max_us", self.0.max() as f64 / 1e3)
    }
}
