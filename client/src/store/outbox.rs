//! The messages that the server does not have yet.

use chat_protocol::{ErrorCode, MessageId, Timestamp};
use rusqlite::{params, types::Type};

use super::{cache::id, database::Database};
use crate::{Delivery, Entry};

type Result<T> = std::result::Result<T, rusqlite::Error>;

/// A message in the file, with its place in the order in which all were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) n: i64,
    pub(crate) entry: Entry,
}

impl Database {
    /// The messages that one process sends, in order.
    pub(crate) fn outbox(&self, slot: u32) -> Result<Vec<Kept>> {
        self.rows(
            "SELECT n, id, room, body, reply_to, written_at, code, detail FROM outbox WHERE slot = ? ORDER BY n",
            [slot],
            read,
        )
    }

    /// The processes that have messages.
    pub(super) fn outbox_slots(&self) -> Result<Vec<u32>> {
        self.rows("SELECT DISTINCT slot FROM outbox", [], |row| row.get(0))
    }

    /// Gives the messages of one process to another.
    pub(super) fn move_outbox(&self, from: u32, to: u32) -> Result<Vec<Kept>> {
        let moved = self.outbox(from)?;
        self.run("UPDATE outbox SET slot = ? WHERE slot = ?", [to, from])?;
        Ok(moved)
    }

    pub(super) fn queue(&self, entry: &Entry, slot: u32) -> Result<i64> {
        let (code, detail) = match &entry.state {
            Delivery::Failed { code, detail } => (Some(code.as_str()), Some(detail)),
            _ => (None, None),
        };
        self.run(
            "INSERT INTO outbox (slot, id, room, body, reply_to, written_at, code, detail)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                slot,
                entry.id.to_string(),
                entry.room.to_string(),
                entry.body,
                entry.reply_to.map(|id| id.to_string()),
                entry.written_at.millis(),
                code,
                detail
            ],
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    pub(super) fn unqueue(&self, message: MessageId) -> Result<()> {
        self.run("DELETE FROM outbox WHERE id = ?", [message.to_string()]).map(drop)
    }

    pub(super) fn set_failure(&self, message: MessageId, failure: Option<&(ErrorCode, String)>) -> Result<()> {
        let (code, detail) = failure.map(|(code, detail)| (code.as_str(), detail)).unzip();
        let values = params![code, detail, message.to_string()];
        self.run("UPDATE outbox SET code = ?, detail = ? WHERE id = ?", values).map(drop)
    }

    /// Puts messages of another file into this one: of the same processes, in the same order.
    pub(super) fn put_back(&self, rescued: &[(u32, Kept)]) -> Result<()> {
        for (slot, Kept { n, entry }) in rescued {
            let queued = self.queue(entry, *slot)?;
            self.run("UPDATE outbox SET n = ? WHERE n = ?", [*n, queued])?;
        }
        Ok(())
    }
}

/// Reads a row: n, id, room, body, reply_to, written_at, code, detail.
pub(super) fn read(row: &rusqlite::Row) -> Result<Kept> {
    let code: Option<String> = row.get(6)?;
    let state = match code {
        Some(code) => Delivery::Failed { code: error_code(&code)?, detail: row.get(7)? },
        None => Delivery::Queued,
    };
    let entry = Entry {
        id: id(row.get(1)?)?,
        room: id(row.get(2)?)?,
        body: row.get(3)?,
        reply_to: row.get::<_, Option<String>>(4)?.map(id).transpose()?,
        state,
        written_at: Timestamp::from_millis(row.get(5)?),
    };
    Ok(Kept { n: row.get(0)?, entry })
}

fn error_code(text: &str) -> Result<ErrorCode> {
    let text = serde_json::Value::from(text);
    serde_json::from_value(text).map_err(|error| rusqlite::Error::FromSqlConversionFailure(6, Type::Text, error.into()))
}
