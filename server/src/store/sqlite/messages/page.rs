//! Reading the messages of a room, or of one of its threads, away from a position.

use std::ops::ControlFlow;

use chat_protocol::{Message, MessageId, Reaction, RoomId, Timestamp, UserId, api::Edit};
use rusqlite::{Connection, OptionalExtension as _, params, types::Value};

use crate::store::{
    Expired, Expiry, Notice, Result, RowId,
    access::Access,
    sqlite::{
        changes,
        engine::deferred,
        message_row::{self, COLUMNS, message},
        messages, read, retention,
    },
    steps::{MessageRows, MessageSource, Way},
};

impl MessageRows for Connection {
    fn walk(
        &self,
        of: &MessageSource,
        way: Way,
        seq: u64,
        most: usize,
        take: &mut dyn FnMut(Message) -> ControlFlow<()>,
    ) -> Result<()> {
        let (key, [first, second]) = parts(of);
        let (parts, range, order) = match way {
            Way::Back => ([second, first], "< ?2", "DESC"),
            Way::On => ([first, second], "> ?2", "ASC"),
        };
        let mut taken = 0;
        for Part { from, seq: column } in parts {
            let sql = format!("SELECT {COLUMNS} {from} AND {column} {range} ORDER BY {column} {order} LIMIT ?3");
            let mut statement = self.prepare_cached(&sql)?;
            let mut found = statement.query(params![key, bounded(seq), most - taken])?;
            while let Some(row) = found.next()? {
                if take(message(self, row, of.access.id())?).is_break() {
                    return Ok(());
                }
                taken += 1;
            }
        }
        Ok(())
    }

    fn first_from(&self, of: &MessageSource, seq: u64) -> Result<Option<(u64, Timestamp)>> {
        let (key, parts) = parts(of);
        for Part { from, seq: column } in parts {
            let sql =
                format!("SELECT {column}, message.sent_at {from} AND {column} >= ?2 ORDER BY {column} ASC LIMIT 1");
            let found = self
                .prepare_cached(&sql)?
                .query_row(params![key, bounded(seq)], |row| Ok((row.get(0)?, Timestamp::from_millis(row.get(1)?))));
            if let Some(found) = found.optional()? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn has_any(&self, of: &MessageSource, way: Way, seq: u64) -> Result<bool> {
        let range = match way {
            Way::Back => "<= ?2",
            Way::On => ">= ?2",
        };
        let (key, parts) = parts(of);
        for Part { from, seq: column } in parts {
            let sql = format!("SELECT EXISTS (SELECT 1 {from} AND {column} {range})");
            if self.prepare_cached(&sql)?.query_row(params![key, bounded(seq)], |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn message(&self, access: &Access, row: RowId) -> Result<Message> {
        message_row::of(self, access, row)
    }

    fn thread_of(&self, access: &Access, id: MessageId) -> Result<Option<MessageId>> {
        messages::thread_of(self, access, id)
    }

    fn edits(&self, row: RowId) -> Result<Vec<Edit>> {
        changes::edits(self, row)
    }

    fn reactions(&self, row: RowId) -> Result<Vec<Reaction>> {
        message_row::reactions(self, row, usize::MAX)
    }

    fn pins(&self, access: &Access) -> Result<Vec<Message>> {
        changes::pins(self, access)
    }

    fn expired(&self, expiry: Expiry, after: RowId) -> Result<Vec<Expired>> {
        retention::expired(self, expiry, after)
    }

    fn unread(&self, room: RoomId, from: u64, users: &[UserId]) -> Result<Vec<Notice>> {
        read::unread(self, room, from, users)
    }
}

/// Where the messages are, the earlier ones first, and the key by which they are found there.
fn parts(of: &MessageSource) -> (Value, [Part; 2]) {
    let author = "JOIN user AS author ON author.id = message.author";
    match of.thread {
        None => {
            let part = |table| Part {
                from: format!(
                    "FROM {table} AS log JOIN message ON message.id = log.message {author}
                     WHERE log.room = ?1 AND log.kind = 1"
                ),
                seq: "log.seq",
            };
            (Value::Integer(of.access.row()), deferred::TABLES.map(part))
        }
        Some(root) => {
            let part = |column| Part { from: format!("FROM message {author} WHERE {column} = ?1"), seq: "message.seq" };
            (Value::Blob(root.uuid().as_bytes().to_vec()), ["message.uuid", "message.thread"].map(part))
        }
    }
}

/// One of the tables in which messages are looked for.
struct Part {
    /// `FROM` and `WHERE`, by the key `?1`.
    from: String,
    /// The column that says where a message stands.
    seq: &'static str,
}

/// SQLite's integers are signed; no room has that many events.
fn bounded(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
