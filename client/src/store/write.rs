//! Writing changes to the file: those of one batch in one transaction.

use rusqlite::TransactionBehavior;

use super::{change::Change, database::Database};

type Result<T> = std::result::Result<T, rusqlite::Error>;

impl Database {
    /// Writes changes as one transaction, all or none.
    pub(super) fn write<'a>(&self, changes: impl Iterator<Item = &'a Change> + Clone, slot: u32) -> Result<Vec<i64>> {
        // In WAL mode either keeps the file whole, and the order of what was written; FULL also waits for the disk.
        let level = if changes.clone().any(Change::is_precious) { "FULL" } else { "NORMAL" };
        self.connection.pragma_update(None, "synchronous", level)?;
        let transaction = rusqlite::Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let results = changes.map(|change| self.apply(change, slot)).collect::<Result<_>>()?;
        transaction.commit()?;
        Ok(results)
    }

    fn apply(&self, change: &Change, slot: u32) -> Result<i64> {
        match change {
            Change::Queue { entry } => return self.queue(entry, slot),
            Change::Unqueue { id } => self.unqueue(*id)?,
            Change::Failure { id, failure } => self.set_failure(*id, failure.as_ref())?,
            Change::Draft { room, text } => self.set_draft(*room, slot, text)?,
            other => self.apply_to_cache(other)?,
        }
        Ok(0)
    }
}
