//! Becoming a member of a room, and leaving it.

use chat_protocol::{LOBBY, LogEvent, ModerationAction, RemovalReason, Room, RoomKind, RoomRole, RoomSelector, UserId};
use serde_json::json;

use super::{
    Transaction, access,
    announce::announce,
    commands::{self, Kind},
    moderation,
};
use crate::{
    access::{Deed, Person},
    store::{
        NewMemberRow, NewModerationRow, Notice, Result, RowId, StoreError,
        access::Access,
        steps::{Ended, EventRows, MessageHash},
    },
};

/// Makes a user a member; nothing happens when they are one already.
pub(in crate::store) fn join(tx: &mut dyn Transaction, user: UserId, room: &RoomSelector, limit: u64) -> Result<()> {
    let user = tx.user_row(user)?;
    let access = access(tx, room, user, Deed::Join)?;
    if access.is_member() {
        return Ok(());
    }
    announce(tx, user)?;
    // It comes back with its next message, too: no limit keeps it away.
    if access.kind() == RoomKind::Direct {
        return reopen(tx, &access, user);
    }
    check_count(tx, user, limit)?;
    join_and_notify(tx, &access, user, Joining::default())?;
    Ok(())
}

/// Puts a direct room back into the list of one of its people.
pub(super) fn reopen(tx: &mut dyn Transaction, access: &Access, user: RowId) -> Result<()> {
    if tx.open_direct(access, user)? {
        let room = Box::new(tx.room(&access.for_user(user))?);
        let user = tx.user_ref(user)?;
        tx.notices().push(Notice::Joined { user, room });
    }
    Ok(())
}

/// Ends a membership; nothing happens without one.
pub(in crate::store) fn leave(tx: &mut dyn Transaction, leaver: UserId, room: &RoomSelector) -> Result<()> {
    let user = tx.user_row(leaver)?;
    let access = access(tx, room, user, Deed::Leave)?;
    if !access.is_member() {
        return Ok(());
    }
    tx.remove_member(&access, user, &Ended { why: RemovalReason::Left, by: None, reason: None })?;
    let room = access.id();
    tx.notices().push(Notice::Left { user: leaver, room, why: RemovalReason::Left, by: None, reason: None });
    // A direct room is only hidden, until something new comes: who left it is still one of its people.
    if access.kind() == RoomKind::Direct {
        let people = vec![tx.user_ref(user)?];
        tx.notices().push(Notice::DirectPeople { room, people });
        return Ok(());
    }
    tx.change_member_count(&access, -1)?;
    let event = LogEvent::UserLeft { user: tx.user_ref(user)? };
    tx.append(&access, user.into(), event)?;
    moderation::has_successor(tx, &access, user, user)?;
    Ok(())
}

/// Makes somebody else a member, in the role that a moderator says, once however often it is asked for; nothing happens when
/// they are that already.
pub(in crate::store) fn add(
    tx: &mut dyn Transaction,
    adder: UserId,
    room: &RoomSelector,
    new: &NewMemberRow,
    limit: u64,
) -> Result<()> {
    let by = tx.user_row(adder)?;
    let deed = if new.role.is_some() { Deed::Moderate } else { Deed::Add };
    let access = access(tx, room, by, deed)?;
    let added = tx.find_user(&new.user)?;
    let hash = hash(adder, &access, added, new.role);
    if commands::done_before(tx, new.id, &hash)?.is_some() {
        return Ok(());
    }
    let mut last = insert_other(tx, &access, by, added, limit)?;
    // Who is new is a member already, and no moderator.
    let is_new_member = last.is_some() && new.role == Some(RoomRole::Member);
    if let Some(role) = new.role.filter(|_| !is_new_member) {
        let (id, user) = (new.id, new.user.clone());
        let action = ModerationAction::Role;
        let row = NewModerationRow { id, user, action, until: None, reason: None, role: Some(role) };
        last = moderation::act(tx, &access, by, added, &row)?.or(last);
    }
    match last {
        Some(seq) => tx.insert_command(new.id, &hash, &access, seq),
        None => Ok(()),
    }
}

