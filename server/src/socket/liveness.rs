//! Whether anyone is still there: pings, and how long silence and a full socket are tolerated.

use std::time::Duration;

use tokio::time::Instant;

use super::connection::Connection;

/// Pings are this far apart, 20 % more or less so that connections do not ping in step.
const PING: Duration = Duration::from_secs(20);
const SPREAD: f64 = 0.2;
/// A peer from which nothing came for so long is gone.
const SILENT: Duration = Duration::from_secs(45);
/// A socket with bytes waiting that accepts none for so long is not read.
const STALLED: Duration = Duration::from_secs(60);

/// One connection's clock.
pub(super) struct Liveness {
    heard: Instant,
    ping_at: Instant,
}

/// What the clock says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Ping,
    Dead,
    Nothing,
}

impl Liveness {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self { heard: now, ping_at: now + spread(PING) }
    }

    pub(super) fn heard(&mut self) {
        self.heard = Instant::now();
    }

    /// When to look again.
    pub(super) fn next(&self, connection: &Connection) -> Instant {
        let (blocked_since, unblocked_at) = connection.stalled();
        let silent_at = self.last_sign(unblocked_at) + SILENT;
        let stalled_at = blocked_since.map_or(silent_at, |since| since + STALLED);
        // A socket that is being written to is given the longer time.
        let dead_at = if blocked_since.is_some() { stalled_at } else { silent_at };
        self.ping_at.min(dead_at)
    }

    /// What is to be done now.
    pub(super) fn due(&mut self, connection: &Connection) -> Due {
        let now = Instant::now();
        let (blocked_since, unblocked_at) = connection.stalled();
        let dead = match blocked_since {
            Some(since) => now >= since + STALLED,
            None => now >= self.last_sign(unblocked_at) + SILENT,
        };
        if dead {
            return Due::Dead;
        }
        if now >= self.ping_at {
            self.ping_at = now + spread(PING);
            return Due::Ping;
        }
        Due::Nothing
    }

    /// A socket that was full and accepts bytes again has a peer that reads.
    fn last_sign(&self, unblocked_at: Option<Instant>) -> Instant {
        unblocked_at.map_or(self.heard, |unblocked| unblocked.max(self.heard))
    }
}

/// A duration, more or less.
pub(super) fn spread(duration: Duration) -> Duration {
    let mut random = [0; 4];
    // Without randomness all connections ping in step, which does no harm.
    let _ = getrandom::fill(&mut random);
    let part = f64::from(u32::from_ne_bytes(random)) / f64::from(u32::MAX);
    duration.mul_f64(1.0 - SPREAD + 2.0 * SPREAD * part)
}
