//! Opens connections, so many handshakes at once, and waits until all are live.

use std::time::Duration;

use crate::{clock, fleet::Fleet, machine::Used, setting::Setting, socket::Caller};

/// Without any progress for so long, the rest will not come.
const PATIENCE_S: f64 = 20.0;

/// How it went.
#[derive(Debug)]
pub(crate) struct Opened {
    /// What it took.
    pub(crate) used: Used,
    /// Resident memory that came with each connection, once it was quiet.
    pub(crate) kib_each: Option<f64>,
}

/// Opens a connection for each caller, at most `at_once` of them on the way to `Live`.
pub(crate) fn open_all(
    setting: &Setting<'_>,
    fleet: &mut Fleet,
    callers: impl ExactSizeIterator<Item = Caller>,
    at_once: usize,
) -> anyhow::Result<Opened> {
    let count = callers.len();
    let memory = setting.process.rss_kib();
    let span = setting.span();
    let first = fleet.len();
    let (live, lost) = (fleet.tally().live, fleet.tally().lost);
    let mut callers = callers.peekable();
    let (mut done, mut progress) = (0, clock::now());
    while done < count {
        while callers.peek().is_some() && fleet.len() - first - done < at_once {
            if let Some(caller) = callers.next() {
                fleet.open(caller)?;
            }
        }
        fleet.turn(setting.nap())?;
        let now_done = (fleet.tally().live - live) + (fleet.tally().lost - lost);
        if now_done > done {
            (done, progress) = (now_done, clock::now());
        } else if clock::seconds(progress, clock::now()) > PATIENCE_S {
            anyhow::bail!("only {done} of {count} connections came to be live");
        }
    }
    let used = span.end();
    settle(fleet, Duration::from_millis(300))?;
    let grown = || Some((setting.process.rss_kib()? - memory?) / count as f64);
    Ok(Opened { used, kib_each: grown() })
}

/// Waits until nothing has come for so long, but not for ever.
pub(crate) fn settle(fleet: &mut Fleet, quiet: Duration) -> anyhow::Result<()> {
    let begin = clock::now();
    let mut last = begin;
    while clock::now() - last < clock::nanos(quiet) && clock::seconds(begin, clock::now()) < PATIENCE_S {
        if fleet.turn(Duration::from_millis(10))? > 0 {
            last = clock::now();
        }
    }
    Ok(())
}
