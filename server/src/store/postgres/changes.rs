//! What changes messages after they were sent, on PostgreSQL, and the commands that asked for it.

use chat_protocol::{Message, MessageId, RoomId, Target, Timestamp};

use super::{
    access,
    engine::{connection::Db, transaction::Tx},
    files, mentions, message_row, rows, search,
};
use crate::store::{
    Done, Result, RowId,
    access::Access,
    steps::{Changes, MessageHash, SentMessage},
};

/// The message of an id, in any room.
pub(super) fn find_sent(db: &Db, id: MessageId) -> Result<Option<SentMessage>> {
    let found = db.query_opt(
        "SELECT message.id, message.seq, message.author, message.deleted, room.uuid
         FROM message JOIN room ON room.id = message.room WHERE message.uuid = $1",
        &[&id.uuid()],
    )?;
    let Some(row) = found else { return Ok(None) };
    let room: RoomId = rows::id(&row, 4)?;
    Ok(Some(SentMessage {
        row: row.try_get(0)?,
        target: Target { message_id: id, message_seq: rows::number(&row, 1)? },
        place: access::place(db, &room.into(), None)?,
        author: row.try_get(2)?,
        deleted: row.try_get(3)?,
    }))
}

impl Changes for Tx<'_> {
    fn find_command(&mut self, id: MessageId) -> Result<Option<(Done, MessageHash)>> {
        let found = self.db.query_opt(
            "SELECT room.uuid, command.seq, command.hash FROM command JOIN room ON room.id = command.room
             WHERE command.id = $1 AND NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = room.id)",
            &[&id.uuid()],
        )?;
        let Some(row) = found else { return Ok(None) };
        Ok(Some((Done { room: rows::id(&row, 0)?, seq: rows::number(&row, 1)? }, rows::hash(&row, 2)?)))
    }

    fn insert_command(&mut self, id: MessageId, hash: &MessageHash, access: &Access, seq: u64) -> Result<()> {
        self.db.execute(
            "INSERT INTO command (id, hash, room, seq) VALUES ($1, $2, $3, $4)",
            &[&id.uuid(), &hash.as_slice(), &access.row(), &rows::int(seq)],
        )?;
        Ok(())
    }

    fn message(&mut self, access: &Access, row: RowId) -> Result<Message> {
        message_row::of(self.db, access, row)
    }

    fn insert_edit(&mut self, message: RowId, body: &str, written_at: Timestamp, seq: u64) -> Result<()> {
        self.db.execute(
            "INSERT INTO edit (message, written_at, seq, body) VALUES ($1, $2, $3, $4)",
            &[&message, &written_at.millis(), &rows::int(seq), &body],
        )?;
        Ok(())
    }

    fn replace_text(&mut self, access: &Access, row: RowId, before: &Message, edited: &Message) -> Result<()> {
        search::remove(self.db, row)?;
        let changed = self.db.query_one(
            "UPDATE message SET body = $2, edited_at = $3, mentioned = $4, mentions_room = $5 WHERE id = $1
             RETURNING author",
            &[
                &row,
                &edited.body,
                &edited.edited_at.map(Timestamp::millis),
                &mentions::mentions_to(&edited.mentioned),
                &edited.mentions_room,
            ],
        )?;
        search::add(self.db, row)?;
        mentions::delete_mentions(self.db, access, before)?;
        mentions::insert_mentions(self.db, access, changed.try_get(0)?, edited)
    }

    fn erase(&mut self, access: &Access, row: RowId, before: &Message) -> Result<()> {
        search::remove(self.db, row)?;
        mentions::delete_mentions(self.db, access, before)?;
        for statement in [
            "UPDATE message SET body = '', mentioned = NULL, mentions_room = false, deleted = true, extras = extras & ~5
             WHERE id = $1",
            "DELETE FROM edit WHERE message = $1",
            "DELETE FROM reaction WHERE message = $1",
            "DELETE FROM reaction_count WHERE message = $1",
        ] {
            self.db.execute(statement, &[&row])?;
        }
        if !before.attachments.is_empty() {
            files::detach(self.db, row)?;
        }
        Ok(())
    }

    fn remove_reply(&mut self, root: MessageId, author: RowId) -> Result<()> {
        self.db.execute(
            "UPDATE thread_author SET count = count - 1 WHERE root = $1 AND account = $2",
            &[&root.uuid(), &author],
        )?;
        self.db.execute(
            "UPDATE thread SET count = count - 1, last_seq = coalesce(last.seq, 0), last_at = coalesce(last.sent_at, 0)
             FROM (SELECT 1) AS one LEFT JOIN
                  (SELECT seq, sent_at FROM message WHERE thread = $1 AND NOT deleted ORDER BY seq DESC LIMIT 1) AS last ON true
             WHERE root = $1",
            &[&root.uuid()],
        )?;
        Ok(())
    }

    fn has_reacted(&mut self, message: RowId, emoji: &str, user: RowId) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM reaction WHERE message = $1 AND emoji = $2 AND account = $3)";
        Ok(self.db.query_one(sql, &[&message, &emoji, &user])?.try_get(0)?)
    }

    fn count_reactions(&mut self, message: RowId, emoji: &str) -> Result<(u64, usize)> {
        let sql =
            "SELECT coalesce(max(count) FILTER (WHERE emoji = $2), 0), count(*) FROM reaction_count WHERE message = $1";
        let row = self.db.query_one(sql, &[&message, &emoji])?;
        Ok((rows::number(&row, 0)?, rows::number(&row, 1)?))
    }

    fn insert_reaction(&mut self, message: RowId, emoji: &str, user: RowId, seq: u64) -> Result<()> {
        let seq = rows::int(seq);
        self.db.execute(
            "INSERT INTO reaction (message, emoji, seq, account) VALUES ($1, $2, $3, $4)",
            &[&message, &emoji, &seq, &user],
        )?;
        self.db.execute(
            "INSERT INTO reaction_count (message, emoji, seq, count) VALUES ($1, $2, $3, 1)
             ON CONFLICT (message, emoji) DO UPDATE SET count = reaction_count.count + 1",
            &[&message, &emoji, &seq],
        )?;
        self.db.execute("UPDATE message SET extras = extras | 1 WHERE id = $1 AND extras & 1 = 0", &[&message])?;
        Ok(())
    }

    fn delete_reaction(&mut self, message: RowId, emoji: &str, user: RowId) -> Result<()> {
        self.db.execute(
            "DELETE FROM reaction WHERE message = $1 AND emoji = $2 AND account = $3",
            &[&message, &emoji, &user],
        )?;
        for statement in [
            "UPDATE reaction_count SET count = count - 1 WHERE message = $1 AND emoji = $2",
            "DELETE FROM reaction_count WHERE message = $1 AND emoji = $2 AND count = 0",
        ] {
            self.db.execute(statement, &[&message, &emoji])?;
        }
        Ok(())
    }

    fn count_pins(&mut self, access: &Access, message: RowId) -> Result<(bool, u64)> {
        let sql = "SELECT EXISTS (SELECT 1 FROM pin WHERE message = $2), pins FROM room WHERE id = $1";
        let row = self.db.query_one(sql, &[&access.row(), &message])?;
        Ok((row.try_get(0)?, rows::number(&row, 1)?))
    }

    fn insert_pin(&mut self, access: &Access, message: RowId, seq: u64) -> Result<()> {
        self.db.execute(
            "INSERT INTO pin (room, seq, message) VALUES ($1, $2, $3)",
            &[&access.row(), &rows::int(seq), &message],
        )?;
        self.db.execute("UPDATE room SET pins = pins + 1 WHERE id = $1", &[&access.row()])?;
        Ok(())
    }

    fn delete_pin(&mut self, access: &Access, message: RowId) -> Result<()> {
        self.db.execute("DELETE FROM pin WHERE message = $1", &[&message])?;
        self.db.execute("UPDATE room SET pins = pins - 1 WHERE id = $1", &[&access.row()])?;
        Ok(())
    }
}
