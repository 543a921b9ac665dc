//! Making rooms, changing and removing them.

use chat_protocol::{
    LogEvent, RemovalReason, Role, Room, RoomChanges, RoomId, RoomKind, RoomSelector, UserId, UserSelector,
    body::Line,
    name::{NameKey, RoomName},
};
use serde_json::json;

use super::{
    Transaction, access, announce,
    commands::{self, Kind},
    members,
    members::Joining,
};
use crate::{
    access::{Deed, Person},
    store::{
        Done, NewRoomChanges, NewRoomRow, Notice, Result, RoomLimits, RowId, StoreError,
        access::{Access, Place},
        steps::{Audited, MessageHash},
    },
};

/// People of a direct room.
const MOST_PEOPLE: usize = 8;

/// Makes a room; its creator becomes a member. Says whether it is new.
pub(in crate::store) fn create(
    tx: &mut dyn Transaction,
    creator: UserId,
    new: NewRoomRow,
    limits: &RoomLimits,
) -> Result<(Room, bool)> {
    let creator = tx.user_row(creator)?;
    match new {
        NewRoomRow::Named { kind, name, topic, members } => {
            let named = Named { kind, name: &name, topic: &topic, others: &members };
            Ok((create_named(tx, creator, &named, limits.most)?, true))
        }
        NewRoomRow::Direct { people } => {
            let people = people.iter().map(|person| tx.find_user(person)).collect::<Result<Vec<_>>>()?;
            let (access, new) = open_direct(tx, creator, &people, limits)?;
            Ok((tx.room(&access)?, new))
        }
    }
}

/// A room to be made.
struct Named<'a> {
    kind: RoomKind,
    name: &'a RoomName,
    topic: &'a Line,
    /// Who else is in it from the start.
    others: &'a [UserSelector],
}

fn create_named(tx: &mut dyn Transaction, creator: RowId, named: &Named<'_>, limit: u64) -> Result<Room> {
    let Named { kind, name, topic, others } = *named;
    let key = name.key();
    members::check_count(tx, creator, limit)?;
    check_free(tx, creator, &key, None)?;
    let others = others.iter().map(|other| tx.find_user(other)).collect::<Result<Vec<_>>>()?;
    let id = RoomId::now_v7();
    tx.insert_room(id, kind, name.as_str(), &key, topic.as_str())?;
    announce::announce(tx, creator)?;
    // Nobody else knows of the room: its maker comes in as the first.
    let place = tx.find_room(&id.into(), Some(creator))?;
    let access = place.for_maker(creator);
    members::join_and_notify(tx, &access, creator, Joining { by: None, moderates: true })?;
    for other in others {
        if !tx.person(access.row(), Some(other))?.is_member() {
            members::check_count_of_other(tx, other, limit)?;
            announce::announce(tx, other)?;
            members::join_and_notify(tx, &access, other, Joining { by: Some(creator), moderates: false })?;
        }
    }
    tx.room(&access)
}

/// Whether a room of this name would be mistaken for one that the user can see.
fn check_free(tx: &mut dyn Transaction, user: RowId, key: &NameKey, except: Option<&str>) -> Result<()> {
    let is_like = |name: &String| except != Some(name) && NameKey::of(name).collides_with(key);
    if tx.is_room_name_taken(key)? || tx.private_room_names(user)?.iter().any(is_like) {
        return Err(StoreError::NameTaken);
    }
    Ok(())
}

/// The direct room of a user and these people, made if it is not there, and put into the user's list. Says whether the user
/// could not know of it before.
pub(super) fn open_direct(
    tx: &mut dyn Transaction,
    user: RowId,
    others: &[RowId],
    limits: &RoomLimits,
) -> Result<(Access, bool)> {
    let mut people = others.to_vec();
    people.push(user);
    people.sort_unstable();
    people.dedup();
    if people.len() > MOST_PEOPLE {
        return Err(StoreError::TooManyPeople);
    }
    let found = tx.find_direct(&people)?;
    let place = match found {
        Some(place) => place,
        None => make_direct(tx, user, &people, limits)?,
    };
    let access = place.for_maker(user);
    // Before its first message others than its makers do not know of it.
    let is_new = matches!(tx.person(access.row(), Some(user))?, Person::Outsider { .. });
    announce::announce(tx, user)?;
    members::reopen(tx, &access, user)?;
    Ok((access, is_new))
}

fn make_direct(tx: &mut dyn Transaction, user: RowId, people: &[RowId], limits: &RoomLimits) -> Result<Place> {
    if tx.user(user)?.role == Role::Guest {
        for other in people.iter().filter(|other| **other != user) {
            if tx.user(*other)?.role != Role::Guest {
                return Err(StoreError::GuestDirect);
            }
        }
    }
    members::check_count(tx, user, limits.most)?;
    limits.count()?;
    let room = RoomId::now_v7();
    tx.insert_direct(room, people)?;
    let people_refs = people.iter().map(|user| tx.user_ref(*user)).collect::<Result<_>>()?;
    tx.notices().push(Notice::DirectPeople { room, people: people_refs });
    tx.find_direct(people)?.ok_or(StoreError::NoRoom)
}

