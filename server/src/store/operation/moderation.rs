//! What moderators do to someone in a room, and who moderates it.

use chat_protocol::{LogEvent, Moderation, ModerationAction, RemovalReason, RoomRole, RoomSelector, Timestamp, UserId};
use serde_json::json;

use super::{
    Transaction, access, announce,
    commands::{self, Kind},
};
use crate::{
    access::Deed,
    store::{
        NewModerationRow, Notice, Result, RowId, StoreError,
        access::Access,
        steps::{Audited, Ended, EventRows, MessageHash, Restriction},
    },
};

/// Does something to someone, once however often it is asked for. Nothing happens where it is so already.
pub(in crate::store) fn moderate(
    tx: &mut dyn Transaction,
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
    match act(tx, &access, by, user, new)? {
        Some(seq) => tx.insert_command(new.id, &hash, &access, seq),
        None => Ok(()),
    }
}

/// Does it as one who moderates. Gives the position of its event, or `None` where it was so already.
pub(super) fn act(
    tx: &mut dyn Transaction,
    access: &Access,
    by: RowId,
    user: RowId,
    new: &NewModerationRow,
) -> Result<Option<u64>> {
    let action = new.action;
    if user == by && action != ModerationAction::Role {
        return Err(StoreError::Oneself);
    }
    let removes = matches!(action, ModerationAction::Kick | ModerationAction::Ban);
    if access.is_lobby() && (removes || action == ModerationAction::Role) {
        return Err(StoreError::Lobby);
    }
    let role = new.role.unwrap_or_default();
    let demotes = action == ModerationAction::Role && role == RoomRole::Member;
    if removes || demotes || action == ModerationAction::Mute {
        crate::access::check_target(access.kind(), tx.user(by)?.role, tx.user(user)?.role)?;
    }
    let is_member = tx.person(access.row(), Some(user))?.is_member();
    let changed = match action {
        ModerationAction::Kick => is_member,
        ModerationAction::Ban => tx.restrict(access, user, Restriction::Ban, new.until)?,
        ModerationAction::Unban => tx.release(access, user, Restriction::Ban)?,
        ModerationAction::Mute => tx.restrict(access, user, Restriction::Mute, new.until)?,
        ModerationAction::Unmute => tx.release(access, user, Restriction::Mute)?,
        ModerationAction::Role if !is_member => return Err(StoreError::NoUser),
        ModerationAction::Role => tx.set_moderator(access, user, role == RoomRole::Moderator)?,
    };
    if !changed {
        return Ok(None);
    }
    let removed = removes && is_member;
    if removed {
        remove(tx, access, user, by, new)?;
    }
    let moderation = Moderation {
        action,
        until: new.until,
        reason: new.reason.clone(),
        role: (action == ModerationAction::Role).then_some(role),
        removed,
    };
    let seq = log(tx, access, user, by, moderation)?;
    let detail = new.reason.as_deref();
    tx.insert_audit(&Audited {
        actor: Some(by),
        action: word(action),
        user: Some(user),
        access: Some(access),
        detail,
    })?;
    let is_moderated = !(removed || demotes) || has_successor(tx, access, user, by)?;
    if demotes && !is_moderated {
        return Err(StoreError::LastModerator);
    }
    Ok(Some(seq))
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

/// Takes a member out of the room.
fn remove(tx: &mut dyn Transaction, access: &Access, user: RowId, by: RowId, new: &NewModerationRow) -> Result<()> {
    let why = if new.action == ModerationAction::Ban { RemovalReason::Banned } else { RemovalReason::Kicked };
    tx.remove_member(access, user, &Ended { why, by: Some(by), reason: new.reason.as_deref() })?;
    tx.change_member_count(access, -1)?;
    let (by, reason, removed) = (Some(tx.user_ref(by)?), new.reason.clone(), tx.user_ref(user)?);
    tx.notices().push(Notice::Left { user: removed.id, room: access.id(), why, by, reason });
    Ok(())
}

/// Whether a room has a moderator after `gone` was one for the last time. If there is no other, the member follows who has
/// been there for longest. `by` made it so.
pub(super) fn has_successor(tx: &mut dyn Transaction, access: &Access, gone: RowId, by: RowId) -> Result<bool> {
    if access.is_lobby() || tx.has_moderator(access)? {
        return Ok(true);
    }
    let Some(next) = tx.longest_member(access, gone)? else { return Ok(false) };
    tx.set_moderator(access, next, true)?;
    let (action, role) = (ModerationAction::Role, Some(RoomRole::Moderator));
    log(tx, access, next, by, Moderation { action, until: None, reason: None, role, removed: false })?;
    Ok(true)
}

/// Has somebody follow a user who can no longer sign in, wherever they were the last moderator.
pub(super) fn leave_all(tx: &mut dyn Transaction, gone: RowId, by: RowId) -> Result<()> {
    for room in tx.rooms_of(gone)? {
        // Direct rooms in which nothing was said yet are not there for them.
        let Ok(access) = access(tx, &room.into(), gone, Deed::See) else { continue };
        if access.moderates() {
            has_successor(tx, &access, gone, by)?;
        }
    }
    Ok(())
}

fn log(tx: &mut dyn Transaction, access: &Access, user: RowId, by: RowId, moderation: Moderation) -> Result<u64> {
    announce::announce(tx, by)?;
    let event = LogEvent::Moderated { user: tx.user_ref(user)?, by: tx.user_ref(by)?, moderation };
    tx.append(access, EventRows { actor: Some(by), ..user.into() }, event)
}

fn hash(moderator: UserId, access: &Access, user: RowId, new: &NewModerationRow) -> MessageHash {
    let content = json!([user, new.action, new.until.map(Timestamp::millis), new.reason, new.role]);
    commands::hash(Kind::Moderate, moderator, access.id().uuid(), content.to_string().as_bytes())
}
