//! Whether the other side is still there, and how far away it is.

use std::time::{Duration, Instant};

/// A connection from which nothing came for so long is dead. The server pings every 20 s, and so do we.
const SILENCE: Duration = Duration::from_secs(45);
/// How long an answer may take when there is reason to doubt.
const DOUBT: Duration = Duration::from_secs(5);
/// How often we ask for an answer, also to know how long it takes.
const PING_EVERY: Duration = Duration::from_secs(20);

/// What was heard of the server, and when.
#[derive(Debug)]
pub(crate) struct Liveness {
    heard: Instant,
    next_ping: Instant,
    /// Something must come until then: there is reason to doubt.
    doubted: Option<Instant>,
    /// The ping that is on the way: its number, and when it went.
    asked: Option<(u64, Instant)>,
    pings: u64,
}

impl Liveness {
    pub(crate) fn new(now: Instant) -> Self {
        Self { heard: now, next_ping: now + PING_EVERY, doubted: None, asked: None, pings: 0 }
    }

    /// Something came. Only what has come since there was doubt, `news`, ends it.
    pub(crate) fn heard(&mut self, now: Instant, news: bool) {
        self.heard = now;
        if news {
            self.doubted = None;
        }
    }

    /// We did not listen, so that silence says nothing.
    pub(crate) fn paused(&mut self, now: Instant) {
        self.heard = now;
        self.doubted = self.doubted.map(|_| now + DOUBT);
    }

    /// The network or the machine was away: an answer must come soon, or the connection is dead.
    pub(crate) fn doubt(&mut self, now: Instant) {
        self.doubted.get_or_insert(now + DOUBT);
    }

    /// Whether nothing came for too long.
    pub(crate) fn is_dead(&self, now: Instant) -> bool {
        now >= self.deadline()
    }

    /// What to ping with, if it is time.
    pub(crate) fn ping_if_due(&mut self, now: Instant) -> Option<u64> {
        (now >= self.next_ping).then(|| self.ping(now))
    }

    /// What to ping with.
    pub(crate) fn ping(&mut self, now: Instant) -> u64 {
        self.pings += 1;
        self.next_ping = now + PING_EVERY;
        self.asked = Some((self.pings, now));
        self.pings
    }

    /// The answer to a ping; how long it took, if it is the one that was asked for.
    pub(crate) fn pong(&mut self, number: u64, now: Instant) -> Option<Duration> {
        let (_, asked) = self.asked.take_if(|(asked, _)| *asked == number)?;
        Some(now.saturating_duration_since(asked))
    }

    /// When there is something to do.
    pub(crate) fn wake_at(&self) -> Instant {
        self.next_ping.min(self.deadline())
    }

    fn deadline(&self) -> Instant {
        let silence = self.heard + SILENCE;
        self.doubted.map_or(silence, |doubted| doubted.min(silence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_connection_is_dead_after_45_seconds() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut liveness = Liveness::new(start);
        assert!(!liveness.is_dead(at(44)));
        assert!(liveness.is_dead(at(45)));
        liveness.heard(at(40), true);
        assert!(!liveness.is_dead(at(84)));
        assert!(liveness.is_dead(at(85)));
    }

    #[test]
    fn a_doubted_connection_has_five_seconds() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut liveness = Liveness::new(start);
        liveness.doubt(at(1));
        liveness.doubt(at(3));
        assert!(!liveness.is_dead(at(5)));
        assert!(liveness.is_dead(at(6)));
        liveness.heard(at(5), false);
        assert!(liveness.is_dead(at(6)), "what had come before says nothing");
        liveness.heard(at(5), true);
        assert!(!liveness.is_dead(at(6)));
    }

    #[test]
    fn one_who_does_not_listen_doubts_anew_when_they_do() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut liveness = Liveness::new(start);
        liveness.doubt(at(1));
        liveness.paused(at(50));
        assert!(!liveness.is_dead(at(54)));
        assert!(liveness.is_dead(at(55)));
    }

    #[test]
    fn a_ping_measures_the_way_there_and_back() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut liveness = Liveness::new(start);
        assert_eq!(liveness.ping_if_due(at(10)), None);
        let first = liveness.ping(at(10));
        assert_eq!(liveness.pong(first + 1, at(15)), None);
        assert_eq!(liveness.pong(first, at(22)), Some(Duration::from_millis(12)));
        assert_eq!(liveness.pong(first, at(23)), None);
        assert_eq!(liveness.wake_at(), at(20_010));
        assert!(liveness.ping_if_due(at(20_010)).is_some());
    }
}
