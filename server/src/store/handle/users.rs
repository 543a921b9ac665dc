//! Users: taking names, changing them, finding people.

use chat_protocol::{User, UserId, UserSelector};

use super::Store;
use crate::store::{NewUserRow, Page, Result, UserChange, UserFilter, operation};

impl Store {
    /// Makes a user with its first session. Taking the name is atomic: of many at once, one gets it.
    ///
    /// # Errors
    /// `NameTaken`; `BadCode` when the invite is invalid.
    pub async fn create_user(&self, new: NewUserRow) -> Result<User> {
        self.write(move |tx| operation::users::create(tx, &new)).await
    }

    /// One user.
    ///
    /// # Errors
    /// `NoUser`.
    pub async fn user(&self, selector: UserSelector) -> Result<User> {
        self.read(move |db| db.user(db.find_user(&selector)?)).await
    }

    /// Changes a user. Choosing a name makes a guest a member, which the lobby is told.
    ///
    /// # Errors
    /// `NameTaken`, `NoUser`; for a new password `PasswordChanged`, and `NoSession` when the one that asks has ended.
    pub async fn update_user(&self, id: UserId, change: UserChange) -> Result<User> {
        self.write(move |tx| operation::users::update(tx, id, change)).await
    }

    /// A user's password hash, for who signs in by name. `None` for an unknown or disabled user and for one without.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn password(&self, selector: UserSelector) -> Result<Option<(UserId, String)>> {
        self.read(move |db| operation::devices::password(db, &selector)).await
    }

    /// People by name, a part of the list.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn users(&self, filter: UserFilter) -> Result<Page<User>> {
        self.read(move |db| db.users(&filter)).await
    }

    /// Notes when users were last here.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn seen(&self, users: Vec<UserId>) -> Result<()> {
        self.write(move |tx| {
            let now = tx.now();
            users.into_iter().try_for_each(|user| tx.set_last_seen(user, now))
        })
        .await
    }

    /// Removes guests that neither wrote nor chose a name and have been gone for a day; gives how many.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn remove_gone_guests(&self, online: Vec<UserId>) -> Result<usize> {
        self.write(move |tx| operation::users::remove_gone_guests(tx, &online)).await
    }
}
