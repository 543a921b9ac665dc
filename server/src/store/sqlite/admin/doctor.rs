//! Looks a data folder over: whether the database is whole and agrees with itself, with its index and with the files. It
//! changes nothing, and may run beside a server.

mod counts;
mod files;
mod index;
mod strays;

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::{AdminError, Result, at, check_whole};
use crate::{
    files::Files,
    store::sqlite::engine::open::{self, DATABASE},
};

/// How long to wait for another process.
const BUSY: Duration = Duration::from_secs(10);

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub advice: &'static str,
}

/// What to do where the database itself is wrong.
const RESTORE: &str = "stop the server, and put back the newest backup that is whole: chat-server restore FILE";
/// What to do where only what is counted is wrong: an import counts again.
const COUNT_AGAIN: &str =
    "stop the server, then chat-server export DIR, and chat-server import DIR --data NEW: that counts again";
/// What to do where the index is wrong.
const REINDEX: &str = "chat-server reindex";

/// Looks for whatever is wrong in a data folder.
///
/// # Errors
/// `NoDatabase`, and when the folder's database is not one that this version can read.
pub fn examine(folder: &Path) -> Result<Vec<Finding>> {
    let path = folder.join(DATABASE);
    if !path.exists() {
        return Err(AdminError::NoDatabase(folder.to_owned()));
    }
    let db = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    open::distrust(&db)?;
    db.busy_timeout(BUSY)?;
    open::check_current(&db, &path)?;
    let files = Files::existing(&folder.join(crate::files::FOLDER));
    // A file that this state of the database names is not deleted meanwhile.
    let _held = files.hold_existing().map_err(at(folder))?;
    // One state of the database for all that is read.
    let state = db.unchecked_transaction()?;
    let mut findings = Vec::new();
    match check_whole(&state, &path) {
        Ok(()) => {}
        Err(AdminError::Damaged { found, .. }) => {
            findings.push(Finding { what: format!("the database is damaged: {found}"), advice: RESTORE });
            // What else is wrong may only follow from that.
            return Ok(findings);
        }
        Err(other) => return Err(other),
    }
    counts::examine(&state, &mut findings)?;
    index::examine(&state, &mut findings)?;
    files::examine(&state, &files, &mut findings)?;
    drop(state);
    // Uploads that arrived since then are in newer states only.
    strays::examine(&db, &files, &mut findings)?;
    Ok(findings)
}

/// Notes a finding where a query finds rows: the first column of the first one says which.
fn note(db: &Connection, findings: &mut Vec<Finding>, sql: &str, what: &str, advice: &'static str) -> Result<()> {
    let found = db.query_row(sql, [], |row| row.get::<_, String>(0)).optional()?;
    findings.extend(found.map(|which| Finding { what: format!("{what}: {which}"), advice }));
    Ok(())
}
