//! Users, on PostgreSQL: taking names, changing them, finding people.

use chat_protocol::{Role, Timestamp, User, UserId, UserRef, name::NameKey};
use uuid::Uuid;

use super::{
    engine::{connection::Db, transaction::Tx},
    rows,
};
use crate::store::{
    NewUserRow, Result, RowId, StoreError,
    steps::{Author, HeldName, Users},
};

pub(super) fn read(db: &Db, user: RowId) -> Result<User> {
    let sql = format!("SELECT {} FROM account WHERE id = $1", rows::USER);
    rows::user(&db.query_one(&sql, &[&user])?)
}

/// Who writes.
pub(super) fn author(db: &Db, id: UserId) -> Result<Author> {
    let found = db.query_opt(
        "SELECT id, name, NOT EXISTS (SELECT 1 FROM member WHERE member.account = account.id AND joined AND NOT announced)
         FROM account WHERE uuid = $1",
        &[&id.uuid()],
    )?;
    let row = found.ok_or(StoreError::NoUser)?;
    Ok(Author { row: row.try_get(0)?, name: row.try_get(1)?, announced: row.try_get(2)? })
}

/// Condition of queries for what has a name, or one that looks like it: `$1` is its canonical form, `$2` its skeletons.
const LIKE: &str = "(canonical = $1 OR skeleton = ANY($2) OR cased_skeleton = ANY($2))";

impl Users for Tx<'_> {
    fn user(&mut self, user: RowId) -> Result<User> {
        read(self.db, user)
    }

    fn user_ref(&mut self, user: RowId) -> Result<UserRef> {
        rows::user_ref(&self.db.query_one("SELECT uuid, name FROM account WHERE id = $1", &[&user])?, 0)
    }

    fn insert_user(&mut self, new: &NewUserRow) -> Result<RowId> {
        let made = self.db.query_one(
            "INSERT INTO account (uuid, name, canonical, skeleton, cased_skeleton, role, password, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            &[
                &new.id.uuid(),
                &new.name,
                &new.key.canonical,
                &new.key.skeleton,
                &new.key.cased_skeleton,
                &rows::role_text(new.role),
                &new.password,
                &self.now.millis(),
            ],
        )?;
        Ok(made.try_get(0)?)
    }

    fn users_like(&mut self, key: &NameKey) -> Result<Vec<RowId>> {
        let sql = format!("SELECT id FROM account WHERE {LIKE}");
        rows::firsts(&self.db.query(&sql, &[&key.canonical, &skeletons(key)])?)
    }

    fn held_names_like(&mut self, key: &NameKey) -> Result<Vec<HeldName>> {
        let sql = format!("SELECT account, until FROM held_name WHERE {LIKE}");
        let found = self.db.query(&sql, &[&key.canonical, &skeletons(key)])?;
        found.iter().map(|row| Ok(HeldName { user: row.try_get(0)?, until: rows::time(row, 1)? })).collect()
    }

    fn set_name(&mut self, user: RowId, name: &str, key: &NameKey) -> Result<()> {
        self.db.execute(
            "UPDATE account SET name = $2, canonical = $3, skeleton = $4, cased_skeleton = $5 WHERE id = $1",
            &[&user, &name, &key.canonical, &key.skeleton, &key.cased_skeleton],
        )?;
        Ok(())
    }

    fn hold_name(&mut self, user: RowId, until: Timestamp) -> Result<()> {
        self.db.execute(
            "INSERT INTO held_name (canonical, skeleton, cased_skeleton, account, until)
             SELECT canonical, skeleton, cased_skeleton, id, $2 FROM account WHERE id = $1
             ON CONFLICT (canonical) DO UPDATE SET account = excluded.account, until = excluded.until",
            &[&user, &until.millis()],
        )?;
        Ok(())
    }

    fn release_name(&mut self, key: &NameKey) -> Result<()> {
        self.db.execute("DELETE FROM held_name WHERE canonical = $1", &[&key.canonical])?;
        Ok(())
    }

    fn release_expired_names(&mut self, now: Timestamp) -> Result<()> {
        self.db.execute("DELETE FROM held_name WHERE until <= $1", &[&now.millis()])?;
        Ok(())
    }

    fn keep_last_names(&mut self, user: RowId, most: usize) -> Result<()> {
        self.db.execute(
            "DELETE FROM held_name WHERE account = $1 AND canonical IN
               (SELECT canonical FROM held_name WHERE account = $1 ORDER BY until DESC OFFSET $2)",
            &[&user, &rows::int(most)],
        )?;
        Ok(())
    }

    fn set_display_name(&mut self, user: RowId, text: Option<&str>) -> Result<()> {
        self.db.execute("UPDATE account SET display_name = $2 WHERE id = $1", &[&user, &text])?;
        Ok(())
    }

    fn set_color(&mut self, user: RowId, color: Option<&str>) -> Result<()> {
        self.db.execute("UPDATE account SET color = $2 WHERE id = $1", &[&user, &color])?;
        Ok(())
    }

    fn set_role(&mut self, user: RowId, role: Role) -> Result<()> {
        self.db.execute("UPDATE account SET role = $2 WHERE id = $1", &[&user, &rows::role_text(role)])?;
        Ok(())
    }

    fn password_hash(&mut self, user: RowId) -> Result<Option<String>> {
        Ok(self.db.query_one("SELECT password FROM account WHERE id = $1", &[&user])?.try_get(0)?)
    }

    fn set_password_hash(&mut self, user: RowId, hash: Option<&str>) -> Result<()> {
        self.db.execute("UPDATE account SET password = $2 WHERE id = $1", &[&user, &hash])?;
        Ok(())
    }

    fn is_disabled(&mut self, user: RowId) -> Result<bool> {
        Ok(self.db.query_one("SELECT disabled FROM account WHERE id = $1", &[&user])?.try_get(0)?)
    }

    fn set_disabled(&mut self, user: RowId, disabled: bool) -> Result<()> {
        self.db.execute("UPDATE account SET disabled = $2 WHERE id = $1", &[&user, &disabled])?;
        Ok(())
    }

    fn set_last_seen(&mut self, user: UserId, at: Timestamp) -> Result<()> {
        self.db.execute("UPDATE account SET last_seen_at = $2 WHERE uuid = $1", &[&user.uuid(), &at.millis()])?;
        Ok(())
    }

    fn remove_guests_unseen_since(&mut self, time: Timestamp, except: &[UserId]) -> Result<usize> {
        let except: Vec<Uuid> = except.iter().map(|user| user.uuid()).collect();
        let removed = self.db.execute(
            "DELETE FROM account WHERE role = 'guest' AND coalesce(last_seen_at, created_at) < $1
               AND uuid <> ALL($2)
               AND NOT EXISTS (SELECT 1 FROM session WHERE session.account = account.id AND last_used_at >= $1)
               AND NOT EXISTS (SELECT 1 FROM member WHERE member.account = account.id AND announced)",
            &[&time.millis(), &except],
        )?;
        Ok(usize::try_from(removed).unwrap_or(usize::MAX))
    }
}

/// What a name looks like: with its case, and without.
fn skeletons(key: &NameKey) -> Vec<&str> {
    vec![&key.skeleton, &key.cased_skeleton]
}
