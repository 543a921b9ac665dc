//! Users: taking names, changing them, finding people.

use std::time::Duration;

use chat_protocol::{Role, User, UserId, UserRef, UserSelector, name::NameKey};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, engine::writer::Tx, members, rows, sessions};
use crate::store::{NewUserRow, Notice, Page, PasswordChange, Result, StoreError, UserChange, UserFilter, operation};

/// How long a name given up stays its owner's.
const HELD: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many names that a user gave up are kept for them: the last ones.
const HELD_NAMES: i64 = 3;
/// How long a guest that left no trace may be gone.
const GUEST_GONE: Duration = Duration::from_secs(24 * 60 * 60);

impl Store {
    /// Makes a user with its first session. Taking the name is atomic: of many at once, one gets it.
    ///
    /// # Errors
    /// `NameTaken`; `BadCode` when the invite is invalid.
    pub async fn create_user(&self, new: NewUserRow) -> Result<User> {
        self.write(move |tx| {
            if let Some(code) = &new.invite {
                use_invite(tx, code)?;
            }
            check_free(tx, &new.key, None)?;
            tx.db
                .prepare_cached(
                    "INSERT INTO user (uuid, name, canonical, skeleton, cased_skeleton, role, password, created_at)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![
                    new.id.uuid(),
                    new.name,
                    new.key.canonical,
                    new.key.skeleton,
                    new.key.cased_skeleton,
                    rows::role_text(new.role),
                    new.password,
                    tx.now.millis()
                ])?;
            let user = tx.db.last_insert_rowid();
            operation::members::join_lobby(tx, user, new.role != Role::Guest)?;
            sessions::create(tx, user, &new.session)?;
            read(tx.db, user)
        })
        .await
    }

    /// One user.
    ///
    /// # Errors
    /// `NoUser`.
    pub async fn user(&self, selector: UserSelector) -> Result<User> {
        self.read(move |db| read(db, rows::find_user(db, &selector)?)).await
    }

    /// Changes a user. Choosing a name makes a guest a member, which the lobby is told.
    ///
    /// # Errors
    /// `NameTaken`, `NoUser`; for a new password `PasswordChanged`, and `NoSession` when the one that asks has ended.
    pub async fn update_user(&self, id: UserId, change: UserChange) -> Result<User> {
        self.write(move |tx| {
            let user = rows::user_row(tx.db, id)?;
            if let Some((name, key)) = &change.name {
                rename(tx, user, name, key)?;
                tx.notices.push(Notice::Rewritten);
            }
            if let Some(display_name) = &change.display_name {
                tx.db
                    .prepare_cached("UPDATE user SET display_name = ? WHERE id = ?")?
                    .execute(params![display_name, user])?;
            }
            if let Some(color) = &change.color {
                tx.db.prepare_cached("UPDATE user SET color = ? WHERE id = ?")?.execute(params![color, user])?;
            }
            if let Some(PasswordChange { hash, replaces, session }) = &change.password {
                check_password(tx, user, replaces.as_deref())?;
                sessions::check(tx, user, *session)?;
                tx.db.execute("UPDATE user SET password = ? WHERE id = ?", params![hash, user])?;
                sessions::end_others(tx, user, *session)?;
            }
            let changed = read(tx.db, user)?;
            let rooms = members::rooms_of(tx.db, user)?;
            tx.notices.push(Notice::UserChanged { user: Box::new(changed.clone()), rooms });
            Ok(changed)
        })
        .await
    }

    /// A user's password hash, for who signs in by name. `None` for an unknown or disabled user and for one without.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn password(&self, selector: UserSelector) -> Result<Option<(UserId, String)>> {
        self.read(move |db| {
            let user = match rows::find_user(db, &selector) {
                Err(StoreError::NoUser) => return Ok(None),
                found => found?,
            };
            Ok(db
                .prepare_cached("SELECT uuid, password FROM user WHERE id = ? AND password NOT NULL AND NOT disabled")?
                .query_row([user], |row| Ok((row.get::<_, uuid::Uuid>(0)?.into(), row.get(1)?)))
                .optional()?)
        })
        .await
    }

    /// People by name, a part of the list.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn users(&self, filter: UserFilter) -> Result<Page<User>> {
        self.read(move |db| {
            let (online, ids) = match &filter.online {
                Some((online, ids)) => (Some(*online), rows::id_list(ids)),
                None => (None, "[]".to_owned()),
            };
            let sql = format!(
                "SELECT {}, canonical FROM user
                 WHERE NOT disabled AND canonical > ?1
                   AND (?2 IS NULL OR name LIKE ?2 ESCAPE '\\' OR display_name LIKE ?2 ESCAPE '\\')
                   AND (?3 IS NULL OR ?3 = (uuid IN (SELECT unhex(value) FROM json_each(?4))))
                 ORDER BY canonical LIMIT ?5",
                rows::USER
            );
            let q = filter.q.as_deref().map(rows::anywhere);
            let after = rows::after_name(filter.after.as_deref());
            let found = db
                .prepare_cached(&sql)?
                .query_map(params![after, q, online, ids, filter.limit + 1], |row| Ok((rows::user(row)?, row.get(8)?)))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(page(found, filter.limit))
        })
        .await
    }

    /// Notes when users were last here.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn seen(&self, users: Vec<UserId>) -> Result<()> {
        self.write(move |tx| {
            let mut note = tx.db.prepare_cached("UPDATE user SET last_seen_at = ? WHERE uuid = ?")?;
            for user in users {
                note.execute(params![tx.now.millis(), user.uuid()])?;
            }
            Ok(())
        })
        .await
    }

    /// Removes guests that neither wrote nor chose a name and have been gone for a day; gives how many.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn remove_gone_guests(&self, online: Vec<UserId>) -> Result<usize> {
        self.write(move |tx| {
            let before = tx.now.millis() - i64::try_from(GUEST_GONE.as_millis()).unwrap_or(i64::MAX);
            Ok(tx.db.execute(
                "DELETE FROM user WHERE role = 'guest' AND coalesce(last_seen_at, created_at) < ?1
                   AND uuid NOT IN (SELECT unhex(value) FROM json_each(?2))
                   AND NOT EXISTS (SELECT 1 FROM session WHERE session.user = user.id AND last_used_at >= ?1)
                   AND NOT EXISTS (SELECT 1 FROM member WHERE member.user = user.id AND announced)
                   AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'absences_since' AND CAST(value AS INTEGER) > ?1)",
                params![before, rows::id_list(&online)],
            )?)
        })
        .await
    }
}

