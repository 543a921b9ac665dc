//! Filing: when messages get their rows in the table `event`, which is the log by room.
//!
//! A message alone is filed by its own transaction. Where many share one, they are filed later, many at once, in the
//! order of the table: each room's end is a page of its own, and every transaction would write one for every room that
//! someone spoke in. Until then they stand in the view `log` by their own rows, which is why a room's unfiled messages
//! are always the last of its log: they are filed before any other event is written.

use rusqlite::{Connection, OptionalExtension};

use crate::store::Result;

/// Operations in one transaction from which on its messages are filed later.
const MANY: usize = 32;
/// Messages from which on they are filed in any case: who reads the end of a log looks through all of them.
const MOST: u64 = 2048;

/// The tables of the log: what stands in the second comes after what stands in the first. Read one after the other,
/// each by its own order; the view `log`, which is both, would be sorted as a whole.
pub(super) const TABLES: [&str; 2] = ["event", "unfiled"];

/// What the writer knows of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Filing {
    /// Nothing: another process may have written, or a transaction failed.
    #[default]
    Unknown,
    /// Every message is filed, and so is the next one.
    Filed,
    /// So many messages are not; nor will the next one be.
    Waiting(u64),
}

impl Filing {
    /// Decides for a transaction with so many operations.
    pub(super) fn begin(&mut self, db: &Connection, operations: usize) -> Result<()> {
        self.know(db)?;
        if matches!(*self, Self::Waiting(count) if operations < MANY || count >= MOST) {
            self.file(db)?;
        }
        if matches!(self, Self::Filed) && operations >= MANY {
            db.prepare_cached("INSERT INTO filing SELECT coalesce(max(id), 0) FROM message")?.execute([])?;
            *self = Self::Waiting(0);
        }
        Ok(())
    }

    /// Whether the message just stored is filed now; otherwise it is counted.
    pub(super) fn takes(&mut self) -> bool {
        match self {
            Self::Waiting(count) => {
                *count += 1;
                false
            }
            Self::Filed | Self::Unknown => true,
        }
    }

    /// Whether messages wait.
    pub(super) const fn waits(self) -> bool {
        matches!(self, Self::Waiting(_))
    }

    /// Files all that wait.
    pub(super) fn file(&mut self, db: &Connection) -> Result<()> {
        self.know(db)?;
        if self.waits() {
            // A failure undoes the transaction, or the operation. With `ABORT` it would undo this statement alone, for
            // which SQLite first copies every page aside: twice the work.
            db.prepare_cached("INSERT OR FAIL INTO event SELECT * FROM unfiled ORDER BY room, seq")?.execute([])?;
            db.prepare_cached("DELETE FROM filing")?.execute([])?;
            *self = Self::Filed;
        }
        Ok(())
    }

    fn know(&mut self, db: &Connection) -> Result<()> {
        if matches!(self, Self::Unknown) {
            let waiting: Option<u64> = db
                .prepare_cached("SELECT (SELECT count(*) FROM unfiled) FROM filing")?
                .query_row([], |row| row.get(0))
                .optional()?;
            *self = waiting.map_or(Self::Filed, Self::Waiting);
        }
        Ok(())
    }
}
