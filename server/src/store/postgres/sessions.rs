//! Sessions, on PostgreSQL.

use chat_protocol::{SessionId, Timestamp};

use super::{engine::transaction::Tx, rows};
use crate::store::{
    NewSessionRow, Result, RowId,
    steps::{SessionRow, Sessions},
};

impl Sessions for Tx<'_> {
    fn find_session(&mut self, id: SessionId) -> Result<Option<SessionRow>> {
        let found = self.db.query_opt("SELECT id, account FROM session WHERE uuid = $1", &[&id.uuid()])?;
        found.map(|row| Ok(SessionRow { row: row.try_get(0)?, user: row.try_get(1)? })).transpose()
    }

    fn sessions_of(&mut self, user: RowId, skip: u64) -> Result<Vec<SessionId>> {
        rows::ids(&self.db.query(
            "SELECT uuid FROM session WHERE account = $1 ORDER BY last_used_at DESC, id DESC OFFSET $2",
            &[&user, &rows::int(skip)],
        )?)
    }

    fn insert_session(&mut self, user: RowId, new: &NewSessionRow) -> Result<()> {
        self.db.execute(
            "INSERT INTO session (uuid, account, token, client, created_at, last_used_at)
             VALUES ($1, $2, $3, $4, $5, $5)",
            &[&new.id.uuid(), &user, &new.token.as_slice(), &new.client, &self.now.millis()],
        )?;
        Ok(())
    }

    fn delete_session(&mut self, id: SessionId) -> Result<()> {
        self.db.execute("DELETE FROM session WHERE uuid = $1", &[&id.uuid()])?;
        Ok(())
    }

    fn set_last_used(&mut self, id: SessionId, at: Timestamp) -> Result<()> {
        self.db.execute("UPDATE session SET last_used_at = $2 WHERE uuid = $1", &[&id.uuid(), &at.millis()])?;
        Ok(())
    }

    fn set_client(&mut self, id: SessionId, client: &str) -> Result<()> {
        self.db.execute("UPDATE session SET client = $2 WHERE uuid = $1", &[&id.uuid(), &client])?;
        Ok(())
    }
}
