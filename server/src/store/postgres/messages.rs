//! Messages, on PostgreSQL: storing each once.

use chat_protocol::{Message, MessageId, UserId, mention::Mention};

use super::{
    engine::{connection::Db, transaction::Tx},
    files, log, mentions, message_row, rows, users,
};
use crate::store::{
    Result, RowId,
    access::Access,
    steps::{Author, EventRows, MessageHash, Messages},
};

/// The first message of the thread that a message of the room belongs to.
pub(super) fn thread_of(db: &Db, access: &Access, id: MessageId) -> Result<Option<MessageId>> {
    let sql = "SELECT coalesce(thread, uuid) FROM message WHERE uuid = $1 AND room = $2";
    db.query_opt(sql, &[&id.uuid(), &access.row()])?.map(|row| rows::id(&row, 0)).transpose()
}

impl Messages for Tx<'_> {
    fn author(&mut self, id: UserId) -> Result<Author> {
        users::author(self.db, id)
    }

    fn users_named(&mut self, names: &[(String, String)]) -> Result<Vec<Mention>> {
        if names.is_empty() {
            return Ok(vec![]);
        }
        let (written, canonical): (Vec<&str>, Vec<&str>) =
            names.iter().map(|(written, canonical)| (written.as_str(), canonical.as_str())).unzip();
        let found = self.db.query(
            "SELECT name.written, account.uuid
             FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS name (written, canonical, place)
                  JOIN account ON account.canonical = name.canonical AND NOT disabled ORDER BY name.place",
            &[&written, &canonical],
        )?;
        found.iter().map(|row| Ok(Mention { name: row.try_get(0)?, user: rows::id(row, 1)? })).collect()
    }

    fn thread_of(&mut self, access: &Access, id: MessageId) -> Result<Option<MessageId>> {
        thread_of(self.db, access, id)
    }

    fn room_size(&mut self, access: &Access) -> Result<u64> {
        rows::number(&self.db.query_one("SELECT members FROM room WHERE id = $1", &[&access.row()])?, 0)
    }

    fn find_message(&mut self, id: MessageId) -> Result<Option<(Message, MessageHash)>> {
        let sql = format!(
            "SELECT {}, message.hash, room.uuid FROM message
                  JOIN account AS author ON author.id = message.author JOIN room ON room.id = message.room
             WHERE message.uuid = $1",
            message_row::COLUMNS
        );
        let Some(row) = self.db.query_opt(&sql, &[&id.uuid()])? else { return Ok(None) };
        let message = message_row::message(self.db, &row, rows::id(&row, message_row::COUNT + 1)?)?;
        Ok(Some((message, rows::hash(&row, message_row::COUNT)?)))
    }

    fn insert_message(
        &mut self,
        access: &Access,
        author: RowId,
        message: &Message,
        hash: &MessageHash,
        ordinal: u64,
    ) -> Result<bool> {
        let Some(row) = insert_row(self.db, access, author, message, hash)? else { return Ok(false) };
        let position = log::Position { seq: message.seq, at: message.sent_at, messages: ordinal };
        let rows = EventRows { message: Some(row), ..EventRows::from(author) };
        log::write(self.db, access, &position, log::MESSAGE, rows, None)?;
        mentions::insert_mentions(self.db, access, author, message)?;
        if !message.attachments.is_empty() {
            files::attach(self.db, row, &message.attachments)?;
        }
        if let Some(root) = message.thread {
            insert_reply(self.db, root, author, message)?;
        }
        count_message(self.db, access, author, &position)?;
        Ok(true)
    }
}

/// Gives the row, if the id was new: no message's, and no command's.
fn insert_row(db: &Db, access: &Access, author: RowId, message: &Message, hash: &MessageHash) -> Result<Option<RowId>> {
    let inserted = db.query_opt(
        "INSERT INTO message (uuid, hash, room, seq, author, body, sent_at, reply_to, mentioned, thread, mentions_room)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE NOT EXISTS (SELECT 1 FROM command WHERE id = $1)
         ON CONFLICT (uuid) DO NOTHING RETURNING id",
        &[
            &message.id.uuid(),
            &hash.as_slice(),
            &access.row(),
            &rows::int(message.seq),
            &author,
            &message.body,
            &message.sent_at.millis(),
            &message.reply_to.map(MessageId::uuid),
            &mentions::mentions_to(&message.mentioned),
            &message.thread.map(MessageId::uuid),
            &message.mentions_room,
        ],
    )?;
    inserted.map(|row| Ok(row.try_get(0)?)).transpose()
}

/// Counts a reply of its thread, and marks the first message as one that has replies.
fn insert_reply(db: &Db, root: MessageId, author: RowId, reply: &Message) -> Result<()> {
    let (root, seq) = (root.uuid(), rows::int(reply.seq));
    db.execute(
        "INSERT INTO thread (root, count, last_seq, last_at) VALUES ($1, 1, $2, $3)
         ON CONFLICT (root) DO UPDATE
            SET count = thread.count + 1, last_seq = excluded.last_seq, last_at = excluded.last_at",
        &[&root, &seq, &reply.sent_at.millis()],
    )?;
    db.execute(
        "INSERT INTO thread_author (root, account, seq, count) VALUES ($1, $2, $3, 1)
         ON CONFLICT (root, account) DO UPDATE SET count = thread_author.count + 1",
        &[&root, &author, &seq],
    )?;
    db.execute("UPDATE message SET extras = extras | 2 WHERE uuid = $1 AND extras & 2 = 0", &[&root])?;
    Ok(())
}

/// Moves the end of the room's log to a message, and counts it as its author's.
fn count_message(db: &Db, access: &Access, author: RowId, position: &log::Position) -> Result<()> {
    db.execute(
        "UPDATE room SET last_seq = $2, last_at = $3, messages = $4 WHERE id = $1",
        &[&access.row(), &rows::int(position.seq), &position.at.millis(), &rows::int(position.messages)],
    )?;
    db.execute("UPDATE member SET sent = sent + 1 WHERE room = $1 AND account = $2", &[&access.row(), &author])?;
    Ok(())
}
