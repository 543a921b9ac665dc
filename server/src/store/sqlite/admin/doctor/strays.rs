//! Whether there are files that nothing names.

use std::{io, thread, time::Duration};

use rusqlite::Connection;

use super::{super::at, Finding, Result};
use crate::files::{FileHash, Files};

const SERVER_DOES: &str = "nothing: the server deletes them when it starts";
/// How long a file may be there before the running server has noted whose it is.
const ARRIVAL: Duration = Duration::from_secs(1);

/// Looks at each file's name, in a connection that is in no transaction: what is uploaded meanwhile is no stray.
pub(super) fn examine(db: &Connection, files: &Files, findings: &mut Vec<Finding>) -> Result<()> {
    let found = whole(files).map_err(at(&files.path_of(FileHash([0; 32]))))?;
    let mut strays = unnamed(db, &found)?;
    if !strays.is_empty() {
        thread::sleep(ARRIVAL);
        strays = unnamed(db, &strays)?;
        strays.retain(|hash| files.path_of(*hash).exists());
    }
    if !strays.is_empty() {
        let what = format!("{} files belong to no message and no upload", strays.len());
        findings.push(Finding { what, advice: SERVER_DOES });
    }
    Ok(())
}

fn whole(files: &Files) -> io::Result<Vec<FileHash>> {
    let mut found = Vec::new();
    for first in files.first_bytes()? {
        found.extend(files.whole(first)?);
    }
    Ok(found)
}

/// Those that no upload names, and that a running server is not about to delete.
fn unnamed(db: &Connection, found: &[FileHash]) -> Result<Vec<FileHash>> {
    let mut find =
        db.prepare("SELECT 1 FROM upload WHERE hash = ?1 UNION ALL SELECT 1 FROM freed_file WHERE hash = ?1")?;
    let mut unnamed = Vec::new();
    for hash in found {
        if !find.exists([hash.0])? {
            unnamed.push(*hash);
        }
    }
    Ok(unnamed)
}
