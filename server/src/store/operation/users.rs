//! Becoming a user, and changing what one is.

use std::time::Duration;

use chat_protocol::{Role, User, UserId, name::NameKey};

use super::{announce, codes, members, password, sessions};
use crate::store::{
    NewUserRow, Notice, PasswordChange, Result, RowId, StoreError, UserChange,
    steps::{Mark, Transaction},
};

/// How long a name given up stays its owner's.
const HELD: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many names that a user gave up are kept for them: the last ones.
const HELD_NAMES: usize = 3;
/// How long a guest that left no trace may be gone.
const GUEST_GONE: Duration = Duration::from_secs(24 * 60 * 60);

/// Makes a user with its first session, in the lobby. Of many at once that want a name, one gets it.
pub(in crate::store) fn create(tx: &mut dyn Transaction, new: &NewUserRow) -> Result<User> {
    let invite = match new.invite.as_ref().map(|code| codes::use_invite(tx, code)).transpose() {
        Err(StoreError::BadCode) if !new.needs_invite => None,
        used => used?,
    };
    check_free(tx, &new.key, None)?;
    let user = tx.insert_user(new)?;
    members::join_lobby(tx, user, new.role != Role::Guest)?;
    sessions::begin(tx, user, &new.session)?;
    if let Some(invite) = &invite {
        codes::join_invited(tx, invite, user, new.most_rooms)?;
    }
    tx.user(user)
}

/// Changes a user, and tells everyone who sees them.
pub(in crate::store) fn update(tx: &mut dyn Transaction, id: UserId, change: UserChange) -> Result<User> {
    let user = tx.user_row(id)?;
    if let Some((name, key)) = &change.name {
        rename(tx, user, name, key)?;
    }
    if let Some(display_name) = &change.display_name {
        tx.set_display_name(user, display_name.as_deref())?;
    }
    if let Some(status) = &change.status {
        tx.set_status(user, status.as_ref())?;
    }
    if let Some(color) = &change.color {
        tx.set_color(user, color.as_deref())?;
    }
    if let Some(password) = &change.password {
        change_password(tx, user, password)?;
    }
    notify_changed(tx, user)
}

/// Tells everyone who sees a user what they now are.
pub(super) fn notify_changed(tx: &mut dyn Transaction, user: RowId) -> Result<User> {
    let changed = tx.user(user)?;
    let rooms = tx.rooms_of(user)?;
    tx.notices().push(Notice::UserChanged { user: Box::new(changed.clone()), rooms });
    Ok(changed)
}

/// Removes guests that neither wrote nor chose a name and have been gone for a day; gives how many.
pub(in crate::store) fn remove_gone_guests(tx: &mut dyn Transaction, online: &[UserId]) -> Result<usize> {
    let day_ago = tx.now() - GUEST_GONE;
    if tx.marked_at(Mark::Absences)?.is_some_and(|since| since > day_ago) {
        return Ok(0);
    }
    tx.remove_guests_unseen_since(day_ago, online)
}

/// Choosing a name makes a guest a member, which the lobby is told.
fn rename(tx: &mut dyn Transaction, user: RowId, name: &str, key: &NameKey) -> Result<()> {
    check_free(tx, key, Some(user))?;
    let now = tx.now();
    tx.release_name(key)?;
    tx.release_expired_names(now)?;
    let before = tx.user(user)?;
    if before.role == Role::Guest {
        // A guest's name was not chosen: it is free again.
        tx.set_role(user, Role::Member)?;
    } else if NameKey::of(&before.name).canonical != key.canonical {
        tx.hold_name(user, now + HELD)?;
        tx.keep_last_names(user, HELD_NAMES)?;
    }
    tx.set_name(user, name, key)?;
    announce::announce(tx, user)?;
    tx.notices().push(Notice::Rewritten { room: None });
    Ok(())
}

/// Neither anyone's name, nor a look-alike of it, nor held for someone who gave it up.
pub(super) fn check_free(tx: &mut dyn Transaction, key: &NameKey, own: Option<RowId>) -> Result<()> {
    let now = tx.now();
    let is_others = |user| Some(user) != own;
    let is_taken = tx.users_like(key)?.into_iter().any(is_others)
        || tx.held_names_like(key)?.into_iter().any(|held| held.until > now && is_others(held.user));
    if is_taken { Err(StoreError::NameTaken) } else { Ok(()) }
}

/// The other sessions end, and the link code.
fn change_password(tx: &mut dyn Transaction, user: RowId, change: &PasswordChange) -> Result<()> {
    let PasswordChange { hash, replaces, session } = change;
    password::check(tx, user, replaces.as_deref())?;
    sessions::check(tx, user, *session)?;
    tx.set_password_hash(user, Some(hash))?;
    sessions::end_all(tx, user, Some(*session))
}
