//! Users: taking names, changing them, finding people.

use chat_protocol::{Role, Timestamp, User, UserId, UserRef, name::NameKey};
use rusqlite::{Connection, OptionalExtension, params};

use super::{engine::writer::Tx, rows};
use crate::store::{
    NewUserRow, Page, Result, RowId, StoreError, UserFilter, records,
    steps::{Author, HeldName, Users},
};

pub(super) fn read(db: &Connection, user: i64) -> Result<User> {
    let sql = format!("SELECT {} FROM user WHERE id = ?", rows::USER);
    Ok(db.prepare_cached(&sql)?.query_row([user], rows::user)?)
}

/// People by name, a part of the list.
pub(super) fn list(db: &Connection, filter: &UserFilter) -> Result<Page<User>> {
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
    let after = records::after_name(filter.after.as_deref());
    let found = db
        .prepare_cached(&sql)?
        .query_map(params![after, q, online, ids, filter.limit + 1], |row| {
            Ok((rows::user(row)?, row.get(rows::AFTER_USER)?))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Page::cut(found, filter.limit))
}

/// Who writes, by the tables.
pub(super) fn author(db: &Connection, id: UserId) -> Result<Author> {
    db.prepare_cached(
        "SELECT id, name, NOT EXISTS (SELECT 1 FROM member WHERE user = user.id AND joined AND NOT announced)
         FROM user WHERE uuid = ?",
    )?
    .query_row([id.uuid()], |found| Ok(Author { row: found.get(0)?, name: found.get(1)?, announced: found.get(2)? }))
    .optional()?
    .ok_or(StoreError::NoUser)
}

/// Condition of queries for what has a name, or one that looks like it: `?1`, `?2` and `?3` are the parts of its key.
const LIKE: &str = "(canonical = ?1 OR skeleton IN (?2, ?3) OR cased_skeleton IN (?2, ?3))";

impl Users for Tx<'_> {
    fn user(&mut self, user: RowId) -> Result<User> {
        read(self.db, user)
    }

    fn user_ref(&mut self, user: RowId) -> Result<UserRef> {
        let mut find = self.db.prepare_cached("SELECT uuid, name FROM user WHERE id = ?")?;
        Ok(find.query_row([user], |row| rows::user_ref(row, 0))?)
    }

    fn insert_user(&mut self, new: &NewUserRow) -> Result<RowId> {
        self.db
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
                self.now.millis()
            ])?;
        Ok(self.db.last_insert_rowid())
    }

    fn users_like(&mut self, key: &NameKey) -> Result<Vec<RowId>> {
        let mut find = self.db.prepare_cached(&format!("SELECT id FROM user WHERE {LIKE}"))?;
        let found = find.query_map([&key.canonical, &key.skeleton, &key.cased_skeleton], |row| row.get(0))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    fn held_names_like(&mut self, key: &NameKey) -> Result<Vec<HeldName>> {
        let mut find = self.db.prepare_cached(&format!("SELECT user, until FROM held_name WHERE {LIKE}"))?;
        let found = find.query_map([&key.canonical, &key.skeleton, &key.cased_skeleton], |row| {
            Ok(HeldName { user: row.get(0)?, until: rows::time(row, 1)? })
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    fn set_name(&mut self, user: RowId, name: &str, key: &NameKey) -> Result<()> {
        self.db
            .prepare_cached("UPDATE user SET name = ?, canonical = ?, skeleton = ?, cased_skeleton = ? WHERE id = ?")?
            .execute(params![name, key.canonical, key.skeleton, key.cased_skeleton, user])?;
        Ok(())
    }

    fn hold_name(&mut self, user: RowId, until: Timestamp) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO held_name (canonical, skeleton, cased_skeleton, user, until)
                 SELECT canonical, skeleton, cased_skeleton, id, ? FROM user WHERE id = ?
                 ON CONFLICT (canonical) DO UPDATE SET user = excluded.user, until = excluded.until",
            )?
            .execute(params![until.millis(), user])?;
        Ok(())
    }

    fn release_name(&mut self, key: &NameKey) -> Result<()> {
        self.db.prepare_cached("DELETE FROM held_name WHERE canonical = ?")?.execute([&key.canonical])?;
        Ok(())
    }

    fn release_expired_names(&mut self, now: Timestamp) -> Result<()> {
        self.db.prepare_cached("DELETE FROM held_name WHERE until <= ?")?.execute([now.millis()])?;
        Ok(())
    }

    fn keep_last_names(&mut self, user: RowId, most: usize) -> Result<()> {
        self.db
            .prepare_cached(
                "DELETE FROM held_name WHERE user = ?1 AND canonical NOT IN
                   (SELECT canonical FROM held_name WHERE user = ?1 ORDER BY until DESC LIMIT ?2)",
            )?
            .execute(params![user, most])?;
        Ok(())
    }

    fn set_display_name(&mut self, user: RowId, text: Option<&str>) -> Result<()> {
        self.db.prepare_cached("UPDATE user SET display_name = ? WHERE id = ?")?.execute(params![text, user])?;
        Ok(())
    }

    fn set_color(&mut self, user: RowId, color: Option<&str>) -> Result<()> {
        self.db.prepare_cached("UPDATE user SET color = ? WHERE id = ?")?.execute(params![color, user])?;
        Ok(())
    }

    fn set_role(&mut self, user: RowId, role: Role) -> Result<()> {
        let mut update = self.db.prepare_cached("UPDATE user SET role = ? WHERE id = ?")?;
        update.execute(params![rows::role_text(role), user])?;
        Ok(())
    }

    fn password_hash(&mut self, user: RowId) -> Result<Option<String>> {
        let mut find = self.db.prepare_cached("SELECT password FROM user WHERE id = ?")?;
        Ok(find.query_row([user], |row| row.get(0))?)
    }

    fn set_password_hash(&mut self, user: RowId, hash: Option<&str>) -> Result<()> {
        self.db.prepare_cached("UPDATE user SET password = ? WHERE id = ?")?.execute(params![hash, user])?;
        Ok(())
    }

    fn is_disabled(&mut self, user: RowId) -> Result<bool> {
        let mut find = self.db.prepare_cached("SELECT disabled FROM user WHERE id = ?")?;
        Ok(find.query_row([user], |row| row.get(0))?)
    }

    fn set_disabled(&mut self, user: RowId, disabled: bool) -> Result<()> {
        self.db.prepare_cached("UPDATE user SET disabled = ? WHERE id = ?")?.execute(params![disabled, user])?;
        Ok(())
    }

    fn set_last_seen(&mut self, user: UserId, at: Timestamp) -> Result<()> {
        let mut update = self.db.prepare_cached("UPDATE user SET last_seen_at = ? WHERE uuid = ?")?;
        update.execute(params![at.millis(), user.uuid()])?;
        Ok(())
    }

    fn remove_guests_unseen_since(&mut self, time: Timestamp, except: &[UserId]) -> Result<usize> {
        Ok(self.db.execute(
            "DELETE FROM user WHERE role = 'guest' AND coalesce(last_seen_at, created_at) < ?1
               AND uuid NOT IN (SELECT unhex(value) FROM json_each(?2))
               AND NOT EXISTS (SELECT 1 FROM session WHERE session.user = user.id AND last_used_at >= ?1)
               AND NOT EXISTS (SELECT 1 FROM member WHERE member.user = user.id AND announced)",
            params![time.millis(), rows::id_list(except)],
        )?)
    }
}
