//! The disk alone: append to a file, and wait until it is there.

use std::{io::Write as _, path::Path, thread, time::Duration};

use crate::{clock, latency::Latency};

/// A page, as a database would write at least.
const BYTES: [u8; 4_096] = [1; 4_096];

/// Appends and syncs for so many seconds, on the file system of this folder; adds to what is known.
pub(crate) fn sync(folder: &Path, seconds: f64, syncs: &mut Latency) -> anyhow::Result<()> {
    let mut file = tempfile::tempfile_in(folder)?;
    let begin = clock::now();
    while clock::seconds(begin, clock::now()) < seconds {
        let before = clock::now();
        file.write_all(&BYTES)?;
        file.sync_data()?;
        syncs.record(before, clock::now());
    }
    Ok(())
}

/// Appends by the clock, whatever the disk does: all that is due shares a sync, as with a server. Each is recorded from
/// when it was due, so a sync that takes long counts for all that came meanwhile.
pub(crate) fn paced(folder: &Path, per_second: f64, seconds: f64) -> anyhow::Result<Latency> {
    let mut file = tempfile::tempfile_in(folder)?;
    let mut appends = Latency::default();
    let begin = clock::now();
    let due = |count: u64| begin + clock::nanos(Duration::from_secs_f64(count as f64 / per_second));
    let mut count = 0;
    while clock::seconds(begin, due(count)) < seconds {
        thread::sleep(Duration::from_nanos(due(count).saturating_sub(clock::now())));
        let first = count;
        while due(count) <= clock::now() {
            file.write_all(&BYTES)?;
            count += 1;
        }
        file.sync_data()?;
        (first..count).for_each(|count| appends.record(due(count), clock::now()));
    }
    Ok(appends)
}
