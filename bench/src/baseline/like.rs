//! The server's own database, asked directly: what SQLite finds by reading every text, and how large the index is.

use std::{path::Path, thread, time::Duration};

use rusqlite::{Connection, OpenFlags};

/// How often it is looked whether all is indexed.
const LOOK: Duration = Duration::from_millis(50);
/// Hits that a first page holds.
const PAGE: usize = 20;

/// A database that a server is using.
#[derive(Debug)]
pub(crate) struct Database(Connection);

impl Database {
    /// Opens it to read.
    pub(crate) fn open(file: &Path) -> anyhow::Result<Self> {
        Ok(Self(Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?))
    }

    /// Waits until every message is in the index.
    pub(crate) fn wait_until_indexed(&self) -> anyhow::Result<()> {
        let sql = "SELECT (SELECT last FROM search_state) >= (SELECT coalesce(max(id), 0) FROM message)";
        while !self.0.query_row(sql, [], |row| row.get(0))? {
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// How many of the newest messages with this text there are, up to a page, found with `LIKE`.
    pub(crate) fn like(&self, text: &str) -> anyhow::Result<usize> {
        let sql = "SELECT body FROM message WHERE body LIKE '%' || ? || '%' ORDER BY id DESC LIMIT ?";
        let mut find = self.0.prepare_cached(sql)?;
        let found = find.query_map((text, PAGE), |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(found.len())
    }

    /// Bytes of the index, and of the texts.
    pub(crate) fn sizes(&self) -> anyhow::Result<(f64, f64)> {
        let index = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'";
        let texts = "SELECT sum(length(CAST(body AS BLOB))) FROM message";
        Ok((self.0.query_row(index, [], |row| row.get(0))?, self.0.query_row(texts, [], |row| row.get(0))?))
    }
}
