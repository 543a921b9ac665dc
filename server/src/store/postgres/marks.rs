//! What is noted of time itself, on PostgreSQL: in `meta`.

use chat_protocol::Timestamp;

use super::engine::{connection::Db, transaction::Tx};
use crate::store::{
    Result,
    steps::{Mark, Marks},
};

impl Marks for Tx<'_> {
    fn marked_at(&self, mark: Mark) -> Result<Option<Timestamp>> {
        marked_at(self.db, mark)
    }

    fn set_mark(&mut self, mark: Mark, at: Timestamp) -> Result<()> {
        self.db.execute(
            "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            &[&key(mark), &at.millis().to_string()],
        )?;
        Ok(())
    }
}

/// When something was noted last, if ever.
pub(super) fn marked_at(db: &Db, mark: Mark) -> Result<Option<Timestamp>> {
    let found = db.query_opt("SELECT value::bigint FROM meta WHERE key = $1", &[&key(mark)])?;
    found.map(|row| super::rows::time(&row, 0)).transpose()
}

/// Where `meta` keeps it.
const fn key(mark: Mark) -> &'static str {
    match mark {
        Mark::Absences => "absences_since",
        Mark::Unused => "unused_since",
        Mark::LookedAt => "looked_at",
    }
}
