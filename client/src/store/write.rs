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
        let erases = changes.clone().any(Change::erases);
        let results = changes.map(|change| self.apply(change, slot)).collect::<Result<_>>()?;
        transaction.commit()?;
        if erases {
            // Where another process reads just now, the log is emptied with the next deletion, or at the end.
            if let Err(error) = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
                // What was written is written; it is the next deletion, or the end, that empties the log.
                tracing::warn!(%error, "what was deleted is still in the write-ahead log");
            }
        }
        Ok(results)
    }

    fn apply(&self, change: &Change, slot: u32) -> Result<i64> {
        match change {
            Change::Queue { entry, tried } => return self.queue(entry, slot, *tried),
            Change::StandIn { room } => self.add_left(room)?,
            Change::Move { from, to } => self.move_written(*from, *to)?,
            Change::Tried => self.set_tried(slot)?,
            Change::Withdraw { ids } => ids.iter().try_for_each(|id| self.unqueue(*id))?,
            Change::Unqueue { id } => self.unqueue(*id)?,
            Change::Rewrite { message, body, command } => {
                self.rewrite(*message, body)?;
                self.unqueue(*command)?;
            }
            Change::Files { id, files } => self.set_files(*id, files)?,
            Change::Failure { id, failure } => self.set_failure(*id, failure.as_ref())?,
            Change::Draft(draft) => self.set_draft(slot, draft)?,
            other => self.apply_to_cache(other)?,
        }
        Ok(0)
    }
}
