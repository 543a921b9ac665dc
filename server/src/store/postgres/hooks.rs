//! Incoming hooks, on PostgreSQL.

use chat_protocol::{HookId, UserId, api::Hook};

use super::{engine::transaction::Tx, rows};
use crate::store::{NewHookRow, Result, RowId, access::Access, steps::Hooks};

impl Hooks for Tx<'_> {
    fn insert_hook_user(&mut self, id: UserId, new: &NewHookRow) -> Result<RowId> {
        let made = self.db.query_one(
            "INSERT INTO account (uuid, name, canonical, skeleton, cased_skeleton, role, bot, created_at)
             VALUES ($1, $2, $3, $4, $5, 'member', true, $6) RETURNING id",
            &[
                &id.uuid(),
                &new.name,
                &new.key.canonical,
                &new.key.skeleton,
                &new.key.cased_skeleton,
                &self.now.millis(),
            ],
        )?;
        Ok(made.try_get(0)?)
    }

    fn insert_hook(&mut self, access: &Access, maker: RowId, user: RowId, new: &NewHookRow) -> Result<()> {
        self.db.execute(
            "INSERT INTO hook (uuid, room, account, secret, maker, created_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (account) DO UPDATE SET uuid = excluded.uuid, room = excluded.room, secret = excluded.secret,
                                                 maker = excluded.maker, created_at = excluded.created_at",
            &[&new.id.uuid(), &access.row(), &user, &new.secret.as_slice(), &maker, &self.now.millis()],
        )?;
        Ok(())
    }

    fn is_of_ended_hook(&mut self, user: RowId) -> Result<bool> {
        let found = self.db.query_opt(
            "SELECT 1 FROM account LEFT JOIN hook ON hook.account = account.id
             WHERE account.id = $1 AND hook.secret IS NULL
               AND (hook.id IS NOT NULL OR (account.bot AND account.password IS NULL
                    AND NOT EXISTS (SELECT 1 FROM bot WHERE bot.account = $1)
                    AND NOT EXISTS (SELECT 1 FROM session WHERE session.account = $1)))",
            &[&user],
        )?;
        Ok(found.is_some())
    }

    fn hooks(&self, access: &Access) -> Result<Vec<Hook>> {
        let found = self.db.query(
            "SELECT hook.uuid, hook.created_at, poster.uuid, poster.name, maker.uuid, maker.name
             FROM hook JOIN account AS poster ON poster.id = hook.account JOIN account AS maker ON maker.id = hook.maker
             WHERE room = $1 AND secret IS NOT NULL ORDER BY hook.created_at, hook.id",
            &[&access.row()],
        )?;
        let hook = |row| {
            Ok(Hook {
                id: rows::id(row, 0)?,
                user: rows::user_ref(row, 2)?,
                url: None,
                created_at: rows::time(row, 1)?,
                by: rows::user_ref(row, 4)?,
            })
        };
        found.iter().map(hook).collect()
    }

    fn hook_user(&self, access: &Access, id: HookId) -> Result<Option<RowId>> {
        let found = self.db.query_opt(
            "SELECT account FROM hook WHERE uuid = $1 AND room = $2 AND secret IS NOT NULL",
            &[&id.uuid(), &access.row()],
        )?;
        found.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    fn set_hook_secret(&mut self, id: HookId, secret: Option<&[u8; 32]>) -> Result<()> {
        let secret = secret.map(<[u8; 32]>::as_slice);
        self.db.execute("UPDATE hook SET secret = $2 WHERE uuid = $1", &[&id.uuid(), &secret])?;
        Ok(())
    }
}
