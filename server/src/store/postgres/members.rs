//! Members, on PostgreSQL: who is in which room.

use chat_protocol::{RemovalReason, RoomId};

use super::{access, engine::transaction::Tx, read, rows};
use crate::{
    access::Person,
    store::{
        Result, RowId,
        access::Access,
        steps::{Ended, Members},
    },
};

impl Members for Tx<'_> {
    fn writer(&mut self, room: RowId, user: RowId) -> Result<Person> {
        access::person(self.db, room, Some(user))
    }

    fn rooms_of(&mut self, user: RowId) -> Result<Vec<RoomId>> {
        rows::ids(&self.db.query(
            "SELECT uuid FROM member JOIN room ON room.id = member.room
             WHERE account = $1 AND (joined OR room.kind = 'direct') ORDER BY room.id",
            &[&user],
        )?)
    }

    fn count_rooms(&mut self, user: RowId) -> Result<u64> {
        let sql = "SELECT count(*) FROM member WHERE account = $1 AND joined";
        rows::number(&self.db.query_one(sql, &[&user])?, 0)
    }

    fn unannounced_room(&mut self, user: RowId) -> Result<Option<RoomId>> {
        let found = self.db.query_opt(
            "SELECT room.uuid FROM member JOIN room ON room.id = member.room
             WHERE account = $1 AND joined AND NOT announced LIMIT 1",
            &[&user],
        )?;
        found.map(|row| rows::id(&row, 0)).transpose()
    }

    fn insert_member(&mut self, access: &Access, user: RowId, announced: bool) -> Result<()> {
        self.db.execute(
            "INSERT INTO member (room, account, joined, announced, read_seq, read_messages, read_sent, since)
             SELECT id, $2, true, $3, last_seq, messages, 0, last_seq FROM room WHERE id = $1
             ON CONFLICT (room, account) DO UPDATE
                SET joined = true, announced = member.announced OR $3, since = excluded.since,
                    removal = NULL, removed_by = NULL, removal_reason = NULL,
                    read_seq = excluded.read_seq, read_messages = excluded.read_messages, read_sent = member.sent",
            &[&access.row(), &user, &announced],
        )?;
        Ok(())
    }

    fn set_announced(&mut self, access: &Access, user: RowId) -> Result<()> {
        let sql = "UPDATE member SET announced = true WHERE room = $1 AND account = $2";
        self.db.execute(sql, &[&access.row(), &user])?;
        Ok(())
    }

    fn remove_member(&mut self, access: &Access, user: RowId, ended: &Ended<'_>) -> Result<()> {
        let Ended { why, by, reason } = ended;
        self.db.execute(
            "UPDATE member SET joined = false, moderator = false, removal = $3, removed_by = $4, removal_reason = $5
             WHERE room = $1 AND account = $2",
            &[&access.row(), &user, &removal_text(*why), by, reason],
        )?;
        Ok(())
    }

    fn change_member_count(&mut self, access: &Access, by: i64) -> Result<()> {
        self.db.execute("UPDATE room SET members = members + $2 WHERE id = $1", &[&access.row(), &by])?;
        Ok(())
    }

    fn read_position(&mut self, access: &Access, user: RowId) -> Result<(u64, u64)> {
        read::position(self.db, access, user)
    }

    fn move_read_position(&mut self, access: &Access, user: RowId, from: u64, to: u64) -> Result<()> {
        read::move_to(self.db, access, user, (from, to))
    }
}

/// What is kept of those who did not leave by themselves.
const fn removal_text(why: RemovalReason) -> Option<&'static str> {
    match why {
        RemovalReason::Kicked => Some("kicked"),
        RemovalReason::Banned => Some("banned"),
        RemovalReason::Left | RemovalReason::Deleted => None,
    }
}
