//! Threads that users follow, on PostgreSQL.

use chat_protocol::MessageId;

use super::{
    engine::{connection::Db, transaction::Tx},
    rows,
};
use crate::store::{Result, RowId, steps::Follows};

/// Threads that a connection is told of at its start: the newest.
const TOLD: i64 = 1000;

/// The threads that a user follows.
pub(super) fn followed(db: &Db, user: RowId) -> Result<Vec<MessageId>> {
    rows::ids(&db.query(
        "SELECT root FROM thread_follow WHERE account = $1 AND following ORDER BY root DESC LIMIT $2",
        &[&user, &TOLD],
    )?)
}

impl Follows for Tx<'_> {
    fn follow(&mut self, user: RowId, root: MessageId) -> Result<bool> {
        let inserted = self.db.execute(
            "INSERT INTO thread_follow (account, root, following) VALUES ($1, $2, true) ON CONFLICT DO NOTHING",
            &[&user, &root.uuid()],
        )?;
        Ok(inserted > 0)
    }

    fn set_following(&mut self, user: RowId, root: MessageId, on: bool) -> Result<bool> {
        let set = self.db.execute(
            "INSERT INTO thread_follow (account, root, following) VALUES ($1, $2, $3)
             ON CONFLICT (account, root) DO UPDATE SET following = excluded.following
                WHERE thread_follow.following <> excluded.following",
            &[&user, &root.uuid(), &on],
        )?;
        Ok(set > 0)
    }
}
