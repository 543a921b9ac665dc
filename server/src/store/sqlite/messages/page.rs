//! Reading a room's messages away from a position.

use chat_protocol::{Message, RoomId};
use rusqlite::{Connection, params};

use crate::store::{
    PageSize, Result,
    access::Access,
    sqlite::{
        engine::deferred,
        message_row::{COLUMNS, message},
    },
    steps::{RoomMessages, Run, Way},
};

/// Reads messages of one room from one state of the database.
pub(super) struct PageReader<'a, E> {
    pub(super) db: &'a Connection,
    pub(super) access: Access,
    /// Makes of a message what the page holds, and says how large that is.
    pub(super) encode: E,
}

impl<T, E: Fn(Message) -> (T, usize)> RoomMessages for PageReader<'_, E> {
    type Item = T;

    fn room(&self) -> RoomId {
        self.access.id()
    }

    fn run(&self, way: Way, seq: u64, size: PageSize, least: usize) -> Result<Run<T>> {
        let [first, second] = deferred::TABLES;
        let (tables, range) = match way {
            Way::Back => ([second, first], "log.seq < ?2 ORDER BY log.seq DESC"),
            Way::On => ([first, second], "log.seq > ?2 ORDER BY log.seq"),
        };
        let mut run = Run::default();
        for table in tables {
            let sql = format!(
                "SELECT {COLUMNS} FROM {table} AS log JOIN message ON message.id = log.message
                      JOIN user AS author ON author.id = message.author
                 WHERE log.room = ?1 AND log.kind = 1 AND {range} LIMIT ?3"
            );
            let mut statement = self.db.prepare_cached(&sql)?;
            // One more than fit tells whether there are more.
            let wanted = size.items + 1 - run.messages.len();
            let mut found = statement.query(params![self.access.row(), bounded(seq), wanted])?;
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

    fn has_any(&self, way: Way, seq: u64) -> Result<bool> {
        let range = match way {
            Way::Back => "seq <= ?2",
            Way::On => "seq >= ?2",
        };
        let sql = format!("SELECT EXISTS (SELECT 1 FROM log WHERE room = ?1 AND kind = 1 AND {range})");
        Ok(self.db.prepare_cached(&sql)?.query_row(params![self.access.row(), bounded(seq)], |row| row.get(0))?)
    }
}

/// SQLite's integers are signed; no room has that many events.
fn bounded(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
