//! What the index holds of each message (table `search_entry`), and when it is told.

use tokio_postgres::Row;

use crate::store::{
    Result, RowId,
    operation::search::terms::{Indexed, VERSION},
    postgres::{engine::connection::Db, message_row, rows},
};

/// Messages that are indexed in one transaction: some milliseconds in which no one else writes.
const AT_ONCE: usize = 64;

/// The last message that is in the index.
pub(super) fn last(db: &Db) -> Result<RowId> {
    let sql = "SELECT CASE WHEN version = $1 THEN last ELSE 0 END FROM search_state";
    Ok(db.query_one(sql, &[&VERSION])?.try_get(0)?)
}

/// Columns of [`entry`].
const ENTRY: &str = "SELECT message.id, message.room, room.kind, message.author, message.sent_at, message.body,
                            message.deleted, message.extras
                     FROM message JOIN room ON room.id = message.room";

/// The terms of a message, separated by blanks; `None` of one that was deleted.
fn entry(row: &Row) -> Result<Option<String>> {
    if row.try_get(6)? {
        return Ok(None);
    }
    let message = Indexed {
        room: row.try_get(1)?,
        is_public: row.try_get::<_, &str>(2)? == "public",
        author: row.try_get(3)?,
        sent_at: rows::time(row, 4)?,
        body: row.try_get(5)?,
        has_files: message_row::has_files(row, 7)?,
    };
    Ok(Some(message.terms().join(" ")))
}

/// The newest message, and how many up to it wait to be indexed, at most.
pub(super) fn backlog(db: &Db) -> Result<(RowId, u64)> {
    let newest: RowId = db.query_one("SELECT coalesce(max(id), 0) FROM message", &[])?.try_get(0)?;
    Ok((newest, u64::try_from(newest - last(db)?).unwrap_or(0)))
}

/// Indexes the messages that follow the last one that is; false when none is left. Nobody else may be storing messages
/// meanwhile: an id that is taken and not committed yet would be skipped.
pub(super) fn index_some(db: &Db) -> Result<bool> {
    let version: i64 = db.query_one("SELECT version FROM search_state", &[])?.try_get(0)?;
    if version != VERSION {
        rebuild(db)?;
    }
    let sql = format!("{ENTRY} WHERE message.id > $1 ORDER BY message.id LIMIT $2");
    let found = db.query(&sql, &[&last(db)?, &rows::int(AT_ONCE)])?;
    let Some(newest) = found.last() else { return Ok(false) };
    let newest: RowId = newest.try_get(0)?;
    let (mut messages, mut terms) = (Vec::<RowId>::new(), Vec::new());
    for row in &found {
        if let Some(entry) = entry(row)? {
            messages.push(row.try_get(0)?);
            terms.push(entry);
        }
    }
    insert(db, &messages, &terms)?;
    db.execute("UPDATE search_state SET last = $1", &[&newest])?;
    Ok(found.len() == AT_ONCE)
}

/// Empties the index: it is filled again from the first message on.
fn rebuild(db: &Db) -> Result<()> {
    db.execute("DELETE FROM search_entry", &[])?;
    db.execute("UPDATE search_state SET version = $1, last = 0", &[&VERSION])?;
    Ok(())
}

/// Removes a message from the index, before its text is changed or deleted.
pub(in crate::store::postgres) fn remove(db: &Db, message: RowId) -> Result<()> {
    db.execute("DELETE FROM search_entry WHERE message = $1", &[&message])?;
    Ok(())
}

/// Adds a message to the index, after its text was changed.
pub(in crate::store::postgres) fn add(db: &Db, message: RowId) -> Result<()> {
    if message > last(db)? {
        return Ok(());
    }
    let found = db.query_opt(&format!("{ENTRY} WHERE message.id = $1"), &[&message])?;
    match found.map(|row| entry(&row)).transpose()?.flatten() {
        Some(terms) => insert(db, &[message], &[terms]),
        None => Ok(()),
    }
}

fn insert(db: &Db, messages: &[RowId], terms: &[String]) -> Result<()> {
    db.execute(
        "INSERT INTO search_entry (message, terms)
         SELECT message, string_to_array(terms, ' ') FROM unnest($1::bigint[], $2::text[]) AS entry (message, terms)",
        &[&messages, &terms],
    )?;
    Ok(())
}
