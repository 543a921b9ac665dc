//! Bots: users that programs are, each with a member who answers for it.

use chat_protocol::{ErrorCode, Role, Token, User, UserId, UserSelector, name::UserName};

use super::{Caller, Chat, Error, Origin, Result};
use crate::store::{NewUserRow, StoreError};

impl Chat {
    /// Makes a bot. Gives it with its token, which is shown this once.
    ///
    /// # Errors
    /// `forbidden` for guests and bots, `name_taken`, `bad_request`, `rate_limited`.
    pub async fn create_bot(&self, caller: &Caller, origin: &Origin, name: &str) -> Result<(User, Token)> {
        if caller.role == Role::Guest {
            return Err(Error::forbidden("guests make no bots: choose a name first"));
        }
        let name = UserName::parse(name)?;
        self.may_tell(caller, origin)?;
        let (session, token) = self.new_session(origin)?;
        let new = NewUserRow {
            id: UserId::now_v7(),
            key: name.key(),
            name: name.to_string(),
            role: Role::Member,
            password: None,
            invite: None,
            needs_invite: false,
            most_rooms: self.rooms_per_user(),
            session,
        };
        match self.store().create_bot(caller.user, new).await {
            Ok(bot) => Ok((self.with_presence(bot), token)),
            Err(StoreError::NameTaken) => Err(self.name_taken(&name).await),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Why no bot can have this name. A bot that was imported is the operator's to let in: it may be in private rooms, and
    /// anyone who could take it up would read them.
    async fn name_taken(&self, name: &UserName) -> Error {
        match self.store().user(UserSelector::Name(name.to_string())).await {
            Ok(User { bot: true, name, .. }) => Error::new(
                ErrorCode::NameTaken,
                format!(
                    "a bot is called {name} already: choose another name; if it came with an import, the operator of the \
                     server lets its program in with `chat-server user reset {name}`"
                ),
            ),
            _ => StoreError::NameTaken.into(),
        }
    }

    /// The caller's bots.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn bots(&self, caller: &Caller) -> Result<Vec<User>> {
        let bots = self.store().bots(caller.user).await?;
        Ok(bots.into_iter().map(|bot| self.with_presence(bot)).collect())
    }

    /// Ends a bot of the caller's.
    ///
    /// # Errors
    /// `not_found`; `forbidden` for the last administrator.
    pub async fn end_bot(&self, caller: &Caller, bot: UserSelector) -> Result<()> {
        Ok(self.store().end_bot(caller.user, bot).await?)
    }
}