/// Changes a room, and tells it in the log, unless it is that already.
pub(in crate::store) fn update(
    tx: &mut dyn Transaction,
    id: UserId,
    room: &RoomSelector,
    new: NewRoomChanges,
) -> Result<(Done, Room)> {
    let user = tx.user_row(id)?;
    let NewRoomChanges { id: command, changes } = new;
    let (retention, rest) = changes.split_retention();
    let only_topic = RoomChanges { topic: changes.topic.clone(), ..RoomChanges::default() } == rest;
    let opens = changes.archived == Some(false);
    let seen = access(tx, room, user, Deed::See)?;
    let hash = hash(id, &seen, &changes);
    if let Some(done) = commands::done_before(tx, command, &hash)? {
        return Ok((done, tx.room(&seen)?));
    }
    let access = match (rest.is_empty(), retention.is_empty()) {
        (true, _) => access(tx, room, user, Deed::Retain)?,
        (false, true) if only_topic => access(tx, room, user, Deed::Topic)?,
        (false, true) => access(tx, room, user, Deed::Manage)?,
        (false, false) => {
            access(tx, room, user, Deed::Manage)?;
            access(tx, room, user, Deed::Retain)?
        }
    };
    let now = tx.room(&access)?;
    let changes = RoomChanges {
        name: changes.name.filter(|name| *name != now.name),
        topic: changes.topic.filter(|topic| *topic != now.topic),
        archived: changes.archived.filter(|archived| *archived != now.archived),
        slow_seconds: changes.slow_seconds.filter(|seconds| *seconds != now.slow_seconds),
        retention_days: changes.retention_days.filter(|days| *days != now.retention_days),
        retention_keeps_pinned: changes.retention_keeps_pinned.filter(|keeps| *keeps != now.retention_keeps_pinned),
    };
    if changes.is_empty() {
        return Ok((Done { room: now.id, seq: now.last_seq }, now));
    }
    // What is said no more is still kept too long.
    if now.archived && !opens && !rest.is_empty() {
        return Err(StoreError::Archived);
    }
    if access.is_lobby() && (changes.name.is_some() || changes.archived.is_some()) {
        return Err(StoreError::Lobby);
    }
    let key = changes.name.as_deref().map(NameKey::of);
    if let Some(key) = &key {
        check_renamed(tx, user, key, &now)?;
    }
    tx.set_room(&access, &changes, key.as_ref())?;
    if !changes.split_retention().0.is_empty() {
        audit_retention(tx, &access, user)?;
    }
    announce::announce(tx, user)?;
    let event = LogEvent::RoomUpdated { changes, user: tx.user_ref(user)? };
    let seq = tx.append(&access, user.into(), event)?;
    tx.insert_command(command, &hash, &access, seq)?;
    Ok((Done { room: access.id(), seq }, tx.room(&access)?))
}

fn audit_retention(tx: &mut dyn Transaction, access: &Access, by: RowId) -> Result<()> {
    let now = tx.room(access)?;
    let kept = match now.retention_days {
        None => "as long as the server keeps them".to_owned(),
        Some(0) => "for ever".to_owned(),
        Some(1) => "a day".to_owned(),
        Some(days) => format!("{days} days"),
    };
    let pinned = if now.retention_keeps_pinned { ", pinned ones longer" } else { "" };
    let detail = format!("{kept}{pinned}");
    tx.insert_audit(&Audited {
        actor: Some(by),
        action: "room_retention",
        user: None,
        access: Some(access),
        detail: Some(&detail),
    })
}

/// A room keeps what its name looks like where only its case changes.
fn check_renamed(tx: &mut dyn Transaction, user: RowId, key: &NameKey, room: &Room) -> Result<()> {
    if NameKey::of(&room.name).collides_with(key) {
        return Ok(());
    }
    check_free(tx, user, key, Some(&room.name))
}

/// Removes a room for ever, and takes it from everyone who is in it.
pub(in crate::store) fn remove(tx: &mut dyn Transaction, id: UserId, room: &RoomSelector) -> Result<()> {
    let user = tx.user_row(id)?;
    let access = access(tx, room, user, Deed::Remove)?;
    let by = tx.user_ref(user)?;
    let (room, members) = (access.id(), tx.member_ids(&access)?);
    let name = tx.room(&access)?.name;
    let (actor, action, detail) = (Some(user), "room_removed", Some(name.as_str()));
    tx.insert_audit(&Audited { actor, action, user: None, access: Some(&access), detail })?;
    tx.remove_room(&access)?;
    tx.notices().push(Notice::Rewritten { room: Some(room) });
    for user in members {
        let by = (user != id).then(|| by.clone());
        tx.notices().push(Notice::Left { user, room, why: RemovalReason::Deleted, by, reason: None });
    }
    Ok(())
}

fn hash(user: UserId, access: &Access, changes: &RoomChanges) -> MessageHash {
    commands::hash(Kind::UpdateRoom, user, access.id().uuid(), json!(changes).to_string().as_bytes())
}
