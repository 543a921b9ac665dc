//! What the database knows of time, to compare the machine's clock with; and since when absences count.

use chat_protocol::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::writer::{self, Tx};
use crate::store::{
    Result, Store, operation,
    steps::{Mark, Marks},
};

/// The clock, and what was written when it showed something else.
#[derive(Debug, Clone)]
pub struct Times {
    /// By the machine's clock.
    pub now: Timestamp,
    /// The latest event of all rooms, and its room's name.
    pub latest_event: Option<(String, Timestamp)>,
    /// When a server last looked at the clock, or when anybody was last there.
    pub last_known: Option<Timestamp>,
    /// Since when absences count, if not since ever.
    pub absences_since: Option<Timestamp>,
    /// Since when sessions count as unused, if not since they were used.
    pub unused_since: Option<Timestamp>,
}

impl Store {
    /// Reads the clock and what it can be compared with.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn times(&self) -> Result<Times> {
        self.read(|db| {
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
        })
        .await
    }

    /// Counts absences from now on only: the clock has jumped, and tells nothing of those before.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn count_absences_from_now(&self) -> Result<()> {
        self.set_now(Mark::Absences).await
    }

    /// Counts sessions as unused from now on only.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn count_unused_from_now(&self) -> Result<()> {
        self.set_now(Mark::Unused).await
    }

    /// Notes that the clock was looked at now.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn note_look(&self) -> Result<()> {
        self.set_now(Mark::LookedAt).await
    }

    async fn set_now(&self, mark: Mark) -> Result<()> {
        self.write(move |tx| operation::marks::set_now(tx, mark)).await
    }
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
