//! Where the database is.

use std::path::PathBuf;

use super::postgres::Address;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In this folder, on SQLite.
    Folder(PathBuf),
    /// Nowhere: it ends with the process.
    Memory,
    /// On PostgreSQL.
    Postgres {
        /// The database.
        address: Box<Address>,
        /// Where files are that messages carry.
        folder: PathBuf,
    },
}
