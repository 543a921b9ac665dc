//! The messages that the server does not have yet.

use chat_protocol::{ErrorCode, MessageId, Timestamp};
use rusqlite::params;

use super::{
    database::Database,
    fault,
    values::{from_json, id, json},
};
use crate::{Action, Delivery, Entry, EntryFile};

type Result<T> = std::result::Result<T, rusqlite::Error>;

/// No place in the order is higher: SQLite gives out the next one as long as there is one.
const LAST: i64 = i64::MAX / 2;

/// A message in the file, with its place in the order in which all were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutboxRow {
    pub(crate) n: i64,
    pub(crate) entry: Entry,
    /// Whether the file says that it may have been sent. It is sent only then.
    pub(crate) tried: bool,
}

impl Database {
    /// The messages that one process sends, in order.
    pub(crate) fn outbox(&self, slot: u32) -> Result<Vec<OutboxRow>> {
        self.rows("SELECT * FROM outbox WHERE slot = ? ORDER BY n", [slot], read)
    }

    /// The messages of all processes, in order.
    pub(super) fn all_outbox(&self) -> Result<Vec<(u32, OutboxRow)>> {
        self.rows("SELECT * FROM outbox ORDER BY n", [], |row| Ok((row.get("slot")?, read(row)?)))
    }

    /// The last place in the order that was given out.
    pub(super) fn last_place(&self) -> Result<i64> {
        let last = self
            .rows("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'", [], |row| row.get(0))?
            .into_iter()
            .max()
            .unwrap_or(0);
        if last > LAST { Err(fault::bad_value(0, "no places are left in the outbox")) } else { Ok(last) }
    }

    /// The processes that have messages.
    pub(super) fn outbox_slots(&self) -> Result<Vec<u32>> {
        self.rows("SELECT DISTINCT slot FROM outbox", [], |row| row.get(0))
    }

    /// Gives the messages of one process to another.
    pub(super) fn move_outbox(&self, from: u32, to: u32) -> Result<Vec<OutboxRow>> {
        let moved = self.outbox(from)?;
        self.run("UPDATE outbox SET slot = ? WHERE slot = ?", [to, from])?;
        Ok(moved)
    }

    /// Answers with its place in the order. One that is here already keeps its own.
    pub(super) fn queue(&self, entry: &Entry, slot: u32, tried: bool) -> Result<i64> {
        let known = self.rows("SELECT n FROM outbox WHERE id = ?", [entry.id.to_string()], |row| row.get(0))?;
        if let Some(n) = known.into_iter().next() {
            return Ok(n);
        }
        let (code, detail) = match &entry.state {
            Delivery::Failed { code, detail } => (Some(code.as_str()), Some(detail)),
            _ => (None, None),
        };
        self.run(
            "INSERT INTO outbox (slot, id, room, body, reply_to, written_at, code, detail, action, tried, files)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                slot,
                entry.id.to_string(),
                entry.room.to_string(),
                entry.body,
                entry.reply_to.map(|id| id.to_string()),
                entry.written_at.millis(),
                code,
                detail,
                (!entry.is_message()).then(|| json(&entry.action)).transpose()?,
                tried,
                files_json(&entry.files)?
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

    /// How far the files of a message are.
    pub(super) fn set_files(&self, message: MessageId, files: &[EntryFile]) -> Result<()> {
        let values = params![files_json(files)?, message.to_string()];
        self.run("UPDATE outbox SET files = ? WHERE id = ?", values).map(drop)
    }

    /// All of one process may be sent from now on.
    pub(super) fn set_tried(&self, slot: u32) -> Result<()> {
        self.run("UPDATE outbox SET tried = 1 WHERE slot = ? AND NOT tried", [slot]).map(drop)
    }

    /// Gives a message that waits another text.
    pub(super) fn rewrite(&self, message: MessageId, body: &str) -> Result<()> {
        self.run("UPDATE outbox SET body = ? WHERE id = ?", [body, &message.to_string()]).map(drop)
    }

    /// Puts a message of another file into this one, unless it is here: of the same process, at the same place in the
    /// order if that can be.
    pub(super) fn put_back(&self, slot: u32, OutboxRow { n, entry, tried }: &OutboxRow) -> Result<()> {
        if self.connection.prepare_cached("SELECT 1 FROM outbox WHERE id = ?")?.exists([entry.id.to_string()])? {
            return Ok(());
        }
        let queued = self.queue(entry, slot, *tried)?;
        let place = Some(*n).filter(|n| *n <= LAST && *n != queued);
        place.map_or(Ok(0), |n| self.run("UPDATE OR IGNORE outbox SET n = ? WHERE n = ?", [n, queued])).map(drop)
    }
}

/// Reads a row of the outbox.
pub(super) fn read(row: &rusqlite::Row) -> Result<OutboxRow> {
    let code: Option<String> = row.get("code")?;
    let state = match code {
        Some(code) => Delivery::Failed { code: error_code(&code)?, detail: row.get("detail")? },
        None => Delivery::Queued,
    };
    let entry = Entry {
        id: id(row.get("id")?)?,
        room: id(row.get("room")?)?,
        action: row.get::<_, Option<String>>("action")?.map_or(Ok(Action::Message), |text| from_json(&text))?,
        body: row.get("body")?,
        reply_to: row.get::<_, Option<String>>("reply_to")?.map(id).transpose()?,
        files: files(row)?,
        state,
        written_at: Timestamp::from_millis(row.get("written_at")?),
    };
    let n = row.get("n")?;
    if n > LAST {
        return Err(fault::bad_value(0, "a place in the outbox that was never given out"));
    }
    Ok(OutboxRow { n, entry, tried: row.get("tried")? })
}

fn files_json(files: &[EntryFile]) -> Result<Option<String>> {
    if files.is_empty() { Ok(None) } else { json(&files).map(Some) }
}

/// Files of an older version have no such column.
fn files(row: &rusqlite::Row) -> Result<Vec<EntryFile>> {
    let Ok(column) = row.as_ref().column_index("files") else { return Ok(Vec::new()) };
    row.get::<_, Option<String>>(column)?.map_or(Ok(Vec::new()), |text| from_json(&text))
}

fn error_code(text: &str) -> Result<ErrorCode> {
    serde_json::from_value(text.into()).map_err(|error| fault::bad_value(0, error))
}
