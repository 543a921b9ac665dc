//! Why nobody is signed in, and what to do about it.

use std::{fmt, path::PathBuf, time::Duration};

use chat_protocol::{ErrorCode, Token};

use crate::{Error, ServerUrl};

/// Why it did not work. The text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name belongs to someone.
    #[error("the name {name} is taken: sign in with --link or its password, or choose another --name")]
    NameTaken {
        /// The name that is taken.
        name: String,
    },
    /// The file with the token of an account is damaged: the one that is wanted, as its name is taken, or the one that
    /// was used last.
    #[error(
        "{}, which has the token {}, is damaged ({detail}): restore it from a backup, or sign in with --link or the \
         password. Unsent messages are kept",
        path.display(),
        name.as_ref().map_or_else(|| "of the name used last".to_owned(), |name| format!("of an account, maybe {name}"))
    )]
    AccountDamaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
        /// The name that is taken, if one was given.
        name: Option<String>,
    },
    /// The server has signed in, and the token cannot be kept on this machine.
    #[error("{name} is signed in, but the token cannot be saved: {source}. {recovery}")]
    NotKept {
        /// The name of the user.
        name: String,
        /// What failed.
        source: Error,
        /// How to be that user all the same.
        recovery: Recovery,
    },
    /// No name was given, and none was used before.
    #[error("who are you? Give --name NAME")]
    NoName,
    /// What was given is not a token.
    #[error(
        "this is no token: it begins with {}, and is what the server answered when the bot was made",
        Token::PREFIX
    )]
    BadToken,
    /// The server says no.
    #[error("{detail}")]
    Refused {
        /// The kind of refusal.
        code: ErrorCode,
        /// What to do about it.
        detail: String,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server does not answer.
    #[error("cannot reach {server}: {detail}")]
    Unreachable {
        /// Who does not answer.
        server: ServerUrl,
        /// What the system says.
        detail: String,
    },
    /// Something answers, but no chat server.
    #[error("{server} is not a chat server: {detail}")]
    NotOurs {
        /// Who answers.
        server: ServerUrl,
        /// What is odd about it.
        detail: String,
    },
    /// A failure of this machine; also [`Error::Insecure`].
    #[error(transparent)]
    Local(#[from] Error),
}

/// How to be a user again whose token cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// With a code for one more sign-in, soon.
    Link(String),
    /// With the password.
    Password,
    /// Nobody knows: the server gave no code.
    None,
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(code) => {
                write!(f, "Fix that, then sign in with --link {code}, which works once, within ten minutes")
            }
            Self::Password => f.write_str("Fix that, then sign in with the password"),
            Self::None => f.write_str(
                "The server gives no code for another sign-in: ask its operator for one (chat-server user reset)",
            ),
        }
    }
}

impl SignInError {
    /// How long the server asks to wait, if that is all; `Some(None)` where it does not say how long.
    pub fn wait(&self) -> Option<Option<Duration>> {
        match self {
            Self::Refused { code, retry_after, .. } if code.is_wait() => Some(*retry_after),
            _ => None,
        }
    }

    /// The name that belongs to someone, who may be the user.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::NameTaken { name } => Some(name),
            Self::AccountDamaged { name, .. } => name.as_deref(),
            _ => None,
        }
    }
}
