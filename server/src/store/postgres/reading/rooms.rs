//! Rooms and their members, each as one user sees it.

use chat_protocol::{RemovalReason, Room, RoomId, RoomKind, User, UserId};

use super::people::{online, page};
use crate::store::{
    Page, Removal, Result, RoomFilter, RowId, UserFilter,
    access::Access,
    postgres::{access::VISIBLE, engine::connection::Db, rooms, rows},
    records,
    steps::RoomRows,
};

impl RoomRows for Db {
    fn room(&self, access: &Access) -> Result<Room> {
        rooms::read(self, access)
    }

    fn rooms(&self, user: Option<RowId>, filter: &RoomFilter) -> Result<Page<Room>> {
        let sql = format!(
            "SELECT {}, room.canonical
             FROM room LEFT JOIN member ON member.room = room.id AND member.account = $1
             WHERE {VISIBLE} AND room.canonical > $2
               AND ($3::text IS NULL OR room.name ILIKE $3 OR room.topic COLLATE \"C\" ILIKE $3)
               AND ($4::boolean IS NULL OR coalesce(member.joined, false) = $4)
             ORDER BY room.canonical LIMIT $5",
            rows::ROOM
        );
        let q = filter.q.as_deref().map(rows::anywhere);
        let after = after(self, user, filter.after.as_deref())?;
        let found = self.query(&sql, &[&user, &after, &q, &filter.joined, &rows::int(filter.limit + 1)])?;
        let found = found.iter().map(|row| {
            let room = rooms::with_people(self, rows::room(row)?)?;
            // What the next part goes on after must tell the room apart from all others.
            let after = match room.kind {
                RoomKind::Public => row.try_get(rows::AFTER_ROOM)?,
                RoomKind::Private | RoomKind::Direct => room.id.to_string(),
            };
            Ok((room, after))
        });
        Ok(Page::cut(found.collect::<Result<_>>()?, filter.limit))
    }

    fn own_rooms(&self, user: RowId) -> Result<Vec<Room>> {
        let sql = format!(
            "SELECT {} FROM member JOIN room ON room.id = member.room
             WHERE member.account = $1 AND member.joined ORDER BY room.canonical",
            rows::ROOM
        );
        self.query(&sql, &[&user])?.iter().map(|row| rooms::with_people(self, rows::room(row)?)).collect()
    }

    fn direct_rooms_aside(&self, user: RowId) -> Result<Vec<RoomId>> {
        rows::ids(&self.query(
            "SELECT uuid FROM member JOIN room ON room.id = member.room
             WHERE account = $1 AND NOT joined AND room.kind = 'direct'",
            &[&user],
        )?)
    }

    fn removal(&self, room: RoomId, user: RowId) -> Result<Removal> {
        let deleted =
            self.query_opt("SELECT 1 FROM deleted_room WHERE account = $1 AND uuid = $2", &[&user, &room.uuid()])?;
        if deleted.is_some() {
            return Ok(Removal { room, why: RemovalReason::Deleted, by: None, reason: None });
        }
        let found = self.query_opt(
            "SELECT removal, removal_reason, remover.uuid, remover.name FROM member JOIN room ON room.id = member.room
                  LEFT JOIN account AS remover ON remover.id = member.removed_by
             WHERE room.uuid = $1 AND member.account = $2",
            &[&room.uuid(), &user],
        )?;
        let Some(row) = found else {
            return Ok(Removal { room, why: RemovalReason::Left, by: None, reason: None });
        };
        let why = match row.try_get::<_, Option<&str>>(0)? {
            Some("kicked") => RemovalReason::Kicked,
            Some("banned") => RemovalReason::Banned,
            _ => RemovalReason::Left,
        };
        Ok(Removal { room, why, by: rows::maybe_user_ref(&row, 2)?, reason: row.try_get(1)? })
    }

    fn has_retention(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM room WHERE retention_days > 0)";
        Ok(self.query_one(sql, &[])?.try_get(0)?)
    }

    fn members(&self, access: &Access, filter: &UserFilter) -> Result<Page<User>> {
        let (online, ids) = online(filter);
        let sql = format!(
            "SELECT {}, account.canonical FROM member JOIN account ON account.id = member.account
             JOIN room ON room.id = member.room
             WHERE member.room = $1 AND (joined OR room.kind = 'direct') AND account.canonical > $2
               AND (announced OR $3) AND ($3::boolean IS NULL OR $3 = (account.uuid = ANY($4)))
             ORDER BY account.canonical LIMIT $5",
            rows::USER
        );
        let after = rows::storable(records::after_name(filter.after.as_deref()));
        let found = self.query(&sql, &[&access.row(), &after, &online, &ids, &rows::int(filter.limit + 1)])?;
        page(&found, filter.limit)
    }

    fn moderators(&self, access: &Access) -> Result<Vec<UserId>> {
        rows::ids(&self.query(
            "SELECT account.uuid FROM member JOIN account ON account.id = member.account
             WHERE member.room = $1 AND joined AND moderator",
            &[&access.row()],
        )?)
    }
}

/// What a list of rooms goes on after. A room without a name of its own is named by its id; from one that the user cannot see
/// the list goes on as from one that is not there.
fn after(db: &Db, user: Option<RowId>, text: Option<&str>) -> Result<String> {
    let Some(Ok(id)) = text.map(str::parse::<RoomId>) else {
        return Ok(rows::storable(records::after_name(text)));
    };
    let sql = format!(
        "SELECT canonical FROM room LEFT JOIN member ON member.room = room.id AND member.account = $1
         WHERE uuid = $2 AND {VISIBLE}"
    );
    db.query_opt(&sql, &[&user, &id.uuid()])?.map_or(Ok(String::new()), |row| Ok(row.try_get(0)?))
}
