//! The messages of a server's database, inserted into another one that has nothing else: what importing them costs at least.

use std::{fs::File, path::Path};

use rusqlite::{Connection, OpenFlags, params};

/// A row for each message, with its place in the room and an id that is unique, as a server would need them.
const SCHEMA: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -131072;
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY, uuid BLOB NOT NULL, room INTEGER NOT NULL, seq INTEGER NOT NULL,
        author INTEGER NOT NULL, sent_at INTEGER NOT NULL, body TEXT NOT NULL
    );
    CREATE UNIQUE INDEX place ON messages (room, seq);
    CREATE UNIQUE INDEX once ON messages (uuid);
    BEGIN";

/// How many messages a server's database has.
pub(crate) fn count(database: &Path) -> anyhow::Result<u64> {
    Ok(open(database)?.query_row("SELECT count(*) FROM message", [], |row| row.get(0))?)
}

/// Copies all messages, in one transaction, and syncs; gives how many.
pub(crate) fn copy(database: &Path, to: &Path) -> anyhow::Result<u64> {
    let from = open(database)?;
    let new = Connection::open(to)?;
    new.execute_batch(SCHEMA)?;
    let mut copied = 0;
    {
        let mut insert = new
            .prepare("INSERT INTO messages (uuid, room, seq, author, sent_at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        let mut read = from.prepare("SELECT uuid, room, seq, author, sent_at, body FROM message ORDER BY id")?;
        let mut messages = read.query([])?;
        while let Some(row) = messages.next()? {
            let uuid = row.get_ref(0)?.as_blob()?;
            let numbers: [i64; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
            let [room, seq, author, sent_at] = numbers;
            insert.execute(params![uuid, room, seq, author, sent_at, row.get_ref(5)?.as_str()?])?;
            copied += 1;
        }
    }
    new.execute_batch("COMMIT")?;
    drop(new);
    File::open(to)?.sync_all()?;
    Ok(copied)
}

fn open(database: &Path) -> anyhow::Result<Connection> {
    Ok(Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}
