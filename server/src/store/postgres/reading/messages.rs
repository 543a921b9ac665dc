//! Messages: of a room or a thread, read away from a position; and what is kept of a single one.

use std::ops::ControlFlow;

use chat_protocol::{Message, MessageId, Reaction, RoomId, Timestamp, UserId, api::Edit};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::store::{
    Expired, Expiry, Notice, Result, RowId,
    access::Access,
    operation::read_position::marker,
    postgres::{
        engine::connection::Db,
        message_row::{self, COLUMNS},
        messages, retention, rows,
    },
    steps::{MessageRows, MessageSource, Way},
};

impl MessageRows for Db {
    fn walk(
        &self,
        of: &MessageSource,
        way: Way,
        seq: u64,
        most: usize,
        take: &mut dyn FnMut(Message) -> ControlFlow<()>,
    ) -> Result<()> {
        let (side, order) = match way {
            Way::Back => ("<", "DESC"),
            Way::On => (">", "ASC"),
        };
        let author = "JOIN account AS author ON author.id = message.author";
        let sql = match of.thread {
            None => format!(
                "SELECT {COLUMNS} FROM event JOIN message ON message.id = event.message {author}
                 WHERE event.room = $1 AND event.kind = 1 AND event.seq {side} $2 ORDER BY event.seq {order} LIMIT $3"
            ),
            Some(_) => format!(
                "SELECT {COLUMNS} FROM (
                     SELECT * FROM message WHERE uuid = $1 AND seq {side} $2
                     UNION ALL
                     (SELECT * FROM message WHERE thread = $1 AND seq {side} $2 ORDER BY seq {order} LIMIT $3)
                 ) AS message {author} ORDER BY message.seq {order} LIMIT $3"
            ),
        };
        let found = self.query(&sql, &[Key::of(of).param(), &rows::int(seq), &rows::int(most)])?;
        for row in &found {
            if take(message_row::message(self, row, of.access.id())?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn first_from(&self, of: &MessageSource, seq: u64) -> Result<Option<(u64, Timestamp)>> {
        let sql = match of.thread {
            None => {
                "SELECT event.seq, message.sent_at FROM event JOIN message ON message.id = event.message
                 WHERE event.room = $1 AND event.kind = 1 AND event.seq >= $2 ORDER BY event.seq LIMIT 1"
            }
            Some(_) => {
                "SELECT seq, sent_at FROM message WHERE uuid = $1 AND seq >= $2
                 UNION ALL (SELECT seq, sent_at FROM message WHERE thread = $1 AND seq >= $2 ORDER BY seq LIMIT 1)
                 ORDER BY seq LIMIT 1"
            }
        };
        let found = self.query_opt(sql, &[Key::of(of).param(), &rows::int(seq)])?;
        found.map(|row| Ok((rows::number(&row, 0)?, rows::time(&row, 1)?))).transpose()
    }

    fn has_any(&self, of: &MessageSource, way: Way, seq: u64) -> Result<bool> {
        let side = match way {
            Way::Back => "<=",
            Way::On => ">=",
        };
        let of_what = match of.thread {
            None => "event WHERE room = $1 AND kind = 1",
            Some(_) => "message WHERE (uuid = $1 OR thread = $1)",
        };
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {of_what} AND seq {side} $2)");
        Ok(self.query_one(&sql, &[Key::of(of).param(), &rows::int(seq)])?.try_get(0)?)
    }

    fn message(&self, access: &Access, row: RowId) -> Result<Message> {
        message_row::of(self, access, row)
    }

    fn thread_of(&self, access: &Access, id: MessageId) -> Result<Option<MessageId>> {
        messages::thread_of(self, access, id)
    }

    fn edits(&self, row: RowId) -> Result<Vec<Edit>> {
        let found = self.query("SELECT body, written_at FROM edit WHERE message = $1 ORDER BY seq", &[&row])?;
        found.iter().map(|row| Ok(Edit { body: row.try_get(0)?, at: rows::time(row, 1)? })).collect()
    }

    fn reactions(&self, row: RowId) -> Result<Vec<Reaction>> {
        message_row::reactions(self, row, usize::MAX)
    }

    fn pins(&self, access: &Access) -> Result<Vec<Message>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM pin JOIN message ON message.id = pin.message
                    JOIN account AS author ON author.id = message.author
             WHERE pin.room = $1 ORDER BY pin.seq DESC"
        );
        let found = self.query(&sql, &[&access.row()])?;
        found.iter().map(|row| message_row::message(self, row, access.id())).collect()
    }

    fn expired(&self, expiry: Expiry, after: RowId) -> Result<Vec<Expired>> {
        retention::expired(self, expiry, after)
    }

    fn unread(&self, room: RoomId, from: u64, users: &[UserId]) -> Result<Vec<Notice>> {
        let sql = format!(
            "SELECT {}, reader.uuid FROM account AS reader JOIN member ON member.account = reader.id
                    JOIN room ON room.id = member.room
             WHERE reader.uuid = ANY($1) AND room.uuid = $2 AND member.joined AND member.read_seq < $3",
            rows::ROOM
        );
        let users: Vec<Uuid> = users.iter().map(|user| user.uuid()).collect();
        let found = self.query(&sql, &[&users, &room.uuid(), &rows::int(from)])?;
        let notice = |row| {
            let room = rows::room(row)?;
            Ok(Notice::ReadMarker { user: rows::id(row, rows::AFTER_ROOM)?, marker: marker(&room) })
        };
        found.iter().map(notice).collect()
    }
}

/// By what messages are found: their room, or the first message of their thread.
enum Key {
    Room(RowId),
    Thread(Uuid),
}

impl Key {
    fn of(source: &MessageSource) -> Self {
        source.thread.map_or(Self::Room(source.access.row()), |root| Self::Thread(root.uuid()))
    }

    fn param(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Room(room) => room,
            Self::Thread(root) => root,
        }
    }
}
