//! Reading the messages of a room, or of one of its threads, away from a position.

use chat_protocol::{Message, RoomId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params, types::Value};
use uuid::Uuid;

use crate::store::{
    PageSize, Result,
    access::Access,
    sqlite::{
        engine::deferred,
        message_row::{COLUMNS, message},
    },
    steps::{RoomMessages, Run, Way},
};

/// Reads messages of one room, or one thread, from one state of the database.
pub(super) struct PageReader<'a, E> {
    pub(super) db: &'a Connection,
    pub(super) access: Access,
    /// The first message of a thread, if its messages alone are wanted.
    pub(super) thread: Option<Uuid>,
    /// Makes of a message what the page holds, and says how large that is.
    pub(super) encode: E,
}

impl<T, E: Fn(Message) -> (T, usize)> RoomMessages for PageReader<'_, E> {
    type Item = T;

    fn room(&self) -> RoomId {
        self.access.id()
    }

    fn run(&self, way: Way, seq: u64, size: PageSize, least: usize) -> Result<Run<T>> {
        let (key, [first, second]) = self.parts();
        let (parts, range, order) = match way {
            Way::Back => ([second, first], "< ?2", "DESC"),
            Way::On => ([first, second], "> ?2", "ASC"),
        };
        let mut run = Run::default();
        for Part { from, seq: column } in parts {
            let sql = format!("SELECT {COLUMNS} {from} AND {column} {range} ORDER BY {column} {order} LIMIT ?3");
            let mut statement = self.db.prepare_cached(&sql)?;
            // One more than fit tells whether there are more.
            let wanted = size.items + 1 - run.messages.len();
            let mut found = statement.query(params![key, bounded(seq), wanted])?;
            while let Some(row) = found.next()? {
                if run.messages.len() == size.items {
                    run.has_more = true;
                    return Ok(run);
                }
                let (encoded, bytes) = (self.encode)(message(self.db, row, self.access.id())?);
                if run.bytes + bytes > size.bytes && run.messages.len() >= least {
                    run.has_more = true;
                    return Ok(run);
                }
                run.bytes += bytes;
                run.messages.push(encoded);
            }
        }
        Ok(run)
    }

    fn first_from(&self, seq: u64) -> Result<Option<(u64, Timestamp)>> {
        let (key, parts) = self.parts();
        for Part { from, seq: column } in parts {
            let sql =
                format!("SELECT {column}, message.sent_at {from} AND {column} >= ?2 ORDER BY {column} ASC LIMIT 1");
            let found = self
                .db
                .prepare_cached(&sql)?
                .query_row(params![key, bounded(seq)], |row| Ok((row.get(0)?, Timestamp::from_millis(row.get(1)?))));
            if let Some(found) = found.optional()? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn has_any(&self, way: Way, seq: u64) -> Result<bool> {
        let range = match way {
            Way::Back => "<= ?2",
            Way::On => ">= ?2",
        };
        let (key, parts) = self.parts();
        for Part { from, seq: column } in parts {
            let sql = format!("SELECT EXISTS (SELECT 1 {from} AND {column} {range})");
            if self.db.prepare_cached(&sql)?.query_row(params![key, bounded(seq)], |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl<E> PageReader<'_, E> {
    /// Where the messages are, the earlier ones first, and the key by which they are found there.
    fn parts(&self) -> (Value, [Part; 2]) {
        let author = "JOIN user AS author ON author.id = message.author";
        match self.thread {
            None => {
                let part = |table| Part {
                    from: format!(
                        "FROM {table} AS log JOIN message ON message.id = log.message {author}
                         WHERE log.room = ?1 AND log.kind = 1"
                    ),
                    seq: "log.seq",
                };
                (Value::Integer(self.access.row()), deferred::TABLES.map(part))
            }
            Some(root) => {
                let part =
                    |column| Part { from: format!("FROM message {author} WHERE {column} = ?1"), seq: "message.seq" };
                (Value::Blob(root.as_bytes().to_vec()), ["message.uuid", "message.thread"].map(part))
            }
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
