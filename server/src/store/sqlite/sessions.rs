//! Sessions: which tokens count, and codes that make new ones.

use std::time::Duration;

use chat_protocol::{SessionId, Timestamp, User, UserId};
use rusqlite::{Connection, OptionalExtension, params};
use tracing::debug;
use uuid::Uuid;

use super::{
    Store,
    engine::{
        clock,
        writer::{Kind, Tx},
    },
    rows, users,
};
use crate::store::{Identity, NewSessionRow, Notice, Result, Session, StoreError};

/// A token ends when it was not used for so long.
const UNUSED: Duration = Duration::from_secs(400 * 24 * 60 * 60);

impl Store {
    /// Who a token speaks for. Whether it was used lately is said, and up to the caller.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn identify(&self, token: [u8; 32], now: Timestamp) -> Result<Option<Identity>> {
        self.read(move |db| {
            let mut found = db
                .prepare_cached(
                    "SELECT user.uuid, session.uuid, user.role, session.last_used_at
                     FROM session JOIN user ON user.id = session.user
                     WHERE session.token = ? AND NOT user.disabled",
                )?
                .query_row([token], |row| {
                    let last_used_at: Timestamp = rows::time(row, 3)?;
                    Ok(Identity {
                        user: row.get::<_, Uuid>(0)?.into(),
                        session: row.get::<_, Uuid>(1)?.into(),
                        role: rows::role(&row.get::<_, String>(2)?),
                        last_used_at,
                        is_over: last_used_at.millis() <= oldest(now),
                    })
                })
                .optional()?;
            if let Some(identity) = found.as_mut().filter(|identity| identity.is_over) {
                let counted_since = clock::since(db, clock::UNUSED)?;
                identity.is_over = counted_since.is_none_or(|since| since.millis() <= oldest(now));
            }
            Ok(found)
        })
        .await
    }

    /// Notes that sessions are used just now.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn touch_sessions(&self, sessions: Vec<SessionId>) -> Result<()> {
        self.write(move |tx| {
            let mut note = tx.db.prepare_cached("UPDATE session SET last_used_at = ? WHERE uuid = ?")?;
            for session in sessions {
                note.execute(params![tx.now.millis(), session.uuid()])?;
            }
            Ok(())
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
        let note = move |tx: &mut Tx<'_>| {
            tx.db
                .prepare_cached("UPDATE session SET client = ? WHERE uuid = ?")?
                .execute(params![client, session.uuid()])?;
            Ok(())
        };
        self.writer().submit(Kind::Other, note, noted);
    }

    /// Signs a user in on one more device, by the password with this hash.
    ///
    /// # Errors
    /// `NoUser`, also for a disabled one; `PasswordChanged`.
    pub async fn create_session(&self, user: UserId, password: String, new: NewSessionRow) -> Result<User> {
        self.write(move |tx| {
            let user = rows::user_row(tx.db, user)?;
            users::check_password(tx, user, Some(&password))?;
            sign_in(tx, user, &new)
        })
        .await
    }

    /// Signs in with a link code, which ends with that.
    ///
    /// # Errors
    /// `BadCode` when it is wrong, used or over.
    pub async fn use_link_code(&self, code: [u8; 32], new: NewSessionRow) -> Result<User> {
        self.write(move |tx| {
            let user: i64 = tx
                .db
                .prepare_cached("DELETE FROM link_code WHERE code = ? AND expires_at > ? RETURNING user")?
                .query_row(params![code, tx.now.millis()], |row| row.get(0))
                .optional()?
                .ok_or(StoreError::BadCode)?;
            sign_in(tx, user, &new).map_err(|refusal| match refusal {
                StoreError::NoUser => StoreError::BadCode,
                other => other,
            })
        })
        .await
    }

    /// Keeps a link code for the user of a session; an earlier one ends. It ends with the session, too.
    ///
    /// # Errors
    /// `NoSession`.
    pub async fn put_link_code(&self, session: SessionId, code: [u8; 32], expires_at: Timestamp) -> Result<()> {
        self.write(move |tx| {
            let (session, user) = tx
                .db
                .prepare_cached("SELECT id, user FROM session WHERE uuid = ?")?
                .query_row([session.uuid()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?
                .ok_or(StoreError::NoSession)?;
            put_link_code(tx.db, user, Some(session), &code, expires_at)
        })
        .await
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
        self.write(move |tx| {
            let ended = tx.db.execute(
                "DELETE FROM session WHERE uuid = ? AND user = (SELECT id FROM user WHERE uuid = ?)",
                params![session.uuid(), user.uuid()],
            )?;
            if ended == 0 {
                return Err(StoreError::NoSession);
            }
            tx.notices.push(Notice::SessionsEnded { user, sessions: vec![session] });
            Ok(())
        })
        .await
    }

    /// Which of these sessions no longer count.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ended_sessions(&self, sessions: Vec<SessionId>) -> Result<Vec<SessionId>> {
        self.read(move |db| {
            let mut counts = db.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM session JOIN user ON user.id = session.user
                                WHERE session.uuid = ? AND NOT user.disabled)",
            )?;
            let mut ended = Vec::new();
            for session in sessions {
                if !counts.query_row([session.uuid()], |row| row.get::<_, bool>(0))? {
                    ended.push(session);
                }
            }
            Ok(ended)
        })
        .await
    }
}

