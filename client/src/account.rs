//! Who one is on a server, and where this machine keeps what belongs to that: token, outbox, cache.

mod accounts;
mod sign_in;

use std::path::{Path, PathBuf};

use chat_protocol::{Token, User};

pub use accounts::Accounts;
pub use sign_in::{Credential, Recovery, SignIn, SignInError, sign_in};

use crate::{ServerUrl, store::Store};

/// A user on a server, with the token that says so.
#[derive(Debug, Clone)]
pub struct Account {
    /// The server that the account is on.
    pub server: ServerUrl,
    /// The user, as the server described them last.
    pub user: User,
    /// Whether the token may cross a network without encryption.
    pub insecure: bool,
    /// What the program calls itself, as `chat-tui/1.0`.
    pub client: String,
    token: Token,
    folder: PathBuf,
}

impl Account {
    /// The account with this name (or the one last used) as this machine knows it, without asking the server: so that
    /// a program starts at once, and also while the server cannot be reached.
    pub fn kept(accounts: &Accounts, server: &ServerUrl, name: Option<&str>) -> Option<Self> {
        accounts.kept(server, name)
    }

    /// The token: for a header, nowhere else.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Keeps the user as the server told it last: a new name is found by the next start.
    pub(crate) fn keep_user(&self) {
        if let Err(error) = accounts::write(&self.folder, &self.user, Some(&self.token)) {
            tracing::warn!(%error, "the new name cannot be kept");
        }
    }

    /// The same account with the user as the server told it last.
    pub(crate) fn with_user(self, user: User) -> Self {
        Self { user, ..self }
    }

    /// The file that a durable client keeps outbox and cache in.
    pub fn file(&self) -> PathBuf {
        Store::path(&self.folder)
    }

    /// The folder of this account alone.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}
