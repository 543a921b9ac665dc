//! Making and ending bots. The member who made a bot answers for it: it ends with them.

use chat_protocol::{Role, User, UserId, UserSelector, name::NameKey};

use super::{Transaction, members, moderation, sessions, users};
use crate::store::{NewUserRow, Result, RowId, StoreError, steps::Audited};

/// Bots that one user may have.
const MOST: usize = 20;

/// Makes a bot with its session, in the lobby. One of the same name that its maker ended is taken up again, with its rooms.
pub(in crate::store) fn create(tx: &mut dyn Transaction, maker: UserId, new: &NewUserRow) -> Result<User> {
    let by = tx.user_row(maker)?;
    if tx.user(by)?.bot {
        return Err(StoreError::BotMaker);
    }
    if tx.bots(by)?.len() >= MOST {
        return Err(StoreError::TooManyBots);
    }
    let ended = ended_namesake(tx, by, &new.key)?;
    users::check_free(tx, &new.key, ended)?;
    let user = match ended {
        Some(user) => {
            tx.set_disabled(user, false)?;
            tx.set_bot_ended(user, false)?;
            user
        }
        None => {
            let user = tx.insert_user(new)?;
            tx.insert_bot(user, by)?;
            members::join_lobby(tx, user, true)?;
            user
        }
    };
    sessions::begin(tx, user, &new.session)?;
    audit(tx, Some(by), user, "bot_created")?;
    tx.user(user)
}

/// The bots of a user.
pub(in crate::store) fn list(tx: &mut dyn Transaction, maker: UserId) -> Result<Vec<User>> {
    let maker = tx.user_row(maker)?;
    Ok(tx.bots(maker)?.into_iter().map(|(_, bot)| bot).collect())
}

/// Ends a bot: its token is invalid from then on. What it said stays, and its name stays its maker's.
pub(in crate::store) fn end(tx: &mut dyn Transaction, maker: UserId, bot: &UserSelector) -> Result<()> {
    let (maker, bot) = (tx.user_row(maker)?, tx.find_user(bot)?);
    let (_, found) = tx.bots(maker)?.into_iter().find(|(row, _)| *row == bot).ok_or(StoreError::NoBot)?;
    if found.role == Role::Admin && tx.count_admins()? <= 1 {
        return Err(StoreError::LastAdmin);
    }
    end_one(tx, Some(maker), bot)
}

/// Ends the bots of a user who is disabled.
pub(super) fn end_all(tx: &mut dyn Transaction, actor: Option<RowId>, maker: RowId) -> Result<()> {
    let bots = tx.bots(maker)?;
    bots.into_iter().try_for_each(|(bot, _)| end_one(tx, actor, bot))
}

/// Nothing stays by which anyone else could sign in as it when it is taken up.
fn end_one(tx: &mut dyn Transaction, actor: Option<RowId>, bot: RowId) -> Result<()> {
    sessions::end_all(tx, bot, None)?;
    tx.set_password_hash(bot, None)?;
    tx.set_role(bot, Role::Member)?;
    tx.set_disabled(bot, true)?;
    tx.set_bot_ended(bot, true)?;
    if let Some(actor) = actor {
        moderation::leave_all(tx, bot, actor)?;
    }
    audit(tx, actor, bot, "bot_ended")
}

/// The bot of this maker that has ended and has this name, not one that only looks like it.
fn ended_namesake(tx: &mut dyn Transaction, maker: RowId, key: &NameKey) -> Result<Option<RowId>> {
    match *tx.users_like(key)?.as_slice() {
        [user] if tx.is_ended_bot(user, maker)? => {
            let name = tx.user_ref(user)?.name;
            Ok((NameKey::of(&name).canonical == key.canonical).then_some(user))
        }
        _ => Ok(None),
    }
}

fn audit(tx: &mut dyn Transaction, actor: Option<RowId>, bot: RowId, action: &'static str) -> Result<()> {
    tx.insert_audit(&Audited { actor, action, user: Some(bot), access: None, detail: None })
}
