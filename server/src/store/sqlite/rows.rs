//! Finding the rows that requests name, and reading columns back as the protocol's types.

use chat_protocol::{
    Notify, Role, Room, RoomKind, RoomRole, Status, Timestamp, User, UserId, UserRef, UserSelector, name,
};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::store::{Result, StoreError};

/// Columns of [`user`], from the table `user` under its own name.
pub(super) const USER: &str = "user.uuid, user.name, user.display_name, user.color, user.role, user.bot, \
     user.last_seen_at, user.created_at, user.status_text, user.status_emoji, user.status_until";

/// The column after them.
pub(super) const AFTER_USER: usize = 11;

/// Reads a whole user; whether they are online is not known here.
pub(super) fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get::<_, Uuid>(0)?.into(),
        name: row.get(1)?,
        display_name: row.get(2)?,
        color: row.get(3)?,
        role: role(&row.get::<_, String>(4)?),
        bot: row.get(5)?,
        online: false,
        away: false,
        status: status(row)?,
        last_seen_at: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_millis),
        created_at: Timestamp::from_millis(row.get(7)?),
    })
}

/// What a user says of themselves, also when its time has passed: whoever shows it looks at a clock.
fn status(row: &Row<'_>) -> rusqlite::Result<Option<Status>> {
    let (text, emoji): (Option<String>, Option<String>) = (row.get(8)?, row.get(9)?);
    if text.is_none() && emoji.is_none() {
        return Ok(None);
    }
    let until = row.get::<_, Option<i64>>(10)?.map(Timestamp::from_millis);
    Ok(Some(Status { text: text.unwrap_or_default(), emoji: emoji.unwrap_or_default(), until }))
}

/// Reads the short form of a user from two neighbouring columns.
pub(super) fn user_ref(row: &Row<'_>, column: usize) -> rusqlite::Result<UserRef> {
    Ok(UserRef { id: row.get::<_, Uuid>(column)?.into(), name: row.get(column + 1)? })
}

/// Reads a time.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

pub(super) fn role(text: &str) -> Role {
    match text {
        "guest" => Role::Guest,
        "admin" => Role::Admin,
        _ => Role::Member,
    }
}

pub(super) const fn role_text(role: Role) -> &'static str {
    match role {
        Role::Guest => "guest",
        Role::Member => "member",
        Role::Admin => "admin",
    }
}

pub(super) fn kind(text: &str) -> RoomKind {
    match text {
        "private" => RoomKind::Private,
        "direct" => RoomKind::Direct,
        _ => RoomKind::Public,
    }
}

/// The row number of a user.
pub(super) fn user_row(db: &Connection, id: UserId) -> Result<i64> {
    db.prepare_cached("SELECT id FROM user WHERE uuid = ?")?
        .query_row([id.uuid()], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::NoUser)
}

/// The row number of a user named in a request.
pub(super) fn find_user(db: &Connection, selector: &UserSelector) -> Result<i64> {
    match selector {
        UserSelector::Id(id) => user_row(db, *id),
        UserSelector::Name(text) => {
            let canonical = name::lookup(text).ok_or(StoreError::NoUser)?;
            db.prepare_cached("SELECT id FROM user WHERE canonical = ?")?
                .query_row([canonical], |row| row.get(0))
                .optional()?
                .ok_or(StoreError::NoUser)
        }
    }
}

/// Columns of [`room`], from `room` left-joined with the caller's `member`.
///
/// Unread is arithmetic: what was said in all, less what was said up to the read position, less the caller's own, less
/// what was deleted since.
pub(super) const ROOM: &str = "room.uuid, room.name, room.kind, room.topic, room.members, room.last_seq, \
     room.last_at, room.created_at, coalesce(member.joined, 0), member.read_seq, \
     room.messages - member.read_messages - (member.sent - member.read_sent) \
     - (SELECT count(*) FROM message WHERE message.room = room.id AND message.deleted \
        AND message.seq > member.read_seq AND message.author <> member.user), \
     (SELECT count(*) FROM mention WHERE mention.user = member.user AND mention.room = room.id \
      AND mention.seq > member.read_seq \
      AND NOT EXISTS (SELECT 1 FROM ignored WHERE ignored.user = member.user AND ignored.other = mention.author)) \
     + (SELECT count(*) FROM room_mention WHERE room_mention.room = room.id \
        AND room_mention.seq > member.read_seq AND room_mention.author <> member.user AND NOT EXISTS \
        (SELECT 1 FROM ignored WHERE ignored.user = member.user AND ignored.other = room_mention.author)), \
     room.pins, member.notify, coalesce(member.favourite, 0), coalesce(member.hidden, 0), \
     room.archived, room.slow_seconds, \
     coalesce(member.moderator, 0) OR (room.kind <> 'direct' AND coalesce( \
      (SELECT role FROM user WHERE user.id = member.user), '') = 'admin'), \
     room.retention_days, room.retention_keeps_pinned";

/// The column after them.
pub(super) const AFTER_ROOM: usize = 21;

/// Reads a room as the caller sees it.
pub(super) fn room(row: &Row<'_>) -> rusqlite::Result<Room> {
    let joined = row.get(8)?;
    let kind = kind(&row.get::<_, String>(2)?);
    let notify = row.get::<_, Option<String>>(13)?;
    let of_member = |column| Ok::<_, rusqlite::Error>(if joined { row.get::<_, Option<u64>>(column)? } else { None });
    Ok(Room {
        id: row.get::<_, Uuid>(0)?.into(),
        name: row.get(1)?,
        kind,
        topic: row.get(3)?,
        members: row.get(4)?,
        last_seq: row.get(5)?,
        last_at: row.get::<_, Option<i64>>(6)?.map(Timestamp::from_millis),
        created_at: time(row, 7)?,
        people: Vec::new(),
        archived: row.get(16)?,
        slow_seconds: row.get(17)?,
        retention_days: row.get(19)?,
        retention_keeps_pinned: row.get(20)?,
        pins: row.get(12)?,
        joined,
        read_seq: of_member(9)?,
        unread: of_member(10)?,
        mentions: of_member(11)?,
        role: joined.then_some(if row.get(18)? { RoomRole::Moderator } else { RoomRole::Member }),
        notify: joined.then(|| notify_of(kind, notify.as_deref())),
        favourite: joined.then_some(row.get(14)?),
        hidden: joined.then_some(row.get(15)?),
    })
}

/// What notifies a member, as they set it.
pub(super) fn notify(text: &str) -> Notify {
    match text {
        "all" => Notify::All,
        "none" => Notify::None,
        _ => Notify::Mentions,
    }
}

/// What notifies a member: as they set it, or as the kind of room has it.
fn notify_of(kind: RoomKind, set: Option<&str>) -> Notify {
    match set {
        Some(set) => notify(set),
        None if kind == RoomKind::Direct => Notify::All,
        None => Notify::Mentions,
    }
}

pub(super) const fn notify_text(notify: Notify) -> &'static str {
    match notify {
        Notify::All => "all",
        Notify::Mentions => "mentions",
        Notify::None => "none",
    }
}

/// Escapes a text for `LIKE … ESCAPE '\'`, to find it anywhere.
pub(super) fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Ids as the JSON array that `json_each` takes.
pub(super) fn id_list(ids: &[UserId]) -> String {
    let texts: Vec<String> = ids.iter().map(|id| format!("\"{}\"", id.uuid().simple())).collect();
    format!("[{}]", texts.join(","))
}
