//! Finding the rows that requests name, and reading columns back as the protocol's types.

use std::sync::Arc;

use chat_protocol::{
    Notify, Role, Room, RoomKind, RoomRole, Status, Timestamp, User, UserId, UserRef, UserSelector, name,
};
use tokio_postgres::{Row, types::FromSql};
use uuid::Uuid;

pub(super) use super::engine::clock::NOW;
use super::engine::connection::Db;
use crate::store::{Result, RowId, StoreError};

/// Columns of [`user`], from the table `account` under its own name.
pub(super) const USER: &str = "account.uuid, account.name, account.display_name, account.color, account.role, account.bot, \
     account.last_seen_at, account.created_at, account.status_text, account.status_emoji, account.status_until";

/// The column after them.
pub(super) const AFTER_USER: usize = 11;

/// Reads a whole user; whether they are online is not known here.
pub(super) fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: id(row, 0)?,
        name: row.try_get(1)?,
        display_name: row.try_get(2)?,
        color: row.try_get(3)?,
        role: role(row.try_get(4)?),
        bot: row.try_get(5)?,
        online: false,
        away: false,
        status: status(row)?,
        last_seen_at: maybe_time(row, 6)?,
        created_at: time(row, 7)?,
    })
}

/// What a user says of themselves, also when its time has passed: who shows it compares it with a clock.
fn status(row: &Row) -> Result<Option<Status>> {
    let (text, emoji): (Option<String>, Option<String>) = (row.try_get(8)?, row.try_get(9)?);
    if text.is_none() && emoji.is_none() {
        return Ok(None);
    }
    let until = maybe_time(row, 10)?;
    Ok(Some(Status { text: text.unwrap_or_default(), emoji: emoji.unwrap_or_default(), until }))
}

/// Reads the short form of a user from two neighbouring columns.
pub(super) fn user_ref(row: &Row, column: usize) -> Result<UserRef> {
    Ok(UserRef { id: id(row, column)?, name: row.try_get(column + 1)? })
}

/// The same of a user that an outer join may not have found.
pub(super) fn maybe_user_ref(row: &Row, column: usize) -> Result<Option<UserRef>> {
    row.try_get::<_, Option<Uuid>>(column)?.map(|_| user_ref(row, column)).transpose()
}

/// Reads an id.
pub(super) fn id<T: From<Uuid>>(row: &Row, column: usize) -> Result<T> {
    Ok(row.try_get::<_, Uuid>(column)?.into())
}

/// Reads an id that may not be there.
pub(super) fn maybe_id<T: From<Uuid>>(row: &Row, column: usize) -> Result<Option<T>> {
    Ok(row.try_get::<_, Option<Uuid>>(column)?.map(T::from))
}

/// Reads a time.
pub(super) fn time(row: &Row, column: usize) -> Result<Timestamp> {
    Ok(Timestamp::from_millis(row.try_get(column)?))
}

/// Reads a time that may not be there.
pub(super) fn maybe_time(row: &Row, column: usize) -> Result<Option<Timestamp>> {
    Ok(row.try_get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
}

/// Reads a count, a position or a size.
pub(super) fn number<T: TryFrom<i64>>(row: &Row, column: usize) -> Result<T>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    row.try_get::<_, i64>(column)?.try_into().map_err(unreadable)
}

/// Reads a count, a position or a size that may not be there.
pub(super) fn maybe_number<T: TryFrom<i64>>(row: &Row, column: usize) -> Result<Option<T>>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    row.try_get::<_, Option<i64>>(column)?.map(T::try_from).transpose().map_err(unreadable)
}

