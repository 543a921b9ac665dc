//! What an operation works with.

use chat_protocol::Timestamp;

use super::connection::Db;
use crate::store::{Notice, Result, steps::Transaction};

/// What an operation works with.
pub(in crate::store::postgres) struct Tx<'a> {
    /// Inside the transaction.
    pub(in crate::store::postgres) db: &'a Db,
    /// The time of the whole transaction, by the database's clock.
    pub(in crate::store::postgres) now: Timestamp,
    /// What to tell the sink once it is committed.
    pub(in crate::store::postgres) notices: Vec<Notice>,
}

impl Transaction for Tx<'_> {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn notices(&mut self) -> &mut Vec<Notice> {
        &mut self.notices
    }

    fn flush_caches(&mut self) -> Result<()> {
        // Nothing is kept in memory: another server may have changed it.
        Ok(())
    }
}
