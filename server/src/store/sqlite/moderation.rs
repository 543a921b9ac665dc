//! Roles in a room, bans and mutes, and slow mode.

use chat_protocol::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::engine::writer::Tx;
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
        let mut update = self
            .db
            .prepare_cached("UPDATE member SET moderator = ?3 WHERE room = ?1 AND user = ?2 AND moderator <> ?3")?;
        Ok(update.execute(params![access.row(), user, on])? > 0)
    }

    fn has_moderator(&mut self, access: &Access) -> Result<bool> {
        let mut find = self.db.prepare_cached(
            "SELECT 1 FROM member JOIN user ON user.id = member.user
             WHERE room = ? AND joined AND moderator AND NOT disabled LIMIT 1",
        )?;
        Ok(find.exists([access.row()])?)
    }

    fn longest_member(&mut self, access: &Access, except: RowId) -> Result<Option<RowId>> {
        let mut find = self.db.prepare_cached(
            "SELECT user FROM member JOIN user ON user.id = member.user
             WHERE room = ? AND joined AND user <> ? AND NOT disabled AND NOT bot ORDER BY since, user LIMIT 1",
        )?;
        Ok(find.query_row([access.row(), except], |row| row.get(0)).optional()?)
    }

    fn is_deserted(&mut self, access: &Access) -> Result<bool> {
        let mut find = self.db.prepare_cached(
            "SELECT 1 FROM member JOIN user ON user.id = member.user
             WHERE room = ? AND joined AND NOT disabled AND NOT bot LIMIT 1",
        )?;
        Ok(!find.exists([access.row()])?)
    }

    fn restrict(&mut self, access: &Access, user: RowId, how: Restriction, until: Option<Timestamp>) -> Result<bool> {
        let mut restrict = self.db.prepare_cached(
            "INSERT INTO restriction (room, user, kind, until) VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET until = excluded.until WHERE until IS NOT excluded.until",
        )?;
        Ok(restrict.execute(params![access.row(), user, kind(how), until.map(Timestamp::millis)])? > 0)
    }

    fn release(&mut self, access: &Access, user: RowId, how: Restriction) -> Result<bool> {
        let mut delete = self.db.prepare_cached(
            "DELETE FROM restriction WHERE room = ? AND user = ? AND kind = ? RETURNING until IS NULL OR until > ?",
        )?;
        let held = delete.query_row(params![access.row(), user, kind(how), self.now.millis()], |row| row.get(0));
        Ok(held.optional()?.unwrap_or(false))
    }

    fn slow_mode(&mut self, access: &Access, user: RowId) -> Result<(u32, Option<Timestamp>)> {
        let mut find = self.db.prepare_cached(
            "SELECT room.slow_seconds, slow_message.at FROM room
             LEFT JOIN slow_message ON slow_message.room = room.id AND slow_message.user = ?2 WHERE room.id = ?1",
        )?;
        Ok(find.query_row([access.row(), user], |row| {
            Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis)))
        })?)
    }

    fn note_message(&mut self, access: &Access, user: RowId, at: Timestamp) -> Result<()> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO slow_message (room, user, at) VALUES (?, ?, ?)")?
            .execute(params![access.row(), user, at.millis()])?;
        Ok(())
    }
}
