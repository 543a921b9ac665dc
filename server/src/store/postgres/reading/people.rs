//! Users, and what they keep for themselves.

use chat_protocol::{MessageId, Timestamp, User, UserId};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::store::{
    Page, Result, RowId, Session, Times, UserFilter,
    postgres::{engine::connection::Db, follows, marks, rows, settings, users},
    records,
    steps::{Mark, People},
};

impl People for Db {
    fn user(&self, user: RowId) -> Result<User> {
        users::read(self, user)
    }

    fn users(&self, filter: &UserFilter) -> Result<Page<User>> {
        let (online, ids) = online(filter);
        let sql = format!(
            "SELECT {}, canonical FROM account
             WHERE NOT disabled AND canonical > $1
               AND ($2::text IS NULL OR name ILIKE $2 OR display_name COLLATE \"C\" ILIKE $2)
               AND ($3::boolean IS NULL OR $3 = (uuid = ANY($4)))
             ORDER BY canonical LIMIT $5",
            rows::USER
        );
        let q = filter.q.as_deref().map(rows::anywhere);
        let after = rows::storable(records::after_name(filter.after.as_deref()));
        let found = self.query(&sql, &[&after, &q, &online, &ids, &rows::int(filter.limit + 1)])?;
        page(&found, filter.limit)
    }

    fn sessions(&self, user: RowId) -> Result<Vec<Session>> {
        let found = self.query(
            "SELECT uuid, client, created_at, last_used_at FROM session WHERE account = $1
             ORDER BY last_used_at DESC, id DESC",
            &[&user],
        )?;
        let session = |row| {
            Ok(Session {
                id: rows::id(row, 0)?,
                client: row.try_get(1)?,
                created_at: rows::time(row, 2)?,
                last_used_at: rows::time(row, 3)?,
            })
        };
        found.iter().map(session).collect()
    }

    fn ignored(&self, user: RowId) -> Result<Vec<UserId>> {
        settings::ignored(self, user)
    }

    fn followed_threads(&self, user: RowId) -> Result<Vec<MessageId>> {
        follows::followed(self, user)
    }

    fn clock(&self) -> Result<Times> {
        let latest = self
            .query_opt("SELECT name, last_at FROM room WHERE last_at IS NOT NULL ORDER BY last_at DESC LIMIT 1", &[])?;
        let event = |row: Row| -> Result<(String, Timestamp)> { Ok((row.try_get(0)?, rows::time(&row, 1)?)) };
        let latest_event = latest.map(event).transpose()?;
        let sql = format!(
            "SELECT {}, greatest((SELECT max(last_used_at) FROM session), (SELECT max(last_seen_at) FROM account),
                                 (SELECT max(created_at) FROM account))",
            rows::NOW
        );
        let known = self.query_one(&sql, &[])?;
        Ok(Times {
            now: rows::time(&known, 0)?,
            latest_event,
            last_known: marks::marked_at(self, Mark::LookedAt)?.or(rows::maybe_time(&known, 1)?),
            absences_since: marks::marked_at(self, Mark::Absences)?,
            unused_since: marks::marked_at(self, Mark::Unused)?,
        })
    }
}

/// Whether only these users are wanted, or all but these.
pub(super) fn online(filter: &UserFilter) -> (Option<bool>, Vec<Uuid>) {
    match &filter.online {
        Some((online, ids)) => (Some(*online), ids.iter().map(|user| user.uuid()).collect()),
        None => (None, Vec::new()),
    }
}

/// A page of users, of rows with their canonical names after [`rows::USER`], one more than wanted.
pub(super) fn page(found: &[tokio_postgres::Row], limit: usize) -> Result<Page<User>> {
    let found = found.iter().map(|row| Ok((rows::user(row)?, row.try_get(rows::AFTER_USER)?)));
    Ok(Page::cut(found.collect::<Result<_>>()?, limit))
}
