//! Threads that users follow.

use chat_protocol::MessageId;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::engine::writer::Tx;
use crate::store::{Result, RowId, steps::Follows};

/// Threads that a connection is told of at its start: the newest.
const TOLD: usize = 1000;

/// The threads that a user follows.
pub(super) fn followed(db: &Connection, user: RowId) -> Result<Vec<MessageId>> {
    let mut find =
        db.prepare_cached("SELECT root FROM thread_follow WHERE user = ? AND following ORDER BY root DESC LIMIT ?")?;
    let threads = find.query_map(params![user, TOLD], |row| Ok(row.get::<_, Uuid>(0)?.into()))?;
    Ok(threads.collect::<rusqlite::Result<_>>()?)
}

impl Follows for Tx<'_> {
    fn follow(&mut self, user: RowId, root: MessageId) -> Result<bool> {
        let mut insert = self.db.prepare_cached(
            "INSERT INTO thread_follow (user, root, following) VALUES (?, ?, 1) ON CONFLICT DO NOTHING",
        )?;
        Ok(insert.execute(params![user, root.uuid()])? > 0)
    }

    fn set_following(&mut self, user: RowId, root: MessageId, on: bool) -> Result<bool> {
        let mut set = self.db.prepare_cached(
            "INSERT INTO thread_follow (user, root, following) VALUES (?, ?, ?)
             ON CONFLICT (user, root) DO UPDATE SET following = excluded.following WHERE following <> excluded.following",
        )?;
        Ok(set.execute(params![user, root.uuid(), on])? > 0)
    }
}
