//! A user's own settings, on PostgreSQL: of rooms, and of whom they ignore.

use chat_protocol::{RoomId, Status, Timestamp, UserId, api::SettingsPatch};

use super::{
    engine::{connection::Db, transaction::Tx},
    rows,
};
use crate::store::{Result, RowId, access::Access, steps::Settings};

/// Whom a user ignores.
pub(super) fn ignored(db: &Db, user: RowId) -> Result<Vec<UserId>> {
    rows::ids(&db.query(
        "SELECT uuid FROM ignored JOIN account ON account.id = ignored.other
         WHERE ignored.account = $1 ORDER BY ignored.other",
        &[&user],
    )?)
}

impl Settings for Tx<'_> {
    fn set_room_settings(&mut self, access: &Access, user: RowId, patch: &SettingsPatch) -> Result<()> {
        self.db.execute(
            "UPDATE member SET notify = coalesce($3, notify), favourite = coalesce($4, favourite),
                    hidden = coalesce($5, hidden)
             WHERE room = $1 AND account = $2",
            &[&access.row(), &user, &patch.notify.map(rows::notify_text), &patch.favourite, &patch.hidden],
        )?;
        Ok(())
    }

    fn set_status(&mut self, user: RowId, status: Option<&Status>) -> Result<()> {
        self.db.execute(
            "UPDATE account SET status_text = $2, status_emoji = $3, status_until = $4 WHERE id = $1",
            &[
                &user,
                &status.map(|status| &status.text),
                &status.map(|status| &status.emoji),
                &status.and_then(|status| status.until).map(Timestamp::millis),
            ],
        )?;
        Ok(())
    }

    fn set_ignored(&mut self, user: RowId, other: RowId, on: bool) -> Result<bool> {
        let statement = if on {
            "INSERT INTO ignored (account, other) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM ignored WHERE account = $1 AND other = $2"
        };
        Ok(self.db.execute(statement, &[&user, &other])? > 0)
    }

    fn ignored(&mut self, user: RowId) -> Result<Vec<UserId>> {
        ignored(self.db, user)
    }

    fn rooms_with_mentions_by(&mut self, user: RowId, author: RowId) -> Result<Vec<RoomId>> {
        rows::ids(&self.db.query(
            "SELECT room.uuid FROM member JOIN room ON room.id = member.room
             WHERE member.account = $1 AND joined
               AND (EXISTS (SELECT 1 FROM mention WHERE mention.account = $1 AND mention.room = room.id
                            AND mention.seq > read_seq AND mention.author = $2)
                    OR EXISTS (SELECT 1 FROM room_mention WHERE room_mention.room = room.id
                               AND room_mention.seq > read_seq AND room_mention.author = $2))",
            &[&user, &author],
        )?)
    }
}
