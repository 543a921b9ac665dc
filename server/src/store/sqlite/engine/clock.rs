//! What the database knows of time, to compare the machine's clock with; and since when absences count.

use chat_protocol::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::writer::{self, Tx};
use crate::store::{
    Result, Times,
    steps::{Mark, Marks},
};

/// The clock, and what it can be compared with.
pub(in crate::store::sqlite) fn times(db: &Connection) -> Result<Times> {
    let time = |found: Option<i64>| found.map(Timestamp::from_millis);
    let latest_event = db
        .query_row("SELECT name, max(last_at) FROM room WHERE last_at IS NOT NULL", [], |row| {
            Ok((row.get::<_, Option<String>>(0)?, row.get(1)?))
        })
        .map(|(name, at)| name.zip(time(at)))?;
    let last_seen: Option<i64> = db.query_row(
        "SELECT max(at) FROM (SELECT max(last_used_at) AS at FROM session UNION ALL
                              SELECT max(last_seen_at) FROM user UNION ALL SELECT max(created_at) FROM user)",
        [],
        |row| row.get(0),
    )?;
    Ok(Times {
        now: writer::now(),
        latest_event,
        last_known: marked_at(db, Mark::LookedAt)?.or(time(last_seen)),
        absences_since: marked_at(db, Mark::Absences)?,
        unused_since: marked_at(db, Mark::Unused)?,
    })
}

impl Marks for Tx<'_> {
    fn marked_at(&self, mark: Mark) -> Result<Option<Timestamp>> {
        marked_at(self.db, mark)
    }

    fn set_mark(&mut self, mark: Mark, at: Timestamp) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            )?
            .execute([key(mark), &at.millis().to_string()])?;
        Ok(())
    }
}

/// When something was noted last, if ever.
pub(in crate::store::sqlite) fn marked_at(db: &Connection, mark: Mark) -> Result<Option<Timestamp>> {
    let mut value = db.prepare_cached("SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?")?;
    Ok(value.query_row([key(mark)], |row| row.get(0)).optional()?.map(Timestamp::from_millis))
}

/// Where `meta` keeps it.
const fn key(mark: Mark) -> &'static str {
    match mark {
        Mark::Absences => "absences_since",
        Mark::Unused => "unused_since",
        Mark::LookedAt => "looked_at",
    }
}
