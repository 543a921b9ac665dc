//! Deferred inserts: when messages get their rows in the table `event`, which is the log by room.
//!
//! The event of a message alone is inserted by its own transaction. Where many share one, their events are inserted later,
//! many at once, in the order of the table: each room's end is a page of its own, and every transaction would write one
//! for every room that someone spoke in. Until then messages stand in the view `log` by their own rows, which is why a
//! room's deferred events are always the last of its log: they are inserted before any other event is written. The schema
//! calls what is deferred `unfiled`; the table `filing` has a row while events are.

use rusqlite::{Connection, OptionalExtension};

use crate::store::Result;

/// Operations in one transaction from which on the events of its messages are deferred.
const MANY: usize = 32;
/// Deferred events from which on they are inserted in any case: who reads the end of a log looks through all of them.
const MOST: u64 = 2048;

/// The tables of the log: what stands in the second comes after what stands in the first. Read one after the other,
/// each by its own order; the view `log`, which is both, would be sorted as a whole.
pub(in crate::store::sqlite) const TABLES: [&str; 2] = ["event", "unfiled"];

/// What the writer knows of deferred events.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::store::sqlite) enum Deferred {
    /// Nothing: another process may have written, or a transaction failed.
    #[default]
    Unknown,
    /// There are none, and the next event is inserted at once.
    Off,
    /// There are this many, and the next one is deferred.
    Pending(u64),
}

impl Deferred {
    /// Decides for a transaction with so many operations.
    pub(super) fn begin(&mut self, db: &Connection, operations: usize) -> Result<()> {
        self.know(db)?;
        if matches!(*self, Self::Pending(count) if operations < MANY || count >= MOST) {
            self.flush(db)?;
        }
        if matches!(self, Self::Off) && operations >= MANY {
            db.prepare_cached("INSERT INTO filing SELECT coalesce(max(id), 0) FROM message")?.execute([])?;
            *self = Self::Pending(0);
        }
        Ok(())
    }

    /// Whether the event of the message just stored is inserted now; otherwise it is counted.
    pub(in crate::store::sqlite) fn inserts_now(&mut self) -> bool {
        match self {
            Self::Pending(count) => {
                *count += 1;
                false
            }
            Self::Off | Self::Unknown => true,
        }
    }

    /// Whether there are any.
    pub(super) const fn is_pending(self) -> bool {
        matches!(self, Self::Pending(_))
    }

    /// Inserts all of them.
    pub(in crate::store::sqlite) fn flush(&mut self, db: &Connection) -> Result<()> {
        self.know(db)?;
        if self.is_pending() {
            // A failure undoes the transaction, or the operation. With `ABORT` it would undo this statement alone, for
            // which SQLite first copies every page aside: twice the work.
            db.prepare_cached("INSERT OR FAIL INTO event SELECT * FROM unfiled ORDER BY room, seq")?.execute([])?;
            db.prepare_cached("DELETE FROM filing")?.execute([])?;
            *self = Self::Off;
        }
        Ok(())
    }

    fn know(&mut self, db: &Connection) -> Result<()> {
        if matches!(self, Self::Unknown) {
            let pending: Option<u64> = db
                .prepare_cached("SELECT (SELECT count(*) FROM unfiled) FROM filing")?
                .query_row([], |row| row.get(0))
                .optional()?;
            *self = pending.map_or(Self::Off, Self::Pending);
        }
        Ok(())
    }
}
