//! Incoming hooks, on SQLite.

use chat_protocol::{HookId, UserId, api::Hook};
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

use super::{engine::writer::Tx, rows};
use crate::store::{
    NewHookRow, Result, RowId,
    access::Access,
    steps::{HookPoster, Hooks},
};

/// Whom a hook posts as, and where, if it has not ended.
pub(super) fn poster(db: &Connection, id: HookId) -> Result<Option<HookPoster>> {
    let mut find = db.prepare_cached(
        "SELECT hook.secret, user.uuid, user.name, room.uuid
         FROM hook JOIN user ON user.id = hook.user JOIN room ON room.id = hook.room
         WHERE hook.uuid = ? AND hook.secret IS NOT NULL",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(HookPoster {
            secret: row.get(0)?,
            user: row.get::<_, Uuid>(1)?.into(),
            name: row.get(2)?,
            room: row.get::<_, Uuid>(3)?.into(),
        })
    };
    Ok(find.query_row([id.uuid()], read).optional()?)
}

impl Hooks for Tx<'_> {
    fn insert_hook_user(&mut self, id: UserId, new: &NewHookRow) -> Result<RowId> {
        self.db
            .prepare_cached(
                "INSERT INTO user (uuid, name, canonical, skeleton, cased_skeleton, role, bot, created_at)
                 VALUES (?, ?, ?, ?, ?, 'member', 1, ?)",
            )?
            .execute(params![
                id.uuid(),
                new.name,
                new.key.canonical,
                new.key.skeleton,
                new.key.cased_skeleton,
                self.now.millis()
            ])?;
        Ok(self.db.last_insert_rowid())
    }

    fn insert_hook(&mut self, access: &Access, maker: RowId, user: RowId, new: &NewHookRow) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO hook (uuid, room, user, secret, maker, created_at) VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT (user) DO UPDATE SET uuid = excluded.uuid, room = excluded.room, secret = excluded.secret,
                                                  maker = excluded.maker, created_at = excluded.created_at",
            )?
            .execute(params![new.id.uuid(), access.row(), user, new.secret, maker, self.now.millis()])?;
        Ok(())
    }

    fn is_of_ended_hook(&mut self, user: RowId) -> Result<bool> {
        let mut find = self.db.prepare_cached(
            "SELECT 1 FROM user LEFT JOIN hook ON hook.user = user.id
             WHERE user.id = ?1 AND hook.secret IS NULL AND (hook.id IS NOT NULL OR (user.bot AND user.password IS NULL
                AND NOT EXISTS (SELECT 1 FROM bot WHERE bot.user = ?1)
                AND NOT EXISTS (SELECT 1 FROM session WHERE session.user = ?1)))",
        )?;
        Ok(find.exists([user])?)
    }

    fn hooks(&self, access: &Access) -> Result<Vec<Hook>> {
        let mut find = self.db.prepare_cached(
            "SELECT hook.uuid, hook.created_at, poster.uuid, poster.name, maker.uuid, maker.name
             FROM hook JOIN user AS poster ON poster.id = hook.user JOIN user AS maker ON maker.id = hook.maker
             WHERE room = ? AND secret IS NOT NULL ORDER BY hook.created_at, hook.id",
        )?;
        let hooks = find.query_map([access.row()], |row| {
            Ok(Hook {
                id: row.get::<_, Uuid>(0)?.into(),
                user: rows::user_ref(row, 2)?,
                url: None,
                created_at: rows::time(row, 1)?,
                by: rows::user_ref(row, 4)?,
            })
        })?;
        Ok(hooks.collect::<rusqlite::Result<_>>()?)
    }

    fn hook_user(&self, access: &Access, id: HookId) -> Result<Option<RowId>> {
        let mut find =
            self.db.prepare_cached("SELECT user FROM hook WHERE uuid = ? AND room = ? AND secret IS NOT NULL")?;
        Ok(find.query_row(params![id.uuid(), access.row()], |row| row.get(0)).optional()?)
    }

    fn set_hook_secret(&mut self, id: HookId, secret: Option<&[u8; 32]>) -> Result<()> {
        self.db.prepare_cached("UPDATE hook SET secret = ? WHERE uuid = ?")?.execute(params![secret, id.uuid()])?;
        Ok(())
    }
}
