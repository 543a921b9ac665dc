//! What the database knows of time, to compare the machine's clock with; and since when absences count.

use chat_protocol::Timestamp;
use rusqlite::OptionalExtension as _;

use super::{Store, writer};
use crate::store::Result;

/// Where `meta` keeps since when absences count.
const ABSENCES: &str = "absences_since";

/// The clock, and what was written when it showed something else.
#[derive(Debug, Clone)]
pub struct Times {
    /// By the machine's clock.
    pub now: Timestamp,
    /// The latest event of all rooms, and its room's name.
    pub latest_event: Option<(String, Timestamp)>,
    /// When anybody was last there.
    pub last_seen: Option<Timestamp>,
    /// Since when absences count, if not since ever.
    pub absences_since: Option<Timestamp>,
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
            let since: Option<i64> = db
                .query_row("SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?", [ABSENCES], |row| row.get(0))
                .optional()?;
            Ok(Times { now: writer::now(), latest_event, last_seen: time(last_seen), absences_since: time(since) })
        })
        .await
    }

    /// Counts absences from now on only: the clock has jumped, and tells nothing of those before.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn count_absences_from_now(&self) -> Result<()> {
        self.write(|tx| {
            tx.db.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                rusqlite::params![ABSENCES, tx.now.millis().to_string()],
            )?;
            Ok(())
        })
        .await
    }
}
