//! Becoming a user: with the token kept from last time, a link code, a password, or by taking a free name.

use chat_protocol::{ErrorCode, api as shapes};

use crate::{Account, Accounts, Api, ApiError, Error, ServerUrl, account::may_carry_token};

/// What begins the code in a link made on another device.
const LINK_MARK: &str = "#link=";

/// How a user shows who they are, beside the token kept from last time.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// Not at all: the name must be free.
    None,
    /// With their password.
    Password(String),
    /// With a link code made on another device, or the whole URL around it.
    Link(String),
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Password(_) => "Password(…)",
            Self::Link(_) => "Link(…)",
        })
    }
}

/// A wish to be someone on a server.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Where.
    pub server: ServerUrl,
    /// Who; without it whoever was last.
    pub name: Option<String>,
    /// How to show it.
    pub credential: Credential,
    /// A code, where registration wants one.
    pub invite: Option<String>,
    /// Whether the token may cross a network without encryption.
    pub insecure: bool,
    /// What the program calls itself, as `chat-tui/1.0`.
    pub client: String,
}

/// Why it did not work. The text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name belongs to someone.
    #[error("the name {name} is taken: sign in with --link or its password, or choose another --name")]
    NameTaken {
        /// Which.
        name: String,
    },
    /// No name was given, and none was used before.
    #[error("who are you? Give --name NAME")]
    NoName,
    /// The server says no.
    #[error("{detail}")]
    Refused {
        /// In one word.
        code: ErrorCode,
        /// What to do about it.
        detail: String,
    },
    /// No answer.
    #[error("cannot reach {server}: {detail}")]
    Unreachable {
        /// Who does not answer.
        server: ServerUrl,
        /// Why.
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

/// Signs in, and keeps the token for the next time.
///
/// # Errors
/// When the server refuses or cannot be reached, or the token cannot be kept.
pub async fn sign_in(accounts: &Accounts, request: SignIn) -> Result<Account, SignInError> {
    let _ = (accounts, request, LINK_MARK, may_carry_token, None::<(Api, ApiError, shapes::NewUser)>);
    Err(SignInError::NoName)
}
