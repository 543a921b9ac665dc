//! Searching messages, on PostgreSQL: an index over their terms narrows down what is looked at, the messages themselves
//! decide.
//!
//! The index (table `search_entry`, GIN) is filled a moment after messages are stored, apart from their acknowledgement;
//! those that it lacks are looked at one by one. An edit and a deletion change it in their own transaction.

mod index;

use std::ops::ControlFlow;

use chat_protocol::{MessageId, Timestamp};
use tokio_postgres::{Row, types::ToSql};

pub(super) use self::index::{add, remove};
use super::{
    engine::{connection::Db, transaction::Tx},
    message_row, rows,
};
use crate::store::{
    Result, RowId,
    operation::search::terms::{Rooms, Wanted},
    steps::{Candidate, Index, MessageIndex, Narrow},
};

/// Messages that wait to be indexed and are looked at one by one, the newest of them.
const MOST_WAITING: i64 = 10_000;
/// What the index is asked for at first, and what again and again where that is not enough: each time it is looked through as a
/// whole.
const FIRST: i64 = 256;
const NEXT: i64 = 20_000;
/// Messages that are read at once.
const AT_ONCE: usize = 128;

/// Columns of [`candidate`].
const CANDIDATE: &str = "SELECT message.id, message.uuid, message.room, room.uuid, message.author, message.sent_at,
                                EXISTS (SELECT 1 FROM pin WHERE pin.message = message.id), message.body,
                                message.extras
                         FROM message JOIN room ON room.id = message.room";

/// What is told of each message that may be found.
type Look<'a> = &'a mut dyn FnMut(Candidate) -> Result<ControlFlow<()>>;

impl MessageIndex for Db {
    fn message_row(&self, id: MessageId) -> Result<Option<RowId>> {
        let found = self.query_opt("SELECT id FROM message WHERE uuid = $1", &[&id.uuid()])?;
        found.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    fn candidates(
        &self,
        narrow: &Narrow<'_>,
        look: &mut dyn FnMut(Candidate) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let below = narrow.before.unwrap_or(RowId::MAX);
        let rooms = rooms(self, narrow)?;
        if narrow.query.is_pinned {
            return pinned(self, &rooms, below, look).map(drop);
        }
        let indexed = index::last(self)?;
        if waiting(self, indexed, below, look)?.is_break() {
            return Ok(());
        }
        match Wanted::of(narrow, &rooms, || extent(self))? {
            Some(wanted) => found(self, &wanted, below.min(indexed + 1), look),
            None => Ok(()),
        }
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

/// Messages that wait to be indexed.
fn waiting(db: &Db, indexed: RowId, below: RowId, look: Look<'_>) -> Result<ControlFlow<()>> {
    let sql = "SELECT id FROM message WHERE id > $1 AND id < $2 AND NOT deleted ORDER BY id DESC LIMIT $3";
    let messages = rows::firsts(&db.query(sql, &[&indexed, &below, &MOST_WAITING])?)?;
    show(db, &messages, look)
}

/// Messages that are pinned in rooms.
fn pinned(db: &Db, rooms: &Rooms, below: RowId, look: Look<'_>) -> Result<ControlFlow<()>> {
    let sql = "SELECT message.id FROM message JOIN room ON room.id = message.room JOIN pin ON pin.message = message.id
               WHERE message.id < $1 AND (($2 AND room.kind = 'public') OR message.room = ANY($3))
               ORDER BY message.id DESC";
    let messages = rows::firsts(&db.query(sql, &[&below, &rooms.all_public, &rooms.others])?)?;
    show(db, &messages, look)
}

/// Messages that the index has under the terms.
fn found(db: &Db, wanted: &Wanted, mut below: RowId, look: Look<'_>) -> Result<()> {
    let mut limit = FIRST;
    loop {
        let mut params: Vec<&(dyn ToSql + Sync)> = vec![&below, &limit, &wanted.all];
        let mut sql = String::from("SELECT message FROM search_entry WHERE message < $1 AND terms @> $3");
        for group in &wanted.any {
            params.push(group);
            sql.push_str(&format!(" AND terms && ${}", params.len()));
        }
        sql.push_str(" ORDER BY message DESC LIMIT $2");
        let messages: Vec<RowId> = rows::firsts(&db.query(&sql, &params)?)?;
        if show(db, &messages, look)?.is_break() {
            return Ok(());
        }
        match messages.last() {
            Some(last) if rows::int(messages.len()) == limit => below = *last,
            _ => return Ok(()),
        }
        limit = NEXT;
    }
}

/// Shows messages in this order, until it is told to stop.
fn show(db: &Db, messages: &[RowId], look: Look<'_>) -> Result<ControlFlow<()>> {
    let sql = format!("{CANDIDATE} WHERE message.id = ANY($1) AND NOT deleted ORDER BY message.id DESC");
    for part in messages.chunks(AT_ONCE) {
        for row in db.query(&sql, &[&part])? {
            if look(candidate(&row)?)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn candidate(row: &Row) -> Result<Candidate> {
    Ok(Candidate {
        row: row.try_get(0)?,
        id: rows::id(row, 1)?,
        room_row: row.try_get(2)?,
        room: rows::id(row, 3)?,
        author: row.try_get(4)?,
        sent_at: rows::time(row, 5)?,
        is_pinned: row.try_get(6)?,
        body: row.try_get(7)?,
        has_files: message_row::has_files(row, 8)?,
    })
}

/// The rooms that were asked for, or else all that the reader may see.
fn rooms(db: &Db, narrow: &Narrow<'_>) -> Result<Rooms> {
    if !narrow.rooms.is_empty() {
        return Ok(Rooms { all_public: false, others: narrow.rooms.clone() });
    }
    // A direct room that one has left can still be read.
    let others = db.query(
        "SELECT room.id FROM member JOIN room ON room.id = member.room
         WHERE member.account = $1 AND room.kind <> 'public' AND (member.joined OR room.kind = 'direct')",
        &[&narrow.reader],
    )?;
    Ok(Rooms { all_public: true, others: rows::firsts(&others)? })
}

/// When the first room was made, and when the last event happened: within a room, times never run backwards.
fn extent(db: &Db) -> Result<(Timestamp, Timestamp)> {
    let row = db.query_one("SELECT min(created_at), max(coalesce(last_at, created_at)) FROM room", &[])?;
    Ok((rows::time(&row, 0)?, rows::time(&row, 1)?))
}
