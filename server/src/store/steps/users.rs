//! Users: names, and what one is.

use chat_protocol::{Role, Timestamp, User, UserId, UserRef, name::NameKey};

use crate::store::{NewUserRow, Result, RowId};

/// A name that someone gave up, kept for them.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct HeldName {
    pub(in crate::store) user: RowId,
    pub(in crate::store) until: Timestamp,
}

/// The steps on users.
pub(in crate::store) trait Users {
    /// A whole user; `online` is not known here.
    fn user(&mut self, user: RowId) -> Result<User>;
    /// The short form of a user.
    fn user_ref(&mut self, user: RowId) -> Result<UserRef>;
    /// Makes a user without sessions and memberships.
    fn insert_user(&mut self, new: &NewUserRow) -> Result<RowId>;

    /// Who has this name, or one that looks like it.
    fn users_like(&mut self, key: &NameKey) -> Result<Vec<RowId>>;
    /// Names given up that are this one, or look like it.
    fn held_names_like(&mut self, key: &NameKey) -> Result<Vec<HeldName>>;
    /// Gives a user another name.
    fn set_name(&mut self, user: RowId, name: &str, key: &NameKey) -> Result<()>;
    /// Keeps the name that a user has now for them.
    fn hold_name(&mut self, user: RowId, until: Timestamp) -> Result<()>;
    /// Keeps this name for nobody any more.
    fn release_name(&mut self, key: &NameKey) -> Result<()>;
    /// Keeps no names any more that were kept up to now at most.
    fn release_expired_names(&mut self, now: Timestamp) -> Result<()>;
    /// Keeps only the names that a user gave up last.
    fn keep_last_names(&mut self, user: RowId, most: usize) -> Result<()>;

    /// Changes what others see beside the name.
    fn set_display_name(&mut self, user: RowId, text: Option<&str>) -> Result<()>;
    /// Changes the colour, `#rrggbb`.
    fn set_color(&mut self, user: RowId, color: Option<&str>) -> Result<()>;
    /// Changes the role.
    fn set_role(&mut self, user: RowId, role: Role) -> Result<()>;
    /// The hash of a user's password.
    fn password_hash(&mut self, user: RowId) -> Result<Option<String>>;
    /// Changes the hash of a user's password.
    fn set_password_hash(&mut self, user: RowId, hash: Option<&str>) -> Result<()>;
    /// Whether a user may no longer sign in.
    fn is_disabled(&mut self, user: RowId) -> Result<bool>;
    /// Changes whether a user may no longer sign in.
    fn set_disabled(&mut self, user: RowId, disabled: bool) -> Result<()>;

    /// Notes when a user was last here; nothing happens if there is no such user.
    fn set_last_seen(&mut self, user: UserId, at: Timestamp) -> Result<()>;
    /// Removes guests of whom no log speaks, and who were last seen, and last used a session, before a time; gives how
    /// many.
    fn remove_guests_unseen_since(&mut self, time: Timestamp, except: &[UserId]) -> Result<usize>;
}
