//! Bots, on PostgreSQL.

use chat_protocol::User;

use super::{engine::transaction::Tx, rows};
use crate::store::{Result, RowId, steps::Bots};

impl Bots for Tx<'_> {
    fn insert_bot(&mut self, user: RowId, maker: RowId) -> Result<()> {
        self.db.execute("UPDATE account SET bot = true WHERE id = $1", &[&user])?;
        self.db.execute("INSERT INTO bot (account, maker) VALUES ($1, $2)", &[&user, &maker])?;
        Ok(())
    }

    fn bots(&self, maker: RowId) -> Result<Vec<(RowId, User)>> {
        let sql = format!(
            "SELECT {}, account.id FROM account JOIN bot ON bot.account = account.id
             WHERE bot.maker = $1 AND NOT bot.ended AND NOT account.disabled ORDER BY account.id",
            rows::USER
        );
        let found = self.db.query(&sql, &[&maker])?;
        found.iter().map(|row| Ok((row.try_get(rows::AFTER_USER)?, rows::user(row)?))).collect()
    }

    fn is_ended_bot(&self, user: RowId, maker: RowId) -> Result<bool> {
        let found =
            self.db.query_opt("SELECT 1 FROM bot WHERE account = $1 AND maker = $2 AND ended", &[&user, &maker])?;
        Ok(found.is_some())
    }

    fn set_bot_ended(&mut self, user: RowId, ended: bool) -> Result<()> {
        self.db.execute("UPDATE bot SET ended = $2 WHERE account = $1", &[&user, &ended])?;
        Ok(())
    }
}
