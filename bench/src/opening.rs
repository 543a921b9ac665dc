//! Opens connections, so many handshakes at once, and waits until all are live.

use crate::{clock, fleet::Fleet, hello::Caller, machine::Used, setting::Setting};

/// Without any progress for so long, the rest will not come.
const PATIENCE_S: f64 = 20.0;

/// Opens a connection for each caller, at most `at_once` of them on the way to `Live`; returns what it took.
pub(crate) fn open_all(
    setting: &Setting<'_>,
    fleet: &mut Fleet,
    callers: impl ExactSizeIterator<Item = Caller>,
    at_once: usize,
) -> anyhow::Result<Used> {
    let count = callers.len();
    let span = setting.span();
    let (first, live, lost) = (fleet.len(), fleet.tally().live, fleet.tally().lost);
    let mut callers = callers.fuse();
    let (mut done, mut progress) = (0, clock::now());
    while done < count {
        while fleet.len() - first - done < at_once {
            let Some(caller) = callers.next() else { break };
            fleet.open(caller)?;
        }
        fleet.turn(setting.nap())?;
        let now_done = (fleet.tally().live - live) + (fleet.tally().lost - lost);
        if now_done > done {
            (done, progress) = (now_done, clock::now());
        }
        let waited = clock::seconds(progress, clock::now());
        anyhow::ensure!(waited < PATIENCE_S, "only {done} of {count} connections came to be live");
    }
    Ok(span.end())
}
