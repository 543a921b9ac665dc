//! Bots, on SQLite.

use chat_protocol::User;
use rusqlite::params;

use super::{engine::writer::Tx, rows};
use crate::store::{Result, RowId, steps::Bots};

impl Bots for Tx<'_> {
    fn insert_bot(&mut self, user: RowId, maker: RowId) -> Result<()> {
        self.db.prepare_cached("UPDATE user SET bot = 1 WHERE id = ?")?.execute([user])?;
        self.db.prepare_cached("INSERT INTO bot (user, maker) VALUES (?, ?)")?.execute([user, maker])?;
        Ok(())
    }

    fn bots(&self, maker: RowId) -> Result<Vec<(RowId, User)>> {
        let sql = format!(
            "SELECT {}, user.id FROM user JOIN bot ON bot.user = user.id
             WHERE bot.maker = ? AND NOT bot.ended AND NOT user.disabled ORDER BY user.id",
            rows::USER
        );
        let mut find = self.db.prepare_cached(&sql)?;
        let found = find.query_map([maker], |row| Ok((row.get(rows::AFTER_USER)?, rows::user(row)?)))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    fn is_ended_bot(&self, user: RowId, maker: RowId) -> Result<bool> {
        let mut find = self.db.prepare_cached("SELECT 1 FROM bot WHERE user = ? AND maker = ? AND ended")?;
        Ok(find.exists([user, maker])?)
    }

    fn set_bot_ended(&mut self, user: RowId, ended: bool) -> Result<()> {
        self.db.prepare_cached("UPDATE bot SET ended = ? WHERE user = ?")?.execute(params![ended, user])?;
        Ok(())
    }
}