/// A count, a position or a size as a column holds it. PostgreSQL's integers are signed; nothing here comes near their end.
pub(super) fn int(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// Reads a SHA-256.
pub(super) fn hash(row: &Row, column: usize) -> Result<[u8; 32]> {
    row.try_get::<_, &[u8]>(column)?.try_into().map_err(unreadable)
}

/// Reads a SHA-256 that may not be there.
pub(super) fn maybe_hash(row: &Row, column: usize) -> Result<Option<[u8; 32]>> {
    row.try_get::<_, Option<&[u8]>>(column)?.map(<[u8; 32]>::try_from).transpose().map_err(unreadable)
}

/// What a column holds that this program would not have written.
pub(super) fn unreadable(failure: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Database(Arc::new(failure))
}

/// The first column of each row.
pub(super) fn firsts<T: for<'a> FromSql<'a>>(rows: &[Row]) -> Result<Vec<T>> {
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The ids in the first column.
pub(super) fn ids<T: From<Uuid>>(rows: &[Row]) -> Result<Vec<T>> {
    rows.iter().map(|row| id(row, 0)).collect()
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

pub(super) const fn kind_text(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Public => "public",
        RoomKind::Private => "private",
        RoomKind::Direct => "direct",
    }
}

/// The row number of a user.
pub(super) fn user_row(db: &Db, id: UserId) -> Result<RowId> {
    let found = db.query_opt("SELECT id FROM account WHERE uuid = $1", &[&id.uuid()])?;
    Ok(found.ok_or(StoreError::NoUser)?.try_get(0)?)
}

/// The row number of a user named in a request.
pub(super) fn find_user(db: &Db, selector: &UserSelector) -> Result<RowId> {
    match selector {
        UserSelector::Id(id) => user_row(db, *id),
        UserSelector::Name(text) => {
            let canonical = name::lookup(text).ok_or(StoreError::NoUser)?;
            let found = db.query_opt("SELECT id FROM account WHERE canonical = $1", &[&canonical])?;
            Ok(found.ok_or(StoreError::NoUser)?.try_get(0)?)
        }
    }
}

/// Columns of [`room`], from `room` left-joined with the caller's `member`.
///
/// Unread is arithmetic: what was said in all, less what was said up to the read position, less the caller's own, less
/// what was deleted since.
pub(super) const ROOM: &str = "room.uuid, room.name, room.kind, room.topic, room.members, room.last_seq, \
     room.last_at, room.created_at, coalesce(member.joined, false), member.read_seq, \
     room.messages - member.read_messages - (member.sent - member.read_sent) \
     - (SELECT count(*) FROM message WHERE message.room = room.id AND message.deleted \
        AND message.seq > member.read_seq AND message.author <> member.account), \
     (SELECT count(*) FROM mention WHERE mention.account = member.account AND mention.room = room.id \
      AND mention.seq > member.read_seq AND NOT EXISTS \
        (SELECT 1 FROM ignored WHERE ignored.account = member.account AND ignored.other = mention.author)) \
     + (SELECT count(*) FROM room_mention WHERE room_mention.room = room.id \
        AND room_mention.seq > member.read_seq AND room_mention.author <> member.account AND NOT EXISTS \
        (SELECT 1 FROM ignored WHERE ignored.account = member.account AND ignored.other = room_mention.author)), \
     room.pins, member.notify, coalesce(member.favourite, false), coalesce(member.hidden, false), \
     room.archived, room.slow_seconds::bigint, \
     coalesce(member.moderator, false) OR (room.kind <> 'direct' AND EXISTS \
      (SELECT 1 FROM account WHERE account.id = member.account AND account.role = 'admin')), \
     room.retention_days::bigint, room.retention_keeps_pinned";

/// The column after them.
pub(super) const AFTER_ROOM: usize = 21;

/// Reads a room as the caller sees it.
pub(super) fn room(row: &Row) -> Result<Room> {
    let joined = row.try_get(8)?;
    let kind = kind(row.try_get(2)?);
    let notify: Option<&str> = row.try_get(13)?;
    let of_member = |column| if joined { maybe_number(row, column) } else { Ok(None) };
    Ok(Room {
        id: id(row, 0)?,
        name: row.try_get(1)?,
        kind,
        topic: row.try_get(3)?,
        members: number(row, 4)?,
        last_seq: number(row, 5)?,
        last_at: maybe_time(row, 6)?,
        created_at: time(row, 7)?,
        people: Vec::new(),
        archived: row.try_get(16)?,
        slow_seconds: number(row, 17)?,
        retention_days: maybe_number(row, 19)?,
        retention_keeps_pinned: row.try_get(20)?,
        pins: number(row, 12)?,
        joined,
        read_seq: of_member(9)?,
        unread: of_member(10)?,
        mentions: of_member(11)?,
        role: joined.then_some(if row.try_get(18)? { RoomRole::Moderator } else { RoomRole::Member }),
        notify: joined.then(|| notify_of(kind, notify)),
        favourite: joined.then_some(row.try_get(14)?),
        hidden: joined.then_some(row.try_get(15)?),
    })
}

/// What notifies a member: as they set it, or as the kind of room has it.
fn notify_of(kind: RoomKind, set: Option<&str>) -> Notify {
    match set {
        Some("all") => Notify::All,
        Some("none") => Notify::None,
        None if kind == RoomKind::Direct => Notify::All,
        Some(_) | None => Notify::Mentions,
    }
}

pub(super) const fn notify_text(notify: Notify) -> &'static str {
    match notify {
        Notify::All => "all",
        Notify::Mentions => "mentions",
        Notify::None => "none",
    }
}

/// A text that someone asks for. PostgreSQL's have no NUL; no text of ours has this other character in its place.
pub(super) fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{1}") } else { text }
}

/// Escapes a text for `LIKE`, to find it anywhere.
pub(super) fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in storable(text.to_owned()).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
