//! What moderators do to someone in a room, and who moderates it.

use chat_protocol::{LogEvent, Moderation, ModerationAction, RemovalReason, RoomRole, RoomSelector, Timestamp, UserId};
use sha2::{Digest, Sha256};

use super::{Transaction, access, announce, commands};
use crate::{
    access::{Deed, Person},
    store::{
        NewModerationRow, Notice, Result, RowId, StoreError,
        access::Access,
        steps::{Audited, EventRows, MessageHash, Restriction},
    },
};

/// Does something to someone, once however often it is asked for. Nothing happens where it is so already.
pub(in crate::store) fn moderate(
    tx: &mut impl Transaction,
    moderator: UserId,
    room: &RoomSelector,
    new: &NewModerationRow,
) -> Result<()> {
    let by = tx.user_row(moderator)?;
    let access = access(tx, room, by, Deed::Moderate)?;
    let user = tx.find_user(&new.user)?;
    let hash = hash(moderator, &access, user, new);
    if commands::done_before(tx, new.id, &hash)?.is_some() {
        return Ok(());
    }
    if user == by && new.action != ModerationAction::Role {
        return Err(StoreError::Oneself);
    }
    if access.is_lobby()
        && matches!(new.action, ModerationAction::Kick | ModerationAction::Ban | ModerationAction::Role)
    {
        return Err(StoreError::Lobby);
    }
    let person = tx.person(access.row(), Some(user))?;
    let is_member = person.is_member();
    let changed = match new.action {
        ModerationAction::Kick => is_member,
        ModerationAction::Ban => {
            tx.restrict(&access, user, Restriction::Ban, new.until)?;
            true
        }
        ModerationAction::Unban => tx.release(&access, user, Restriction::Ban)?,
        ModerationAction::Mute => {
            tx.restrict(&access, user, Restriction::Mute, new.until)?;
            true
        }
        ModerationAction::Unmute => tx.release(&access, user, Restriction::Mute)?,
        ModerationAction::Role => set_role(tx, &access, user, person, new.role.unwrap_or_default())?,
    };
    if !changed {
        return Ok(());
    }
    let removed = is_member && matches!(new.action, ModerationAction::Kick | ModerationAction::Ban);
    if removed {
        remove(tx, &access, user, by, new)?;
    }
    let moderation = Moderation {
        action: new.action,
        until: new.until,
        reason: new.reason.clone(),
        role: (new.action == ModerationAction::Role).then(|| new.role.unwrap_or_default()),
        removed,
    };
    let seq = log(tx, &access, user, by, moderation)?;
    let (actor, action) = (Some(by), word(new.action));
    let detail = new.reason.as_deref();
    tx.insert_audit(&Audited { actor, action, user: Some(user), access: Some(&access), detail })?;
    tx.insert_command(new.id, &hash, &access, seq)?;
    follow_last_moderator(tx, &access, by)
}

/// What the audit calls it.
const fn word(action: ModerationAction) -> &'static str {
    match action {
        ModerationAction::Kick => "kick",
        ModerationAction::Ban => "ban",
        ModerationAction::Unban => "unban",
        ModerationAction::Mute => "mute",
        ModerationAction::Unmute => "unmute",
        ModerationAction::Role => "role",
    }
}

fn set_role(tx: &mut impl Transaction, access: &Access, user: RowId, person: Person, role: RoomRole) -> Result<bool> {
    if !person.is_member() {
        return Err(StoreError::NoUser);
    }
    tx.set_moderator(access, user, role == RoomRole::Moderator)
}

/// Takes a member out of the room.
fn remove(tx: &mut impl Transaction, access: &Access, user: RowId, by: RowId, new: &NewModerationRow) -> Result<()> {
    tx.remove_member(access, user)?;
    tx.change_member_count(access, -1)?;
    let why = if new.action == ModerationAction::Ban { RemovalReason::Banned } else { RemovalReason::Kicked };
    let (by, reason, removed) = (Some(tx.user_ref(by)?), new.reason.clone(), tx.user_ref(user)?);
    tx.notices().push(Notice::Left { user: removed.id, room: access.id(), why, by, reason });
    Ok(())
}

/// When the last moderator of a room is gone, the one who has been there for longest follows. `by` made it so.
pub(super) fn follow_last_moderator(tx: &mut impl Transaction, access: &Access, by: RowId) -> Result<()> {
    if access.is_lobby() || tx.has_moderator(access)? {
        return Ok(());
    }
    let Some(next) = tx.longest_member(access)? else { return Ok(()) };
    tx.set_moderator(access, next, true)?;
    let (action, role) = (ModerationAction::Role, Some(RoomRole::Moderator));
    log(tx, access, next, by, Moderation { action, until: None, reason: None, role, removed: false })?;
    Ok(())
}

fn log(tx: &mut impl Transaction, access: &Access, user: RowId, by: RowId, moderation: Moderation) -> Result<u64> {
    announce::announce(tx, by)?;
    let event = LogEvent::Moderated { user: tx.user_ref(user)?, by: tx.user_ref(by)?, moderation };
    tx.append(access, EventRows { actor: Some(by), ..user.into() }, event)
}

fn hash(moderator: UserId, access: &Access, user: RowId, new: &NewModerationRow) -> MessageHash {
    let until = new.until.map(Timestamp::millis);
    let mut hash = Sha256::new();
    hash.update([8]);
    hash.update(moderator.uuid().as_bytes());
    hash.update(access.id().uuid().as_bytes());
    hash.update(format!("{user} {:?} {until:?} {:?} {:?}", new.action, new.reason, new.role).as_bytes());
    hash.finalize().into()
}
