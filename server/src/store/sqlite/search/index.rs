//! What the index holds of each message, and when it is told.

use chat_protocol::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use tracing::warn;

use crate::store::{
    Result, RowId,
    operation::search::terms::{Indexed, VERSION},
    sqlite::{message_row, rows},
};

/// Messages that are indexed in one transaction: some milliseconds of the writer's time. Fewer at once would be merged more
/// often, which takes longer in all.
const AT_ONCE: usize = 64;

/// When the first room was made, and when the last event happened: within a room, times never run backwards.
pub(super) fn extent(db: &Connection) -> Result<(Timestamp, Timestamp)> {
    let mut extent = db.prepare_cached("SELECT min(created_at), max(coalesce(last_at, created_at)) FROM room")?;
    Ok(extent.query_row([], |row| Ok((rows::time(row, 0)?, rows::time(row, 1)?)))?)
}

/// The last message that is in the index.
pub(super) fn last(db: &Connection) -> Result<RowId> {
    let mut find = db.prepare_cached("SELECT iif(version = ?, last, 0) FROM search_state")?;
    Ok(find.query_row([VERSION], |row| row.get(0))?)
}

/// Columns of [`Entry`]. A room that is being removed is what it was.
const ENTRY: &str = "SELECT message.id, message.room, coalesce(removed_room.was_public, room.kind = 'public'),
                            message.author, message.sent_at, message.body, message.deleted, message.extras
                     FROM message JOIN room ON room.id = message.room
                          LEFT JOIN removed_room ON removed_room.room = room.id";

/// What a message is found by.
struct Entry {
    row: RowId,
    terms: String,
}

impl Entry {
    /// `None` of a message that was deleted.
    fn read(row: &Row<'_>) -> rusqlite::Result<(RowId, Option<Self>)> {
        let (id, body): (RowId, String) = (row.get(0)?, row.get(5)?);
        if row.get(6)? {
            return Ok((id, None));
        }
        let message = Indexed {
            room: row.get(1)?,
            is_public: row.get(2)?,
            author: row.get(3)?,
            sent_at: rows::time(row, 4)?,
            body: &body,
            has_files: row.get::<_, u8>(7)? & message_row::HAS_FILES != 0,
        };
        Ok((id, Some(Self { row: id, terms: message.terms().join(" ") })))
    }

    fn of(db: &Connection, message: RowId) -> Result<Option<Self>> {
        let mut find = db.prepare_cached(&format!("{ENTRY} WHERE message.id = ?"))?;
        Ok(find.query_row([message], Self::read).optional()?.and_then(|(_, entry)| entry))
    }

    fn insert(&self, db: &Connection) -> Result<()> {
        let mut insert = db.prepare_cached("INSERT INTO search (rowid, terms) VALUES (?, ?)")?;
        or_rebuild(db, insert.execute(params![self.row, self.terms]))
    }

    fn delete(&self, db: &Connection) -> Result<()> {
        let mut delete = db.prepare_cached("INSERT INTO search (search, rowid, terms) VALUES ('delete', ?, ?)")?;
        or_rebuild(db, delete.execute(params![self.row, self.terms]))
    }
}

/// An index that is damaged keeps nobody from changing or deleting a message: it is filled again.
fn or_rebuild(db: &Connection, done: rusqlite::Result<usize>) -> Result<()> {
    match done {
        Err(failure) if failure.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            warn!(%failure, "the index for searching is damaged; it is filled again");
            rebuild(db)
        }
        done => Ok(done.map(drop)?),
    }
}

/// The newest message, and how many up to it wait to be indexed, at most.
pub(in crate::store::sqlite) fn backlog(db: &Connection) -> Result<(RowId, u64)> {
    let newest: RowId =
        db.prepare_cached("SELECT coalesce(max(id), 0) FROM message")?.query_row([], |row| row.get(0))?;
    Ok((newest, u64::try_from(newest - last(db)?).unwrap_or(0)))
}

/// Indexes the messages that follow the last one that is; false when none is left.
pub(in crate::store::sqlite) fn index_some(db: &Connection) -> Result<bool> {
    let version: i64 = db.prepare_cached("SELECT version FROM search_state")?.query_row([], |row| row.get(0))?;
    if version != VERSION {
        rebuild(db)?;
    }
    let entries = {
        let mut next = db.prepare_cached(&format!("{ENTRY} WHERE message.id > ? ORDER BY message.id LIMIT ?"))?;
        let found = next.query_map(params![last(db)?, AT_ONCE], Entry::read)?;
        found.collect::<rusqlite::Result<Vec<_>>>()?
    };
    let Some((last, _)) = entries.last() else { return Ok(false) };
    db.prepare_cached("UPDATE search_state SET last = ?")?.execute([last])?;
    for entry in entries.iter().filter_map(|(_, entry)| entry.as_ref()) {
        entry.insert(db)?;
    }
    Ok(entries.len() == AT_ONCE)
}

/// Empties the index: it is filled again from the first message on.
pub(in crate::store::sqlite) fn rebuild(db: &Connection) -> Result<()> {
    db.prepare_cached("INSERT INTO search (search) VALUES ('delete-all')")?.execute([])?;
    db.prepare_cached("UPDATE search_state SET version = ?, last = 0")?.execute([VERSION])?;
    Ok(())
}

/// Messages that are in it, or are deleted.
pub(in crate::store::sqlite) fn count(db: &Connection) -> Result<u64> {
    Ok(db.prepare_cached("SELECT count(*) FROM message WHERE id <= ?")?.query_row([last(db)?], |row| row.get(0))?)
}

/// What the index should have of each message that is in it: the terms, separated by blanks.
pub(in crate::store::sqlite) fn each_indexed(db: &Connection, mut look: impl FnMut(RowId, &str)) -> Result<()> {
    let mut read = db.prepare(&format!("{ENTRY} WHERE message.id <= ? ORDER BY message.id"))?;
    let mut found = read.query([last(db)?])?;
    while let Some(row) = found.next()? {
        if let (row, Some(entry)) = Entry::read(row)? {
            look(row, &entry.terms);
        }
    }
    Ok(())
}

/// Removes a message from the index, before its text is changed or deleted.
pub(in crate::store::sqlite) fn remove(db: &Connection, message: RowId) -> Result<()> {
    if message > last(db)? {
        return Ok(());
    }
    match Entry::of(db, message)? {
        Some(entry) => entry.delete(db),
        None => Ok(()),
    }
}

/// Adds a message to the index, after its text was changed.
pub(in crate::store::sqlite) fn add(db: &Connection, message: RowId) -> Result<()> {
    if message > last(db)? {
        return Ok(());
    }
    match Entry::of(db, message)? {
        Some(entry) => entry.insert(db),
        None => Ok(()),
    }
}

/// Notes that the newest messages are gone: their rows will be those of new ones.
pub(in crate::store::sqlite) fn forget_end(db: &Connection) -> Result<()> {
    db.prepare_cached("UPDATE search_state SET last = min(last, (SELECT coalesce(max(id), 0) FROM message))")?
        .execute([])?;
    Ok(())
}
