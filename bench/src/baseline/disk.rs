//! The disk alone: append to a file, and wait until it is there.

use std::{io::Write as _, path::Path};

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
