//! Where the database is.

use std::path::PathBuf;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In this folder.
    Folder(PathBuf),
    /// Nowhere: it ends with the process.
    Memory,
}
