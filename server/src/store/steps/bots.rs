//! Bots: users that programs are.

use chat_protocol::User;

use crate::store::{Result, RowId};

/// The steps on bots.
pub(in crate::store) trait Bots {
    /// Makes a user a bot, for which its maker answers.
    fn insert_bot(&mut self, user: RowId, maker: RowId) -> Result<()>;
    /// The bots of a user that have neither ended nor are disabled, the oldest first.
    fn bots(&self, maker: RowId) -> Result<Vec<(RowId, User)>>;
    /// Whether a bot of this maker has ended.
    fn is_ended_bot(&self, user: RowId, maker: RowId) -> Result<bool>;
    /// Changes whether a bot has ended.
    fn set_bot_ended(&mut self, user: RowId, ended: bool) -> Result<()>;
}