/// Makes somebody else a member. Gives the position of their `UserJoined`, or `None` when they are one already.
fn insert_other(tx: &mut dyn Transaction, access: &Access, by: RowId, added: RowId, limit: u64) -> Result<Option<u64>> {
    match tx.person(access.row(), Some(added))? {
        Person::Outsider { banned: true, .. } => return Err(StoreError::TheyAreBanned),
        person if person.is_member() => return Ok(None),
        _ => {}
    }
    check_count_of_other(tx, added, limit)?;
    announce(tx, by)?;
    announce(tx, added)?;
    let room = join_and_notify(tx, access, added, Joining { by: Some(by), moderates: false })?;
    Ok(Some(room.last_seq))
}

fn hash(adder: UserId, access: &Access, added: RowId, role: Option<RoomRole>) -> MessageHash {
    commands::hash(Kind::Add, adder, access.id().uuid(), json!([added, role]).to_string().as_bytes())
}

/// Makes a new user a member of the lobby. The log does not speak of a guest that only reads.
pub(in crate::store) fn join_lobby(tx: &mut dyn Transaction, user: RowId, announced: bool) -> Result<()> {
    let lobby = access(tx, &LOBBY.into(), user, Deed::Join)?;
    insert(tx, &lobby, user, announced, None)
}

/// How someone becomes a member.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Joining {
    /// Who added them, if they did not come by themselves.
    pub(super) by: Option<RowId>,
    /// Whether they are a moderator from the start.
    pub(super) moderates: bool,
}

/// Makes the membership and tells those who listen. Gives the room as the user now sees it.
pub(super) fn join_and_notify(
    tx: &mut dyn Transaction,
    access: &Access,
    user: RowId,
    joining: Joining,
) -> Result<Room> {
    let own = access.for_user(user);
    let before = tx.room(&own)?.last_at;
    let joined = tx.notices().len();
    // Who comes into a room that everyone left is its first one, as its maker was.
    let moderates = joining.moderates || tx.is_deserted(access)?;
    insert(tx, access, user, true, joining.by)?;
    if moderates {
        tx.set_moderator(access, user, true)?;
    }
    let now = tx.room(&own)?;
    let seen_before = Room { last_seq: now.last_seq - 1, last_at: before, ..now.clone() };
    let user = tx.user_ref(user)?;
    tx.notices().insert(joined, Notice::Joined { user, room: Box::new(seen_before) });
    Ok(now)
}

pub(super) fn check_count(tx: &mut dyn Transaction, user: RowId, limit: u64) -> Result<()> {
    if tx.count_rooms(user)? >= limit { Err(StoreError::TooManyRooms) } else { Ok(()) }
}

/// The same for someone whom another one adds.
pub(super) fn check_count_of_other(tx: &mut dyn Transaction, user: RowId, limit: u64) -> Result<()> {
    check_count(tx, user, limit).map_err(|refusal| match refusal {
        StoreError::TooManyRooms => StoreError::TheyHaveTooManyRooms,
        other => other,
    })
}

/// The read position is the own `UserJoined`, or where the guest came.
fn insert(tx: &mut dyn Transaction, access: &Access, user: RowId, announced: bool, by: Option<RowId>) -> Result<()> {
    if announced {
        tx.change_member_count(access, 1)?;
        let adder = by.map(|by| tx.user_ref(by)).transpose()?;
        let event = LogEvent::UserJoined { user: tx.user_ref(user)?, by: adder };
        tx.append(access, EventRows { actor: by, ..user.into() }, event)?;
        note_bot(tx, access, user)?;
    }
    tx.insert_member(access, user, announced)
}

/// The event names who came; that they are a bot is told beside it.
fn note_bot(tx: &mut dyn Transaction, access: &Access, user: RowId) -> Result<()> {
    let user = tx.user(user)?;
    if user.bot {
        tx.notices().push(Notice::UserChanged { user: Box::new(user), rooms: vec![access.id()] });
    }
    Ok(())
}
