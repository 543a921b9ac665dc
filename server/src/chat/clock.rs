//! Whether the machine's clock can be believed.
//!
//! Times in a room never run backwards. A clock that was once ahead has stamped its messages with the future, and all
//! later ones get that time, too, until the clock has come there. So it is logged while something can be done.

use std::time::Duration;

use chat_protocol::Timestamp;
use tracing::warn;

use super::{Chat, Result};
use crate::store::Times;

/// How far the clock may be behind a room: those of two machines differ by less.
const BEHIND: Duration = Duration::from_secs(60);
/// After so long without an event the clock may as well be ahead.
const AHEAD: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// A longer time without a look says nothing of who was there: the clock jumped, or nothing ran. Half of what makes a
/// guest a gone one.
const JUMP: Duration = Duration::from_secs(12 * 60 * 60);
/// The same for what ends tokens, which is 400 days.
const LEAP: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What was seen of the clock so far.
#[derive(Debug, Default)]
pub(super) struct Clock {
    last_look: Option<Timestamp>,
    is_behind: bool,
}

impl Clock {
    /// Looks at the clock, says what is strange, and sees to it that nobody is taken for gone because of it.
    pub(super) async fn look(&mut self, chat: &Chat) -> Result<()> {
        let times = chat.store().times().await?;
        let is_start = self.last_look.is_none();
        let last_look = self.last_look.replace(times.now);
        if has_jumped(&times, last_look, JUMP, times.absences_since) {
            chat.store().count_absences_from_now().await?;
        }
        if has_jumped(&times, last_look, LEAP, times.unused_since) {
            chat.store().count_unused_from_now().await?;
        }
        chat.store().note_look().await?;
        let Some((room, latest)) = &times.latest_event else { return Ok(()) };
        let was_behind = std::mem::replace(&mut self.is_behind, since(times.now, *latest) > BEHIND);
        if self.is_behind && !was_behind {
            warn!(
                now = %times.now, %room, %latest,
                "the clock is behind the newest event: until it has come there, all messages of that room get that time. \
                 If the clock is right now, it was wrong then: a backup from before it is the way back"
            );
        }
        if is_start && since(*latest, times.now) > AHEAD {
            warn!(
                now = %times.now, %latest,
                "nothing was said for long: if that is not so, the clock is ahead. Stop the server and set it: what is \
                 said now would get a time of the future, and so would all that follows in that room"
            );
        }
        Ok(())
    }
}

impl Chat {
    /// Looks at the clock if it may have leapt since it was looked at, or never was.
    ///
    /// # Errors
    /// When the log does not answer.
    pub(super) async fn check_clock(&self, now: Timestamp) -> Result<()> {
        let mut clock = self.shared.clock.lock().await;
        match clock.last_look {
            Some(look) if !is_apart(look, now, LEAP) => Ok(()),
            _ => clock.look(self).await,
        }
    }
}

/// Whether more time went by than a server ran for, or the clock was set back, also behind what is `counted_since`.
fn has_jumped(times: &Times, last_look: Option<Timestamp>, most: Duration, counted_since: Option<Timestamp>) -> bool {
    last_look.or(times.last_known).is_some_and(|known| is_apart(known, times.now, most))
        || counted_since.is_some_and(|begun| begun > times.now)
}

fn is_apart(one: Timestamp, other: Timestamp, most: Duration) -> bool {
    since(one, other) > most || since(other, one) > most
}

/// How long after one time another is.
fn since(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::from_millis(later.millis().saturating_sub(earlier.millis()).try_into().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_what_nobody_lived_through() {
        let hours = |hours: i64| Timestamp::from_millis(1_790_000_000_000 + hours * 3_600_000);
        let jumped = |known: Option<i64>, look: Option<i64>, absences: Option<i64>| {
            let times = Times {
                now: hours(0),
                latest_event: None,
                last_known: known.map(hours),
                absences_since: absences.map(hours),
                unused_since: None,
            };
            has_jumped(&times, look.map(hours), JUMP, times.absences_since)
        };
        assert!(!jumped(None, None, None), "a new database");
        assert!(!jumped(Some(-12), None, None));
        assert!(jumped(Some(-24 * 365), None, None), "a start a year ahead of time");
        assert!(jumped(Some(24 * 365), None, None), "the clock was a year ahead, and was set right");
        assert!(!jumped(Some(-100), Some(0), None), "nobody was there, but time went by as it should");
        assert!(jumped(Some(0), Some(-13), None), "a jump while the server runs");
        assert!(jumped(Some(0), Some(0), Some(1)), "absences that count from the future on would never count");
        assert!(!jumped(Some(0), Some(0), Some(-1)));
    }
}
