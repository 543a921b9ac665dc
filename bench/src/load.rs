//! Drives a load: who says something when, and what came of it.

use std::time::Duration;

use crate::{clock, fleet::Fleet, message::What, row::Row, setting::Setting};

/// Before it is measured, but no longer than that takes.
const WARM_S: f64 = 0.4;
/// The rest may take so long to arrive after the last was sent.
const DRAIN_S: f64 = 20.0;
/// Messages in one turn of the loop, so that what arrives is read in between.
const BURST: usize = 64;

/// Someone who says something in a room.
#[derive(Debug, Clone)]
pub(crate) struct Speaker {
    /// The connection.
    pub(crate) socket: usize,
    /// The room's id.
    pub(crate) room: String,
    /// How many connections hear it, as far as that is timed.
    pub(crate) readers: u64,
    /// What they send.
    pub(crate) what: What,
}

/// When the next is said.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// As soon as fewer than this many messages are not yet heard by everyone.
    InFlight(u64),
    /// By the clock, whatever the server does.
    PerSecond(f64),
    /// By each speaker, as soon as their last was answered.
    OneEach,
}

/// What is counted as the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// Messages that reached a receiver.
    Deliveries,
    /// Messages acknowledged.
    Acks,
}

/// Lets the speakers speak, in turn, for so many seconds.
pub(crate) fn drive(
    setting: &Setting<'_>,
    fleet: &mut Fleet,
    speakers: &[Speaker],
    pace: Pace,
    count: Count,
    row: Row,
) -> anyhow::Result<Row> {
    let begin = clock::now();
    let second = |seconds: f64| begin + clock::nanos(Duration::from_secs_f64(seconds));
    let warm = WARM_S.min(setting.options.seconds);
    let window = second(warm)..second(warm + setting.options.seconds);
    fleet.tally_mut().begin(window.clone());
    let mut turn = Turn::new(speakers, pace, fleet, begin);
    let mut measured = None;
    let mut idle = 0;
    loop {
        let now = clock::now();
        if now >= window.end {
            break;
        }
        if measured.is_none() && now >= window.start {
            measured = Some(setting.span());
            idle = fleet.idle_ns();
        }
        let said = turn.speak(fleet, now);
        fleet.turn(if said { Duration::ZERO } else { setting.nap() })?;
    }
    let used = measured.unwrap_or_else(|| setting.span()).end();
    let idle = (fleet.idle_ns() - idle) as f64 / 1e9;
    let deadline = clock::now() + clock::nanos(Duration::from_secs_f64(DRAIN_S));
    while clock::now() < deadline && (turn.unheard(fleet) > 0 || fleet.unanswered() > 0) {
        fleet.turn(Duration::from_millis(1))?;
    }
    let tally = fleet.tally();
    let (counted, latency) = match count {
        Count::Deliveries => (tally.delivered_in_window, &tally.deliveries),
        Count::Acks => (tally.acked_in_window, &tally.acks),
    };
    let row = latency
        .tell(row.with("rate_per_s", counted as f64 / used.seconds))
        .with("generator_busy_pct", (100.0 * (1.0 - idle / used.seconds)).max(0.0))
        .used(&used, counted);
    let row = match count {
        Count::Deliveries => row
            .with("messages_per_s", tally.acked_in_window as f64 / used.seconds)
            .with("ack_p50_us", tally.acks.quantile(0.5))
            .with("ack_p99_us", tally.acks.quantile(0.99)),
        Count::Acks => row,
    };
    Ok(row.faults(fleet.take_faults()))
}

/// Says so many messages as fast as they are taken, and waits until all have heard them.
pub(crate) fn fill(fleet: &mut Fleet, speakers: &[Speaker], count: usize) -> anyhow::Result<()> {
    let now = clock::now();
    fleet.tally_mut().begin(0..0);
    let mut turn = Turn::new(speakers, Pace::InFlight(256), fleet, now);
    let mut left = count;
    let mut progress = (clock::now(), fleet.unanswered());
    while left > 0 || fleet.unanswered() > 0 || turn.unheard(fleet) > 0 {
        while left > 0 && turn.has_room(fleet) {
            turn.say_next(fleet, clock::now());
            left -= 1;
        }
        fleet.turn(Duration::from_millis(1))?;
        let state = left as u64 + fleet.unanswered() + turn.unheard(fleet);
        if state != progress.1 {
            progress = (clock::now(), state);
        }
        anyhow::ensure!(clock::seconds(progress.0, clock::now()) < DRAIN_S, "messages are not answered");
    }
    Ok(())
}

/// Whose turn it is, and how much was said.
struct Turn<'a> {
    speakers: &'a [Speaker],
    pace: Pace,
    next: usize,
    next_at: f64,
    expected: u64,
    before: u64,
    first: bool,
}

impl<'a> Turn<'a> {
    fn new(speakers: &'a [Speaker], pace: Pace, fleet: &Fleet, now: u64) -> Self {
        let before = fleet.tally().delivered;
        Self { speakers, pace, next: 0, next_at: now as f64, expected: 0, before, first: true }
    }

    /// Says what is due. Whether there was something.
    fn speak(&mut self, fleet: &mut Fleet, now: u64) -> bool {
        let mut said = 0;
        match self.pace {
            Pace::InFlight(_) => {
                while said < BURST && self.has_room(fleet) {
                    self.say_next(fleet, clock::now());
                    said += 1;
                }
            }
            Pace::PerSecond(rate) => {
                while said < BURST && self.next_at <= now as f64 {
                    self.say_next(fleet, self.next_at as u64);
                    self.next_at += 1e9 / rate;
                    said += 1;
                }
            }
            Pace::OneEach => {
                if self.first {
                    self.first = false;
                    for _ in self.speakers {
                        self.say_next(fleet, clock::now());
                    }
                    said = self.speakers.len();
                }
                let answered = std::mem::take(&mut fleet.tally_mut().answered);
                said += answered.len();
                for socket in answered {
                    if let Some(speaker) = self.speakers.iter().position(|speaker| speaker.socket == socket) {
                        self.say(fleet, speaker, clock::now());
                    }
                }
            }
        }
        said > 0
    }

    /// Whether one more may be on the way.
    fn has_room(&self, fleet: &Fleet) -> bool {
        let Pace::InFlight(most) = self.pace else { return true };
        let readers = self.speakers[self.next].readers.max(1);
        fleet.unanswered() < most && self.unheard(fleet) <= most.saturating_sub(1) * readers
    }

    fn say_next(&mut self, fleet: &mut Fleet, intended: u64) {
        self.say(fleet, self.next, intended);
        self.next = (self.next + 1) % self.speakers.len();
    }

    fn say(&mut self, fleet: &mut Fleet, speaker: usize, intended: u64) {
        let speaker = &self.speakers[speaker];
        fleet.say(speaker.socket, &speaker.what, &speaker.room, intended);
        self.expected += speaker.readers;
    }

    /// Deliveries that are still to come.
    fn unheard(&self, fleet: &Fleet) -> u64 {
        self.expected.saturating_sub(fleet.tally().delivered - self.before)
    }
}
