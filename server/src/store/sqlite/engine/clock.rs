//! What the database knows of time, to compare the machine's clock with; and since when absences count.

use chat_protocol::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::writer;
use crate::store::{Result, Store};

/// Where `meta` keeps since when absences count.
const ABSENCES: &str = "absences_since";
/// Where it keeps since when sessions count as unused.
pub(in crate::store::sqlite) const UNUSED: &str = "unused_since";

/// Where it keeps when the clock was looked at last.
const LOOKED_AT: &str = "looked_at";

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
                last_known: since(db, LOOKED_AT)?.or(time(last_seen)),
                absences_since: since(db, ABSENCES)?,
                unused_since: since(db, UNUSED)?,
            })
        })
        .await
    }

    /// Counts absences from now on only: the clock has jumped, and tells nothing of those before.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn count_absences_from_now(&self) -> Result<()> {
        self.count_from_now(ABSENCES).await
    }

    /// Counts sessions as unused from now on only.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn count_unused_from_now(&self) -> Result<()> {
        self.count_from_now(UNUSED).await
    }

    /// Notes that the clock was looked at now.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn note_look(&self) -> Result<()> {
        self.count_from_now(LOOKED_AT).await
    }

    async fn count_from_now(&self, key: &'static str) -> Result<()> {
        self.write(move |tx| {
            tx.db.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                rusqlite::params![key, tx.now.millis().to_string()],
            )?;
            Ok(())
        })
        .await
    }
}

/// Since when something counts, if not since ever.
pub(in crate::store::sqlite) fn since(db: &Connection, key: &str) -> Result<Option<Timestamp>> {
    let mut value = db.prepare_cached("SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?")?;
    Ok(value.query_row([key], |row| row.get(0)).optional()?.map(Timestamp::from_millis))
}
