//! Roles in a room, bans and mutes, and slow mode.

use chat_protocol::{RoomSelector, Timestamp, UserId, UserSelector};
use rusqlite::{OptionalExtension, params};

use super::{Store, engine::writer::Tx};
use crate::store::{
    NewModerationRow, Result, RowId,
    access::Access,
    operation,
    steps::{Moderators, Restriction},
};

impl Store {
    /// Makes somebody else a member of a room; nothing happens when they are one already.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`, `NotMember`, `Banned`; `TooManyRooms` above `limit`.
    pub async fn add_member(&self, by: UserId, room: RoomSelector, user: UserSelector, limit: u64) -> Result<()> {
        self.write(move |tx| operation::members::add(tx, by, &room, &user, limit)).await
    }

    /// Does something to someone as a moderator, once however often it is asked for.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`, `NotModerator`, `Oneself`, `Lobby`, `IdConflict`.
    pub async fn moderate(&self, by: UserId, room: RoomSelector, new: NewModerationRow) -> Result<()> {
        self.write(move |tx| operation::moderation::moderate(tx, by, &room, &new)).await
    }
}

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
        let mut find =
            self.db.prepare_cached("SELECT 1 FROM member WHERE room = ? AND joined AND moderator LIMIT 1")?;
        Ok(find.exists([access.row()])?)
    }

    fn longest_member(&mut self, access: &Access) -> Result<Option<RowId>> {
        let mut find =
            self.db.prepare_cached("SELECT user FROM member WHERE room = ? AND joined ORDER BY since, user LIMIT 1")?;
        Ok(find.query_row([access.row()], |row| row.get(0)).optional()?)
    }

    fn restrict(&mut self, access: &Access, user: RowId, how: Restriction, until: Option<Timestamp>) -> Result<()> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO restriction (room, user, kind, until) VALUES (?, ?, ?, ?)")?
            .execute(params![access.row(), user, kind(how), until.map(Timestamp::millis)])?;
        Ok(())
    }

    fn release(&mut self, access: &Access, user: RowId, how: Restriction) -> Result<bool> {
        let mut delete = self.db.prepare_cached("DELETE FROM restriction WHERE room = ? AND user = ? AND kind = ?")?;
        Ok(delete.execute(params![access.row(), user, kind(how)])? > 0)
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
