//! Why the program ends without having done what it was asked for, and with which exit code.

use std::{fmt, io, process::ExitCode};

use chat_client::{ApiError, Error, SignInError};
use chat_protocol::terminal::SafeText;

use crate::program::output;

/// The kinds of failure; their numbers are the exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Failed = 1,
    /// The command line asks for what cannot be.
    Usage = 2,
    /// No chat server answers.
    Unreachable = 3,
    Refused = 4,
}

/// A failure, in words that say what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// What to tell the user.
    pub(crate) message: String,
}

impl Failure {
    /// A failure in this program's own words.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A failure of this machine.
    pub(crate) fn local(error: Error) -> Self {
        let kind = if matches!(error, Error::Insecure(_)) { Kind::Usage } else { Kind::Failed };
        Self::new(kind, error.to_string())
    }

    /// The terminal cannot be used.
    pub(crate) fn terminal(error: io::Error) -> Self {
        Self::new(
            Kind::Failed,
            format!("cannot use this terminal: {error}. In scripts, use `chat-tui send` and `chat-tui tail`"),
        )
    }

    /// What to leave the program with.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.kind as u8)
    }
}

/// Tells the user something that is not the program's output.
pub(crate) fn print_notice(text: &str) {
    // Some of it may be a server's words. Where the terminal is gone nobody can read it.
    _ = output::write_error(format!("chat-tui: {}\n", SafeText::block(text)).as_bytes());
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Some of it may be a server's words.
        SafeText::block(&self.message).fmt(f)
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        let kind = match &error {
            _ if error.wait().is_some() => Kind::Failed,
            SignInError::NameTaken { .. } | SignInError::Refused { .. } => Kind::Refused,
            SignInError::AccountDamaged { .. } | SignInError::NotKept { .. } => Kind::Failed,
            SignInError::NoName | SignInError::BadToken => Kind::Usage,
            SignInError::Unreachable { .. } | SignInError::NotOurs { .. } => Kind::Unreachable,
            SignInError::Local(Error::Insecure(_)) => Kind::Usage,
            SignInError::Local(_) => Kind::Failed,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let kind = match &error {
            // To have to wait is no refusal: the same may be taken later.
            ApiError::Refused(problem, _) if problem.code.is_wait() => Kind::Failed,
            ApiError::Refused(..) => Kind::Refused,
            ApiError::Unreachable(_) | ApiError::NotOurs { .. } => Kind::Unreachable,
        };
        Self::new(kind, error.to_string())
    }
}
