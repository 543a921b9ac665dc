//! What can go wrong on this machine. What a server refuses is an [`ApiError`](crate::ApiError).

use std::{io, path::PathBuf};

use chat_protocol::body::BodyError;

/// A failure of this machine, not of the server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The platform names no folder for programs to keep their state in.
    #[error("no folder to keep sessions and messages in: set CHAT_STATE_DIR, or HOME")]
    NoStateFolder,
    /// A file or folder cannot be used.
    #[error("cannot use {}: {}", path.display(), innermost(source))]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The outbox or cache cannot be read or written.
    #[error("cannot keep this on disk: {0}")]
    Store(String),
    /// A text that can be no message: blank, or too long.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// What nobody can be called.
    #[error("“{0}” is no name of a user: give it as @name")]
    NoName(String),
    /// A token would cross the network for everyone to read.
    #[error("{0} is not encrypted, and a token sent there can be read by others: use https, or give --insecure")]
    Insecure(String),
    /// No usable certificates, or another fault of the encryption library.
    #[error("cannot set up encryption: {0}")]
    Tls(String),
    /// The server does not know the session of a bot any more.
    #[error("signed out: {0}")]
    SignedOut(String),
    /// Called outside of a tokio runtime.
    #[error("a client must be started inside a tokio runtime")]
    NoRuntime,
    /// The client was closed.
    #[error("the client is closed")]
    Closed,
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File { path: path.into(), source }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.to_string())
    }
}

/// The last cause of an error, for people: the libraries' outer texts say only that there was one, and the number that
/// the system gives it says nothing.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let text = cause.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