/// Tokens last used before this no longer count.
fn oldest(now: Timestamp) -> i64 {
    now.millis() - i64::try_from(UNUSED.as_millis()).unwrap_or(i64::MAX)
}

fn sign_in(tx: &mut Tx<'_>, user: i64, new: &NewSessionRow) -> Result<User> {
    let counts: bool =
        tx.db.prepare_cached("SELECT NOT disabled FROM user WHERE id = ?")?.query_row([user], |row| row.get(0))?;
    if !counts {
        return Err(StoreError::NoUser);
    }
    create(tx, user, new)?;
    users::read(tx.db, user)
}

/// Refuses what a session asked for that has ended since.
pub(super) fn check(tx: &Tx<'_>, user: i64, session: SessionId) -> Result<()> {
    let counts = tx
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM session WHERE uuid = ? AND user = ?)")?
        .query_row(params![session.uuid(), user], |row| row.get(0))?;
    if counts { Ok(()) } else { Err(StoreError::NoSession) }
}

/// Makes a session; the least recently used ones above the limit end.
pub(super) fn create(tx: &mut Tx<'_>, user: i64, new: &NewSessionRow) -> Result<()> {
    tx.db
        .prepare_cached(
            "INSERT INTO session (uuid, user, token, client, created_at, last_used_at) VALUES (?, ?, ?, ?, ?5, ?5)",
        )?
        .execute(params![new.id.uuid(), user, new.token, new.client, tx.now.millis()])?;
    let limit = i64::try_from(new.limit).unwrap_or(i64::MAX);
    let ended = tx
        .db
        .prepare_cached(
            "DELETE FROM session WHERE id IN
               (SELECT id FROM session WHERE user = ? ORDER BY last_used_at DESC, id DESC LIMIT -1 OFFSET ?)
             RETURNING uuid",
        )?
        .query_map(params![user, limit], |row| Ok(row.get::<_, Uuid>(0)?.into()))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    notify_ended(tx, user, ended)
}

/// Ends all sessions of a user but one, and the link code.
pub(super) fn end_others(tx: &mut Tx<'_>, user: i64, keep: SessionId) -> Result<()> {
    let ended = tx
        .db
        .prepare("DELETE FROM session WHERE user = ? AND uuid <> ? RETURNING uuid")?
        .query_map(params![user, keep.uuid()], |row| Ok(row.get::<_, Uuid>(0)?.into()))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    tx.db.execute("DELETE FROM link_code WHERE user = ?", [user])?;
    notify_ended(tx, user, ended)
}

fn notify_ended(tx: &mut Tx<'_>, user: i64, sessions: Vec<SessionId>) -> Result<()> {
    if !sessions.is_empty() {
        let user = users::read(tx.db, user)?.id;
        tx.notices.push(Notice::SessionsEnded { user, sessions });
    }
    Ok(())
}

/// `session` is the one that made it, if one did.
pub(super) fn put_link_code(
    db: &Connection,
    user: i64,
    session: Option<i64>,
    code: &[u8; 32],
    expires_at: Timestamp,
) -> Result<()> {
    db.execute(
        "INSERT INTO link_code (user, session, code, expires_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (user) DO UPDATE
            SET session = excluded.session, code = excluded.code, expires_at = excluded.expires_at",
        params![user, session, code, expires_at.millis()],
    )?;
    Ok(())
}
