//! Sessions: which tokens count, and the devices behind them.

use chat_protocol::{SessionId, Timestamp, User, UserId};
use rusqlite::{OptionalExtension, params};
use tracing::debug;
use uuid::Uuid;

use super::{
    Store,
    engine::writer::{Kind, Tx},
    rows,
};
use crate::store::{
    Identity, NewSessionRow, Result, RowId, Session, operation,
    steps::{CodeHash, SessionRow, Sessions},
};

impl Store {
    /// Who a token speaks for. Whether it was used lately is said, and up to the caller.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn identify(&self, token: [u8; 32], now: Timestamp) -> Result<Option<Identity>> {
        self.read(move |db| operation::devices::identify(db, &token, now)).await
    }

    /// Notes that sessions are used just now.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn touch_sessions(&self, sessions: Vec<SessionId>) -> Result<()> {
        self.write(move |tx| sessions.into_iter().try_for_each(|session| tx.set_last_used(session, tx.now))).await
    }

    /// Notes what the program on a device calls itself. Nobody waits for it.
    pub fn rename_client(&self, session: SessionId, client: String) {
        let noted = |done: Result<()>| {
            if let Err(failure) = done {
                debug!(%failure, "what a program calls itself was not noted");
            }
        };
        self.writer().submit(Kind::Other, move |tx| tx.set_client(session, &client), noted);
    }

    /// Signs a user in on one more device, by the password with this hash.
    ///
    /// # Errors
    /// `NoUser`, also for a disabled one; `PasswordChanged`.
    pub async fn create_session(&self, user: UserId, password: String, new: NewSessionRow) -> Result<User> {
        self.write(move |tx| operation::sessions::sign_in(tx, user, &password, &new)).await
    }

    /// Signs in with a link code, which ends with that.
    ///
    /// # Errors
    /// `BadCode` when it is wrong, used or over.
    pub async fn use_link_code(&self, code: CodeHash, new: NewSessionRow) -> Result<User> {
        self.write(move |tx| operation::sessions::sign_in_with_code(tx, &code, &new)).await
    }

    /// Keeps a link code for the user of a session; an earlier one ends. It ends with the session, too.
    ///
    /// # Errors
    /// `NoSession`.
    pub async fn put_link_code(&self, session: SessionId, code: CodeHash, expires_at: Timestamp) -> Result<()> {
        self.write(move |tx| operation::codes::link(tx, session, &code, expires_at)).await
    }

    /// A user's sessions, the last used first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sessions(&self, user: UserId) -> Result<Vec<Session>> {
        self.read(move |db| {
            let user = rows::user_row(db, user)?;
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
        })
        .await
    }

    /// Ends one session of a user.
    ///
    /// # Errors
    /// `NoSession`.
    pub async fn end_session(&self, user: UserId, session: SessionId) -> Result<()> {
        self.write(move |tx| operation::sessions::sign_out(tx, user, session)).await
    }

    /// Which of these sessions no longer count.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ended_sessions(&self, sessions: Vec<SessionId>) -> Result<Vec<SessionId>> {
        self.read(move |db| operation::devices::ended(db, sessions)).await
    }
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