/// Cuts a list that was read with one row more than wanted.
pub(super) fn page<T>(mut found: Vec<(T, String)>, limit: usize) -> Page<T> {
    let more = found.len() > limit;
    found.truncate(limit);
    let next = if more { found.last().map(|(_, name)| name.clone()) } else { None };
    Page { items: found.into_iter().map(|(item, _)| item).collect(), next }
}

pub(super) fn read(db: &Connection, user: i64) -> Result<User> {
    let sql = format!("SELECT {} FROM user WHERE id = ?", rows::USER);
    Ok(db.prepare_cached(&sql)?.query_row([user], rows::user)?)
}

/// The short form of a user.
pub(super) fn reference(db: &Connection, user: i64) -> Result<UserRef> {
    let mut found = db.prepare_cached("SELECT uuid, name FROM user WHERE id = ?")?;
    Ok(found.query_row([user], |row| rows::user_ref(row, 0))?)
}

/// Refuses what was decided by a password that is no longer the user's.
pub(super) fn check_password(tx: &Tx<'_>, user: i64, checked: Option<&str>) -> Result<()> {
    let still = tx
        .db
        .prepare_cached("SELECT password IS ? FROM user WHERE id = ?")?
        .query_row(params![checked, user], |row| row.get(0))?;
    if still { Ok(()) } else { Err(StoreError::PasswordChanged) }
}

/// Neither anyone's name, nor a look-alike of it, nor held for someone who gave it up.
fn check_free(tx: &Tx<'_>, key: &NameKey, own: Option<i64>) -> Result<()> {
    let taken = tx
        .db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM user
                            WHERE (canonical = ?1 OR skeleton IN (?2, ?3) OR cased_skeleton IN (?2, ?3))
                              AND id IS NOT ?4)
                 OR EXISTS (SELECT 1 FROM held_name
                            WHERE (canonical = ?1 OR skeleton IN (?2, ?3) OR cased_skeleton IN (?2, ?3))
                              AND until > ?5 AND user IS NOT ?4)",
        )?
        .query_row(params![key.canonical, key.skeleton, key.cased_skeleton, own, tx.now.millis()], |row| row.get(0))?;
    if taken { Err(StoreError::NameTaken) } else { Ok(()) }
}

fn rename(tx: &mut Tx<'_>, user: i64, name: &str, key: &NameKey) -> Result<()> {
    check_free(tx, key, Some(user))?;
    let until = tx.now.millis() + i64::try_from(HELD.as_millis()).unwrap_or(i64::MAX);
    // A guest's name was not chosen: it is free again.
    tx.db
        .execute("DELETE FROM held_name WHERE canonical = ? OR until <= ?", params![key.canonical, tx.now.millis()])?;
    tx.db.execute(
        "INSERT INTO held_name (canonical, skeleton, cased_skeleton, user, until)
         SELECT canonical, skeleton, cased_skeleton, id, ? FROM user WHERE id = ? AND role <> 'guest' AND canonical <> ?
         ON CONFLICT (canonical) DO UPDATE SET user = excluded.user, until = excluded.until",
        params![until, user, key.canonical],
    )?;
    tx.db.execute(
        "UPDATE user SET name = ?, canonical = ?, skeleton = ?, cased_skeleton = ?, role = iif(role = 'guest', 'member', role)
         WHERE id = ?",
        params![name, key.canonical, key.skeleton, key.cased_skeleton, user],
    )?;
    tx.db.execute(
        "DELETE FROM held_name WHERE user = ?1 AND canonical NOT IN
           (SELECT canonical FROM held_name WHERE user = ?1 ORDER BY until DESC LIMIT ?2)",
        params![user, HELD_NAMES],
    )?;
    operation::members::announce(tx, user)
}

fn use_invite(tx: &Tx<'_>, code: &[u8; 32]) -> Result<()> {
    let used = tx.db.execute(
        "UPDATE invite SET uses_left = uses_left - 1 WHERE code = ? AND uses_left > 0 AND expires_at > ?",
        params![code, tx.now.millis()],
    )?;
    if used == 0 { Err(StoreError::BadCode) } else { Ok(()) }
}
