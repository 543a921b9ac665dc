//! Token buckets by key: how many at once, how many more each second, and how long to wait otherwise.
//!
//! Made for the few things that the usual crates lack and sign-ins need: a token can be given back, and time is
//! handed in, so that tests need no clock. (The algorithm is GCRA: a bucket is one number, the moment when it will
//! be full again.)

use std::{hash::Hash, time::Duration};

use chat_protocol::Rate;
use dashmap::DashMap;

/// Seconds since some fixed moment.
pub(super) type Seconds = f64;
/// Sums of seconds are not exact: a wait below this does not count.
const ROUNDING: Seconds = 1e-6;

/// One bucket for each key, made when first asked for.
#[derive(Debug)]
pub(super) struct Buckets<K: Eq + Hash> {
    bucket: Bucket,
    /// When each bucket will be full again. A key that is not here has a full one.
    full_at: DashMap<K, Seconds>,
}

impl<K: Eq + Hash> Buckets<K> {
    pub(super) fn new(rate: Rate) -> Self {
        Self { bucket: Bucket::new(rate), full_at: DashMap::new() }
    }

    /// Takes a token, if there is one; gives how full the bucket is then.
    pub(super) fn take(&self, key: K, now: Seconds) -> Result<Fill, Fill> {
        let mut full_at = self.full_at.entry(key).or_insert(now);
        *full_at = self.bucket.take(*full_at, now)?;
        Ok(self.bucket.fill(*full_at, now))
    }

    /// Puts a token back.
    pub(super) fn give_back(&self, key: &K) {
        if let Some(mut full_at) = self.full_at.get_mut(key) {
            *full_at -= self.bucket.interval;
        }
    }

    /// Forgets the buckets that are full: they are as good as new.
    pub(super) fn shrink(&self, now: Seconds) {
        self.full_at.retain(|_, full_at| *full_at > now);
        self.full_at.shrink_to_fit();
    }
}

/// The rule of a bucket, without its level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bucket {
    /// Seconds until one token comes back.
    interval: Seconds,
    /// Seconds until an empty bucket has a single token less than full.
    tolerance: Seconds,
}

impl Bucket {
    pub(super) fn new(rate: Rate) -> Self {
        let interval = rate.per_second.recip();
        Self { interval, tolerance: interval * f64::from(rate.burst.saturating_sub(1)) }
    }

    /// The new moment of being full after one token was taken, or how full the bucket is if it has none.
    pub(super) fn take(self, full_at: Seconds, now: Seconds) -> Result<Seconds, Fill> {
        let full_at = full_at.max(now);
        if full_at - now - self.tolerance > ROUNDING {
            return Err(self.fill(full_at, now));
        }
        Ok(full_at + self.interval)
    }

    const fn fill(self, full_at: Seconds, now: Seconds) -> Fill {
        Fill { bucket: self, full_in: full_at - now }
    }
}

/// How full a bucket is at some moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fill {
    bucket: Bucket,
    /// Seconds until it is full.
    full_in: Seconds,
}

impl Fill {
    /// How long until there is one token more than now.
    pub(super) fn next(self) -> Duration {
        let tokens = self.tokens();
        let next = self.full_in - self.bucket.tolerance + tokens * self.bucket.interval;
        Duration::try_from_secs_f64(next.max(0.0)).unwrap_or(Duration::MAX)
    }

    /// Tokens that can be taken now.
    pub(super) fn remaining(self) -> u32 {
        self.tokens() as u32
    }

    /// Tokens of a full bucket.
    pub(super) fn quota(self) -> u32 {
        (self.bucket.tolerance / self.bucket.interval).round() as u32 + 1
    }

    /// How long an empty bucket takes to be full.
    pub(super) fn window(self) -> Duration {
        Duration::try_from_secs_f64(self.bucket.tolerance + self.bucket.interval).unwrap_or(Duration::MAX)
    }

    /// Whole ones, never below none.
    fn tokens(self) -> f64 {
        let spare = self.bucket.tolerance + self.bucket.interval - self.full_in;
        ((spare + ROUNDING) / self.bucket.interval).floor().max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets() -> Buckets<&'static str> {
        Buckets::new(Rate { burst: 3, per_second: 0.5 })
    }

    #[test]
    fn a_burst_then_one_at_a_time() {
        let buckets = buckets();
        for _ in 0..3 {
            buckets.take("a", 10.0).unwrap();
        }
        assert_eq!(buckets.take("a", 10.0).unwrap_err().next(), Duration::from_secs(2));
        assert_eq!(buckets.take("a", 11.5).unwrap_err().next(), Duration::from_millis(500));
        buckets.take("a", 12.0).unwrap();
        assert!(buckets.take("a", 12.0).is_err());
    }

    #[test]
    fn keys_do_not_share() {
        let buckets = buckets();
        for _ in 0..3 {
            buckets.take("a", 0.0).unwrap();
        }
        buckets.take("b", 0.0).unwrap();
    }

    #[test]
    fn a_token_can_be_given_back() {
        let buckets = buckets();
        for _ in 0..100 {
            buckets.take("a", 0.0).unwrap();
            buckets.give_back(&"a");
        }
    }

    #[test]
    fn a_full_bucket_is_forgotten_and_an_empty_one_kept() {
        let buckets = buckets();
        for _ in 0..3 {
            buckets.take("a", 0.0).unwrap();
        }
        buckets.shrink(1.0);
        assert!(buckets.take("a", 1.0).is_err());
        buckets.shrink(100.0);
        assert_eq!(buckets.full_at.len(), 0);
    }

    #[test]
    fn the_slowest_and_largest_bucket_counts_without_overflow() {
        let buckets = Buckets::new(Rate { burst: u32::MAX, per_second: 0.000_001 });
        buckets.take("a", 0.0).unwrap();
        let one = Buckets::new(Rate { burst: 1, per_second: 0.000_001 });
        one.take("a", 0.0).unwrap();
        assert_eq!(one.take("a", 0.0).unwrap_err().next(), Duration::from_secs(1_000_000));
    }

    #[test]
    fn what_is_left_is_what_can_still_be_taken() {
        for rate in ["1:1", "3:0.5", "10:5", "100:50", "7:0.3", "1000:999.9"] {
            let rate: Rate = rate.parse().unwrap();
            let buckets = Buckets::new(rate);
            for now in [0.0, 0.7, 1.3, 1000.1] {
                let mut left = buckets.take("a", now);
                while let Ok(fill) = left {
                    assert_eq!(fill.quota(), rate.burst);
                    assert!(fill.remaining() < rate.burst);
                    let (expected, before) = (fill.remaining().checked_sub(1), fill.next());
                    left = buckets.take("a", now);
                    assert_eq!(left.ok().map(|fill| fill.remaining()), expected, "{rate} at {now}");
                    if let Ok(fill) = left {
                        let moved = before.abs_diff(fill.next());
                        assert!(moved < Duration::from_micros(10), "{rate}: the next token comes when it would");
                    }
                }
                let wait = left.unwrap_err().next();
                assert!(buckets.take("a", now + wait.as_secs_f64()).is_ok(), "{rate}: a token is there after {wait:?}");
            }
        }
    }
}
