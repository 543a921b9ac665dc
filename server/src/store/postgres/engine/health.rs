//! What the database's errors mean for who asked, and whether it answers at all.

use std::{
    error::Error as _,
    fmt::Display,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio_postgres::{Error, error::SqlState};
use tracing::{info, warn};

use crate::store::StoreError;

/// Whether the database answers. Told in the log when that changes, not with each request.
#[derive(Debug, Default)]
pub(super) struct Health {
    is_down: AtomicBool,
}

impl Health {
    /// What an error is for who asked. One that tells that the database is out of reach is logged once.
    pub(super) fn judge(&self, error: Error) -> StoreError {
        match StoreError::from(error) {
            StoreError::Unavailable(why) => self.failed(&why),
            other => other,
        }
    }

    /// The database is out of reach.
    pub(super) fn failed(&self, why: &dyn Display) -> StoreError {
        if !self.is_down.swap(true, Ordering::Relaxed) {
            warn!(%why, "the database is out of reach; each request tries again");
        }
        StoreError::Unavailable(why.to_string().into())
    }

    /// A connection was made, or a transaction committed.
    pub(super) fn answered(&self) {
        if self.is_down.swap(false, Ordering::Relaxed) {
            info!("the database answers again");
        }
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error.code() {
            Some(&SqlState::DISK_FULL) => Self::Full,
            Some(&SqlState::LOCK_NOT_AVAILABLE | &SqlState::T_R_DEADLOCK_DETECTED | &SqlState::QUERY_CANCELED) => {
                Self::Busy
            }
            Some(code) if is_outage(code) => Self::Unavailable(text(&error).into()),
            Some(_) => Self::Database(Arc::new(error)),
            None if is_of_connection(&error) => Self::Unavailable(text(&error).into()),
            None => Self::Database(Arc::new(error)),
        }
    }
}

/// Whether the server says that it can do nothing now: it starts or stops, has no room, or may not be written to.
fn is_outage(code: &SqlState) -> bool {
    // 08: connections; 57P: the operator; 53: resources; 25: what a transaction may do, as on a standby.
    matches!(code.code(), "25006" | "25P02" | "25P03")
        || ["08", "57P", "53"].iter().any(|of| code.code().starts_with(of))
}

/// Whether an error that the server did not send is of the connection, and none of ours.
fn is_of_connection(error: &Error) -> bool {
    let is_io = |source: &(dyn std::error::Error + 'static)| source.is::<std::io::Error>();
    error.is_closed() || error.source().is_some_and(is_io)
}

/// An error with its cause.
pub(super) fn text(error: &Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(said), _) => said.message().to_owned(),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
