//! A handle on the SQLite file, and how statements are run on it. The files beside this one say what they ask of it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{fault, tables};
use crate::{Error, files};

type Result<T> = std::result::Result<T, rusqlite::Error>;

/// An open file of this version.
#[derive(Debug)]
pub(crate) struct Database {
    pub(super) connection: Connection,
    /// `None` in memory.
    pub(super) path: Option<PathBuf>,
    /// The file that was there when it was opened.
    identity: Option<(u64, u64)>,
}

impl Database {
    /// An open file, or a database in memory, where there is no path.
    pub(super) fn at(path: Option<&Path>, connection: Connection) -> Self {
        Self { connection, path: path.map(Path::to_owned), identity: path.and_then(files::identity) }
    }

    /// A database that is gone with its handle.
    pub(super) fn in_memory() -> std::result::Result<Self, Error> {
        let connection = Connection::open_in_memory()?;
        tables::make(&connection)?;
        Ok(Self::at(None, connection))
    }

    /// Whether another program has put another file in the place of this one, as it does with a damaged one.
    pub(super) fn is_displaced(&self) -> bool {
        let now = || self.path.as_deref().and_then(files::identity);
        self.identity.is_some() && self.identity != now()
    }

    /// Runs a statement that is prepared once.
    pub(super) fn run(&self, statement: &str, parameters: impl rusqlite::Params) -> Result<usize> {
        self.connection.prepare_cached(statement)?.execute(parameters)
    }

    /// Reads rows with a statement that is prepared once.
    pub(super) fn rows<T>(
        &self,
        query: &str,
        parameters: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.connection.prepare_cached(query)?.query_map(parameters, read)?.collect()
    }

    /// What an error means, for the user.
    pub(super) fn explain(&self, error: &rusqlite::Error) -> Error {
        fault::explain(self.path.as_deref(), error)
    }
}
