//! Connections, kept open: each with the settings that durability rests on, asserted before it is used.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, PoolError, RecyclingMethod, Runtime};
use tokio::runtime::Handle;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    address::Address,
    connection::Db,
    health::{self, Health},
};
use crate::store::{Result, StoreError};

/// How long a request waits for a connection while all are in use.
const WAIT: Duration = Duration::from_secs(5);

/// What each connection sets for itself: nobody waits long for a lock, or keeps others waiting for a transaction that was
/// given up. `remote_apply` is more than `on`.
const SETTINGS: &str = "
    SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '10s';
    SET statement_timeout = '30s';
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
    SELECT current_setting('synchronous_commit'), current_setting('fsync'), current_setting('full_page_writes'),
           pg_is_in_recovery(), current_setting('transaction_read_only')";

/// Held by the connection that writes, as long as it lasts (`pg_advisory_lock`): one server at a time. "chatonly" in ASCII.
const WRITER: i64 = 0x6368_6174_6f6e_6c79;

/// What a pool's connections are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// To write, one at a time, whatever server it belongs to.
    Writing,
    /// To read.
    Reading,
}

/// Some connections. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pool {
    connections: deadpool_postgres::Pool,
    runtime: Handle,
    pub(super) health: Arc<Health>,
}

impl Pool {
    /// As many connections as are needed at once, `most` at most; none is made yet.
    pub(super) fn new(
        address: &Address,
        tls: MakeRustlsConnect,
        runtime: Handle,
        health: Arc<Health>,
        most: usize,
        purpose: Use,
    ) -> std::result::Result<Self, String> {
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let settle = Hook::async_fn(move |client, _| {
            Box::pin(async move {
                let mut unfit = settle(client).await.map_err(HookError::Backend)?;
                if unfit.is_none() && purpose == Use::Writing {
                    unfit = claim(client).await.map_err(HookError::Backend)?;
                }
                unfit.map_or(Ok(()), |why| Err(HookError::message(why)))
            })
        });
        let connections = deadpool_postgres::Pool::builder(Manager::from_config(address.config.clone(), tls, config))
            .max_size(most)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT))
            .post_create(settle)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { connections, runtime, health })
    }

    /// A connection; a thread that may block waits for it.
    pub(super) fn get(&self) -> Result<Db> {
        self.runtime.block_on(self.take())
    }

    /// A connection.
    pub(super) async fn take(&self) -> Result<Db> {
        let taken = self.connections.get().await.map_err(|failure| match failure {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                self.health.failed(&health::text(&error))
            }
            PoolError::PostCreateHook(HookError::Message(why)) => self.health.failed(&why),
            PoolError::Timeout(_) => StoreError::Busy,
            PoolError::Closed | PoolError::NoRuntimeSpecified => StoreError::Closed,
        })?;
        self.health.answered();
        Ok(Db::new(taken, self.runtime.clone(), Arc::clone(&self.health)))
    }
}

/// Sets what each connection needs. Says what keeps the server from being used, if anything does: what it acknowledges must
/// be on its disk.
pub(super) async fn settle(client: &Client) -> std::result::Result<Option<String>, tokio_postgres::Error> {
    let answered = client.simple_query(SETTINGS).await?;
    let row = answered.iter().rev().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    Ok(row.map_or_else(|| Some("it does not tell its settings".to_owned()), unfit))
}

/// Makes this the one connection that writes. Says why not, if another server has one.
async fn claim(client: &Client) -> std::result::Result<Option<String>, tokio_postgres::Error> {
    let row = client.query_one("SELECT pg_try_advisory_lock($1)", &[&WRITER]).await?;
    let is_ours: bool = row.try_get(0)?;
    Ok((!is_ours).then(|| {
        "another chat-server uses this database, and only one can at a time: stop that one, or give another database \
         with --database"
            .to_owned()
    }))
}

fn unfit(row: &SimpleQueryRow) -> Option<String> {
    let setting = |column| row.get(column).unwrap_or_default();
    for (column, name) in [(1, "fsync"), (2, "full_page_writes")] {
        if setting(column) != "on" {
            return Some(format!(
                "it runs with {name} = {}, and would lose messages when its machine fails: set {name} = on in its \
                 postgresql.conf and reload it",
                setting(column)
            ));
        }
    }
    if setting(3) != "f" {
        return Some(
            "it is a standby that follows another server, and cannot be written to: give the address of its primary \
             with --database"
                .to_owned(),
        );
    }
    if setting(4) != "off" {
        return Some(
            "it takes no changes (default_transaction_read_only): have that turned off for this user and database"
                .to_owned(),
        );
    }
    if !matches!(setting(0), "on" | "remote_apply") {
        return Some("it keeps synchronous_commit from being turned on".to_owned());
    }
    None
}
