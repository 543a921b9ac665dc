//! Making and ending incoming hooks: for those who moderate the room.

use chat_protocol::{HookId, LogEvent, RemovalReason, RoomSelector, UserId, UserRef, api::Hook};

use super::{Transaction, access, announce, members, members::Joining, users};
use crate::{
    access::{Deed, Person},
    store::{
        NewHookRow, Notice, Result, RowId, StoreError,
        access::Access,
        steps::{Audited, Ended},
    },
};

/// Hooks that one room may have.
const MOST: usize = 50;

/// Makes a hook. It posts as a user of that name: a new one, or that of a hook of the same name that has ended.
pub(in crate::store) fn create(
    tx: &mut dyn Transaction,
    maker: UserId,
    room: &RoomSelector,
    new: &NewHookRow,
) -> Result<Hook> {
    let by = tx.user_row(maker)?;
    let access = access(tx, room, by, Deed::Moderate)?;
    if tx.hooks(&access)?.len() >= MOST {
        return Err(StoreError::TooManyHooks);
    }
    let user = match ended_namesake(tx, new)? {
        Some(user) => {
            users::check_free(tx, &new.key, Some(user))?;
            tx.set_name(user, &new.name, &new.key)?;
            tx.set_disabled(user, false)?;
            user
        }
        None => {
            users::check_free(tx, &new.key, None)?;
            tx.insert_hook_user(UserId::now_v7(), new)?
        }
    };
    match tx.person(access.row(), Some(user))? {
        Person::Outsider { banned: true, .. } => return Err(StoreError::TheyAreBanned),
        person if person.is_member() => {}
        _ => {
            announce::announce(tx, by)?;
            members::join_and_notify(tx, &access, user, Joining { by: Some(by), moderates: false })?;
        }
    }
    tx.insert_hook(&access, by, user, new)?;
    audit(tx, &access, by, user, "hook_created")?;
    let hooks = tx.hooks(&access)?;
    hooks.into_iter().find(|hook| hook.id == new.id).ok_or(StoreError::NoHook)
}

/// The hooks of a room, without their secrets.
pub(in crate::store) fn list(tx: &mut dyn Transaction, reader: UserId, room: &RoomSelector) -> Result<Vec<Hook>> {
    let user = tx.user_row(reader)?;
    let access = access(tx, room, user, Deed::Moderate)?;
    tx.hooks(&access)
}

/// Gives a hook another secret: what knows the one before can post no more.
pub(in crate::store) fn replace_secret(
    tx: &mut dyn Transaction,
    moderator: UserId,
    room: &RoomSelector,
    id: HookId,
    secret: &[u8; 32],
) -> Result<Hook> {
    let by = tx.user_row(moderator)?;
    let (access, user) = find(tx, by, room, id)?;
    tx.set_hook_secret(id, Some(secret))?;
    audit(tx, &access, by, user, "hook_secret_replaced")?;
    tx.hooks(&access)?.into_iter().find(|hook| hook.id == id).ok_or(StoreError::NoHook)
}

/// Ends a hook. What it posted stays; its user leaves the room.
pub(in crate::store) fn end(
    tx: &mut dyn Transaction,
    moderator: UserId,
    room: &RoomSelector,
    id: HookId,
) -> Result<()> {
    let by = tx.user_row(moderator)?;
    let (access, user) = find(tx, by, room, id)?;
    tx.set_hook_secret(id, None)?;
    if tx.person(access.row(), Some(user))?.is_member() {
        leave(tx, &access, user)?;
    }
    tx.set_disabled(user, true)?;
    audit(tx, &access, by, user, "hook_ended")
}

fn find(tx: &mut dyn Transaction, by: RowId, room: &RoomSelector, id: HookId) -> Result<(Access, RowId)> {
    let access = access(tx, room, by, Deed::Moderate)?;
    let user = tx.hook_user(&access, id)?.ok_or(StoreError::NoHook)?;
    Ok((access, user))
}

/// The user of a hook that has ended, if it has exactly this name.
fn ended_namesake(tx: &mut dyn Transaction, new: &NewHookRow) -> Result<Option<RowId>> {
    match *tx.users_like(&new.key)?.as_slice() {
        [user] if tx.is_of_ended_hook(user)? => Ok(Some(user)),
        _ => Ok(None),
    }
}

/// The user of a hook is no longer a member.
fn leave(tx: &mut dyn Transaction, access: &Access, user: RowId) -> Result<()> {
    let UserRef { id, name } = tx.user_ref(user)?;
    let (room, why) = (access.id(), RemovalReason::Left);
    tx.remove_member(access, user, &Ended { why, by: None, reason: None })?;
    tx.notices().push(Notice::Left { user: id, room, why, by: None, reason: None });
    tx.change_member_count(access, -1)?;
    tx.append(access, user.into(), LogEvent::UserLeft { user: UserRef { id, name } })?;
    Ok(())
}

fn audit(tx: &mut dyn Transaction, access: &Access, by: RowId, user: RowId, action: &'static str) -> Result<()> {
    let (actor, user, access) = (Some(by), Some(user), Some(access));
    tx.insert_audit(&Audited { actor, action, user, access, detail: None })
}
