//! Sessions: which tokens count, and the devices behind them.

use chat_protocol::{SessionId, Timestamp, User, UserId};
use tracing::debug;

use super::Store;
use crate::store::{Identity, NewSessionRow, Result, Session, operation, steps::CodeHash};

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
        self.write(move |tx| {
            let now = tx.now();
            sessions.into_iter().try_for_each(|session| tx.set_last_used(session, now))
        })
        .await
    }

    /// Notes what the program on a device calls itself. Nobody waits for it.
    pub fn rename_client(&self, session: SessionId, client: String) {
        let noted = |done: Result<()>| {
            if let Err(failure) = done {
                debug!(%failure, "what a program calls itself was not noted");
            }
        };
        self.write_later(move |tx| tx.set_client(session, &client), noted);
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
        self.read(move |db| db.sessions(db.user_row(user)?)).await
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
