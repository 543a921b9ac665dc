//! Bots.

use chat_protocol::{User, UserId, UserSelector};

use super::Store;
use crate::store::{NewUserRow, Result, operation};

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
