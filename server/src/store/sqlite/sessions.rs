//! Sessions: which tokens count, and the devices behind them.

use chat_protocol::{SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{engine::writer::Tx, rows};
use crate::store::{
    NewSessionRow, Result, RowId, Session,
    steps::{SessionRow, Sessions},
};

/// A user's sessions, the last used first.
pub(super) fn list(db: &Connection, user: RowId) -> Result<Vec<Session>> {
    let sessions = db
        .prepare_cached(
            "SELECT uuid, client, created_at, last_used_at FROM session WHERE user = ?
             ORDER BY last_used_at DESC, id DESC",
        )?
        .query_map([user], |row| {
            Ok(Session {
                id: row.get::<_, Uuid>(0)?.into(),
                client: row.get(1)?,
                created_at: rows::time(row, 2)?,
                last_used_at: rows::time(row, 3)?,
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(sessions)
}

impl Sessions for Tx<'_> {
    fn find_session(&mut self, id: SessionId) -> Result<Option<SessionRow>> {
        let mut find = self.db.prepare_cached("SELECT id, user FROM session WHERE uuid = ?")?;
        let read = |row: &rusqlite::Row<'_>| Ok(SessionRow { row: row.get(0)?, user: row.get(1)? });
        Ok(find.query_row([id.uuid()], read).optional()?)
    }

    fn sessions_of(&mut self, user: RowId, skip: u64) -> Result<Vec<SessionId>> {
        let skip = i64::try_from(skip).unwrap_or(i64::MAX);
        let mut find = self.db.prepare_cached(
            "SELECT uuid FROM session WHERE user = ? ORDER BY last_used_at DESC, id DESC LIMIT -1 OFFSET ?",
        )?;
        let found = find.query_map([user, skip], |row| Ok(row.get::<_, Uuid>(0)?.into()))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    fn insert_session(&mut self, user: RowId, new: &NewSessionRow) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO session (uuid, user, token, client, created_at, last_used_at) VALUES (?, ?, ?, ?, ?5, ?5)",
            )?
            .execute(params![new.id.uuid(), user, new.token, new.client, self.now.millis()])?;
        Ok(())
    }

    fn delete_session(&mut self, id: SessionId) -> Result<()> {
        self.db.prepare_cached("DELETE FROM session WHERE uuid = ?")?.execute([id.uuid()])?;
        Ok(())
    }

    fn set_last_used(&mut self, id: SessionId, at: Timestamp) -> Result<()> {
        let mut update = self.db.prepare_cached("UPDATE session SET last_used_at = ? WHERE uuid = ?")?;
        update.execute(params![at.millis(), id.uuid()])?;
        Ok(())
    }

    fn set_client(&mut self, id: SessionId, client: &str) -> Result<()> {
        let mut update = self.db.prepare_cached("UPDATE session SET client = ? WHERE uuid = ?")?;
        update.execute(params![client, id.uuid()])?;
        Ok(())
    }
}
