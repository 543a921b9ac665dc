//! Roles in a room, bans and mutes, and slow mode, on PostgreSQL.

use chat_protocol::Timestamp;

use super::{engine::transaction::Tx, rows};
use crate::store::{
    Result, RowId,
    access::Access,
    steps::{Moderators, Restriction},
};

const fn kind(how: Restriction) -> &'static str {
    match how {
        Restriction::Ban => "ban",
        Restriction::Mute => "mute",
    }
}

impl Moderators for Tx<'_> {
    fn set_moderator(&mut self, access: &Access, user: RowId, on: bool) -> Result<bool> {
        let set = self.db.execute(
            "UPDATE member SET moderator = $3 WHERE room = $1 AND account = $2 AND moderator <> $3",
            &[&access.row(), &user, &on],
        )?;
        Ok(set > 0)
    }

    fn has_moderator(&mut self, access: &Access) -> Result<bool> {
        let found = self.db.query_opt(
            "SELECT 1 FROM member JOIN account ON account.id = member.account
             WHERE room = $1 AND joined AND moderator AND NOT disabled LIMIT 1",
            &[&access.row()],
        )?;
        Ok(found.is_some())
    }

    fn longest_member(&mut self, access: &Access, except: RowId) -> Result<Option<RowId>> {
        let found = self.db.query_opt(
            "SELECT account.id FROM member JOIN account ON account.id = member.account
             WHERE room = $1 AND joined AND account.id <> $2 AND NOT disabled AND NOT bot
             ORDER BY since, account.id LIMIT 1",
            &[&access.row(), &except],
        )?;
        found.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    fn is_deserted(&mut self, access: &Access) -> Result<bool> {
        let found = self.db.query_opt(
            "SELECT 1 FROM member JOIN account ON account.id = member.account
             WHERE room = $1 AND joined AND NOT disabled AND NOT bot LIMIT 1",
            &[&access.row()],
        )?;
        Ok(found.is_none())
    }

    fn restrict(&mut self, access: &Access, user: RowId, how: Restriction, until: Option<Timestamp>) -> Result<bool> {
        let restricted = self.db.execute(
            "INSERT INTO restriction (room, account, kind, until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (room, account, kind) DO UPDATE SET until = excluded.until
                WHERE restriction.until IS DISTINCT FROM excluded.until",
            &[&access.row(), &user, &kind(how), &until.map(Timestamp::millis)],
        )?;
        Ok(restricted > 0)
    }

    fn release(&mut self, access: &Access, user: RowId, how: Restriction) -> Result<bool> {
        let held = self.db.query_opt(
            "DELETE FROM restriction WHERE room = $1 AND account = $2 AND kind = $3
             RETURNING until IS NULL OR until > $4",
            &[&access.row(), &user, &kind(how), &self.now.millis()],
        )?;
        held.map_or(Ok(false), |row| Ok(row.try_get(0)?))
    }

    fn slow_mode(&mut self, access: &Access, user: RowId) -> Result<(u32, Option<Timestamp>)> {
        let row = self.db.query_one(
            "SELECT room.slow_seconds, slow_message.at FROM room
             LEFT JOIN slow_message ON slow_message.room = room.id AND slow_message.account = $2 WHERE room.id = $1",
            &[&access.row(), &user],
        )?;
        Ok((rows::number(&row, 0)?, rows::maybe_time(&row, 1)?))
    }

    fn note_message(&mut self, access: &Access, user: RowId, at: Timestamp) -> Result<()> {
        self.db.execute(
            "INSERT INTO slow_message (room, account, at) VALUES ($1, $2, $3)
             ON CONFLICT (room, account) DO UPDATE SET at = excluded.at",
            &[&access.row(), &user, &at.millis()],
        )?;
        Ok(())
    }
}
