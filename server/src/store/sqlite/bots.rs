//! Bots, on SQLite.

use chat_protocol::{User, UserId, UserSelector};
use rusqlite::params;

use super::{Store, engine::writer::Tx, rows};
use crate::store::{NewUserRow, Result, RowId, operation, steps::Bots};

impl Store {
    /// Makes a bot with its session, or takes up one of the maker's that has ended.
    ///
    /// # Errors
    /// `NameTaken`, `TooManyBots`, `BotMaker`.
    pub async fn create_bot(&self, maker: UserId, new: NewUserRow) -> Result<User> {
        self.write(move |tx| operation::bots::create(tx, maker, &new)).await
    }

    /// The bots of a user, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bots(&self, maker: UserId) -> Result<Vec<User>> {
        self.write(move |tx| operation::bots::list(tx, maker)).await
    }

    /// Ends a bot of a user.
    ///
    /// # Errors
    /// `NoBot`, `LastAdmin`.
    pub async fn end_bot(&self, maker: UserId, bot: UserSelector) -> Result<()> {
        self.write(move |tx| operation::bots::end(tx, maker, &bot)).await
    }
}

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
