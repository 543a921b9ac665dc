//! How long to wait before trying again.

use std::time::Duration;

/// The longest first wait.
const FIRST: Duration = Duration::from_millis(500);
/// The longest of all.
const LONGEST: Duration = Duration::from_secs(30);

/// A random part of half a second, of one second, of two …, of thirty: so that many clients do not come back at once.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait after one more failure.
    pub(crate) fn next(&mut self) -> Duration {
        let longest = self.longest();
        self.failures = self.failures.saturating_add(1);
        longest.mul_f64(random())
    }

    /// It went well: the next failure is a first one.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    fn longest(&self) -> Duration {
        FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST)
    }
}

/// Between 0 and 1.
fn random() -> f64 {
    // Where the system has no randomness, the middle is as good as any.
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute_and_begin_again() {
        let mut backoff = Backoff::default();
        let longest: Vec<u128> = (0..9)
            .map(|_| {
                let longest = backoff.longest();
                assert!(backoff.next() <= longest);
                longest.as_millis()
            })
            .collect();
        assert_eq!(longest, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
        backoff.failures = u32::MAX;
        assert!(backoff.next() <= LONGEST);
        backoff.reset();
        assert_eq!(backoff.longest(), FIRST);
    }
}
