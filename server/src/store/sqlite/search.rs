//! Searching messages: SQLite's full-text index narrows down what is looked at, the messages themselves decide.
//!
//! The index (table `search`, FTS5) knows of each message its terms and what it is filtered by, and neither its text nor
//! positions. It is filled a moment after messages are stored, apart from their acknowledgement; those that it lacks are
//! looked at one by one. An edit and a deletion change it in their own transaction.

mod index;

use std::ops::ControlFlow;

use chat_protocol::MessageId;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

pub(super) use self::index::{add, count, each_indexed, forget_end, index_some, rebuild, remove};
use super::{access::VISIBLE, engine::writer::Tx, message_row, rows};
use crate::store::{
    Result, RowId,
    operation::search::terms::{Rooms, Wanted},
    steps::{Candidate, Index, MessageIndex, Narrow},
};

/// Messages that wait to be indexed and are looked at one by one, the newest of them.
const MOST_WAITING: i64 = 10_000;

/// Columns of [`candidate`].
const CANDIDATE: &str = "SELECT message.id, message.uuid, message.room, room.uuid, message.author, message.sent_at,
                                EXISTS (SELECT 1 FROM pin WHERE pin.message = message.id), message.body,
                                message.extras
                         FROM message JOIN room ON room.id = message.room";

impl MessageIndex for Connection {
    fn message_row(&self, id: MessageId) -> Result<Option<RowId>> {
        let mut find = self.prepare_cached("SELECT id FROM message WHERE uuid = ?")?;
        Ok(find.query_row([id.uuid()], |row| row.get(0)).optional()?)
    }

    fn candidates(
        &self,
        narrow: &Narrow<'_>,
        look: &mut dyn FnMut(Candidate) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let below = narrow.before.unwrap_or(RowId::MAX);
        let rooms = rooms(self, narrow)?;
        if narrow.query.is_pinned {
            return pinned(self, &rooms, below, look);
        }
        let indexed = index::last(self)?;
        let mut waiting = self.prepare_cached(&format!(
            "{CANDIDATE} WHERE message.id > ? AND message.id < ? AND NOT deleted
                                          ORDER BY message.id DESC LIMIT ?"
        ))?;
        let mut found = waiting.query(params![indexed, below, MOST_WAITING])?;
        while let Some(row) = found.next()? {
            if look(candidate(row)?)?.is_break() {
                return Ok(());
            }
        }
        let mut find =
            self.prepare_cached("SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? ORDER BY rowid DESC")?;
        let mut read = self.prepare_cached(&format!("{CANDIDATE} WHERE message.id = ? AND NOT deleted"))?;
        let Some(wanted) = Wanted::of(narrow, &rooms, || index::extent(self))? else { return Ok(()) };
        let mut found = find.query(params![expression(&wanted), below.min(indexed + 1)])?;
        while let Some(row) = found.next()? {
            let candidate = read.query_row([row.get::<_, RowId>(0)?], candidate).optional()?;
            if let Some(candidate) = candidate
                && look(candidate)?.is_break()
            {
                return Ok(());
            }
        }
        Ok(())
    }

    fn backlog(&self) -> Result<(RowId, u64)> {
        index::backlog(self)
    }
}

impl Index for Tx<'_> {
    fn index_some(&mut self) -> Result<bool> {
        index::index_some(self.db)
    }
}

/// Messages that are pinned in rooms.
fn pinned(
    db: &Connection,
    rooms: &Rooms,
    below: RowId,
    look: &mut dyn FnMut(Candidate) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let sql = format!(
        "{CANDIDATE} JOIN pin ON pin.message = message.id WHERE message.id < ?1 AND (?2 AND room.kind = 'public'
            OR message.room IN (SELECT value FROM json_each(?3))) ORDER BY message.id DESC"
    );
    let mut find = db.prepare_cached(&sql)?;
    let mut found = find.query(params![below, rooms.all_public, serde_json::json!(rooms.others).to_string()])?;
    while let Some(row) = found.next()? {
        if look(candidate(row)?)?.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        row: row.get(0)?,
        id: row.get::<_, Uuid>(1)?.into(),
        room_row: row.get(2)?,
        room: row.get::<_, Uuid>(3)?.into(),
        author: row.get(4)?,
        sent_at: rows::time(row, 5)?,
        is_pinned: row.get(6)?,
        body: row.get(7)?,
        has_files: row.get::<_, u8>(8)? & message_row::HAS_FILES != 0,
    })
}

/// The rooms that were asked for, or else all that the reader may see.
fn rooms(db: &Connection, narrow: &Narrow<'_>) -> Result<Rooms> {
    if !narrow.rooms.is_empty() {
        return Ok(Rooms { all_public: false, others: narrow.rooms.clone() });
    }
    // A direct room that one has left can still be read.
    let sql = format!(
        "SELECT room.id FROM member JOIN room ON room.id = member.room
         WHERE member.user = ? AND room.kind <> 'public' AND ({VISIBLE} OR room.kind = 'direct')"
    );
    let others =
        db.prepare_cached(&sql)?.query_map([narrow.reader], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(Rooms { all_public: true, others })
}

/// What FTS5 is asked for.
fn expression(wanted: &Wanted) -> String {
    let any = |group: &Vec<String>| format!("({})", group.iter().map(quoted).collect::<Vec<_>>().join(" OR "));
    wanted.all.iter().map(quoted).chain(wanted.any.iter().map(any)).collect::<Vec<_>>().join(" AND ")
}

fn quoted(term: impl AsRef<str>) -> String {
    format!("\"{}\"", term.as_ref().replace('"', "\"\""))
}
