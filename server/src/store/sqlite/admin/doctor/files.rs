//! Whether the files of messages are there, with the bytes that they should have.

use std::io::{self, Read as _};

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use super::{super::at, Finding, Result, note};
use crate::files::{FileHash, Files};

const FROM_BACKUP: &str = "copy it from a backup: BACKUP.files/XX/HASH to files/XX/HASH in the data folder";

/// Reads every file once.
pub(super) fn examine(db: &Connection, files: &Files, findings: &mut Vec<Finding>) -> Result<()> {
    let mut find = db.prepare("SELECT hash, min(size), max(size) FROM upload WHERE hash IS NOT NULL GROUP BY hash")?;
    let read = |row: &rusqlite::Row<'_>| Ok((FileHash(row.get(0)?), row.get(1)?, row.get(2)?));
    let named = find.query_map([], read)?.collect::<rusqlite::Result<Vec<(FileHash, u64, u64)>>>()?;
    for (hash, least, most) in &named {
        let wrong = match length_of(files, *hash) {
            Ok(Some(length)) if length == *least && length == *most => continue,
            Ok(Some(_)) => "has another size than its message says",
            Ok(None) => "has other bytes than it had",
            Err(error) if error.kind() == io::ErrorKind::NotFound => "is missing",
            Err(error) => return Err(at(&files.path_of(*hash))(error)),
        };
        let what = format!("the file {} of a message {wrong}", files.path_of(*hash).display());
        findings.push(Finding { what, advice: FROM_BACKUP });
    }
    note(
        db,
        findings,
        "SELECT hex(uuid) FROM upload WHERE message IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = upload.message AND NOT deleted) LIMIT 1",
        "a file belongs to a message that is not there",
        "report this: it should not happen",
    )
}

/// The file's bytes, if they are what its name says.
fn length_of(files: &Files, hash: FileHash) -> io::Result<Option<u64>> {
    let mut file = files.read(hash)?;
    let (mut found, mut piece, mut length) = (Sha256::new(), vec![0; 256 * 1024], 0);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => {
                found.update(&piece[..read]);
                length += read as u64;
            }
        }
    }
    Ok((FileHash(found.finalize().into()) == hash).then_some(length))
}
