//! A user's own settings: of rooms, and of whom they ignore.

use chat_protocol::{RoomId, Status, Timestamp, UserId, api::SettingsPatch};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{engine::writer::Tx, rows};
use crate::store::{Result, RowId, access::Access, steps::Settings};

/// Whom a user ignores.
pub(super) fn ignored(db: &Connection, user: RowId) -> Result<Vec<UserId>> {
    let mut find = db.prepare_cached(
        "SELECT uuid FROM ignored JOIN user ON user.id = ignored.other WHERE ignored.user = ? ORDER BY ignored.other",
    )?;
    let users = find.query_map([user], |row| Ok(row.get::<_, Uuid>(0)?.into()))?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}

impl Settings for Tx<'_> {
    fn set_room_settings(&mut self, access: &Access, user: RowId, patch: &SettingsPatch) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE member SET notify = coalesce(?3, notify), favourite = coalesce(?4, favourite),
                        hidden = coalesce(?5, hidden)
                 WHERE room = ?1 AND user = ?2",
            )?
            .execute(params![access.row(), user, patch.notify.map(rows::notify_text), patch.favourite, patch.hidden])?;
        Ok(())
    }

    fn set_status(&mut self, user: RowId, status: Option<&Status>) -> Result<()> {
        self.db
            .prepare_cached("UPDATE user SET status_text = ?, status_emoji = ?, status_until = ? WHERE id = ?")?
            .execute(params![
                status.map(|status| &status.text),
                status.map(|status| &status.emoji),
                status.and_then(|status| status.until).map(Timestamp::millis),
                user
            ])?;
        Ok(())
    }

    fn set_ignored(&mut self, user: RowId, other: RowId, on: bool) -> Result<bool> {
        let statement = if on {
            "INSERT INTO ignored (user, other) VALUES (?, ?) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM ignored WHERE user = ? AND other = ?"
        };
        Ok(self.db.prepare_cached(statement)?.execute([user, other])? > 0)
    }

    fn ignored(&mut self, user: RowId) -> Result<Vec<UserId>> {
        ignored(self.db, user)
    }

    fn rooms_with_mentions_by(&mut self, user: RowId, author: RowId) -> Result<Vec<RoomId>> {
        let mut find = self.db.prepare_cached(
            "SELECT room.uuid FROM member JOIN room ON room.id = member.room
             WHERE member.user = ?1 AND joined
               AND (EXISTS (SELECT 1 FROM mention WHERE mention.user = ?1 AND mention.room = room.id
                            AND mention.seq > read_seq AND mention.author = ?2)
                    OR EXISTS (SELECT 1 FROM room_mention WHERE room_mention.room = room.id
                               AND room_mention.seq > read_seq AND room_mention.author = ?2))",
        )?;
        let rooms = find.query_map([user, author], |row| Ok(row.get::<_, Uuid>(0)?.into()))?;
        Ok(rooms.collect::<rusqlite::Result<_>>()?)
    }
}
