//! A connection, used from a thread that may block.

use std::{cell::Cell, sync::Arc, time::Duration};

use deadpool_postgres::Object;
use tokio::runtime::Handle;
use tokio_postgres::{Error, Row, SimpleQueryMessage, types::ToSql};

use super::health::Health;
use crate::store::{Result, StoreError};

/// How long one statement may take: whatever the database or the network does, nobody waits longer.
const DEADLINE: Duration = Duration::from_secs(30);

/// What a statement is given, by number.
type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection of a pool. It goes back there when this is dropped, unless a statement of it never ended or a transaction
/// is left open: then it is closed.
pub(in crate::store::postgres) struct Db {
    client: Option<Object>,
    runtime: Handle,
    health: Arc<Health>,
    /// Whether it may be used again.
    is_clean: Cell<bool>,
}

impl Db {
    pub(super) fn new(client: Object, runtime: Handle, health: Arc<Health>) -> Self {
        Self { client: Some(client), runtime, health, is_clean: Cell::new(true) }
    }

    /// The rows that a statement gives. It is prepared once for each connection.
    pub(in crate::store::postgres) fn query(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>> {
        let client = self.client()?;
        self.wait(async {
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, params).await
        })
    }

    /// The row that a statement gives, if it gives one.
    pub(in crate::store::postgres) fn query_opt(&self, sql: &str, params: Params<'_>) -> Result<Option<Row>> {
        let client = self.client()?;
        self.wait(async {
            let statement = client.prepare_cached(sql).await?;
            client.query_opt(&statement, params).await
        })
    }

    /// The one row that a statement gives.
    pub(in crate::store::postgres) fn query_one(&self, sql: &str, params: Params<'_>) -> Result<Row> {
        let client = self.client()?;
        self.wait(async {
            let statement = client.prepare_cached(sql).await?;
            client.query_one(&statement, params).await
        })
    }

    /// Runs a statement that gives no rows. Gives how many it changed.
    pub(in crate::store::postgres) fn execute(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        let client = self.client()?;
        self.wait(async {
            let statement = client.prepare_cached(sql).await?;
            client.execute(&statement, params).await
        })
    }

    /// Runs statements without parameters, in one round trip.
    pub(in crate::store::postgres) fn batch(&self, sql: &str) -> Result<()> {
        let client = self.client()?;
        self.wait(client.batch_execute(sql))
    }

    /// The same, with the first column of the last row that they give.
    pub(super) fn batch_value(&self, sql: &str) -> Result<Option<String>> {
        let client = self.client()?;
        let answered = self.wait(client.simple_query(sql))?;
        Ok(answered.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        }))
    }

    /// Has the connection closed unless [`Db::ends`] says that its transaction did.
    pub(super) fn begins(&self) {
        self.is_clean.set(false);
    }

    /// Nothing is open any more.
    pub(super) fn ends(&self) {
        self.is_clean.set(true);
    }

    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or(StoreError::Closed)
    }

    fn wait<T>(&self, work: impl Future<Output = std::result::Result<T, Error>>) -> Result<T> {
        let answered = self.runtime.block_on(async { tokio::time::timeout(DEADLINE, work).await });
        let Ok(answered) = answered else {
            self.is_clean.set(false);
            return Err(self.health.failed(&"no answer within 30 s"));
        };
        answered.map_err(|error| self.health.judge(error))
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        if let Some(client) = self.client.take()
            && !self.is_clean.get()
        {
            // Taken out of its pool, and closed with this.
            drop(Object::take(client));
        }
    }
}
