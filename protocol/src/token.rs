//! The secret that a session is known by.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `cht_` and 43 characters of base64url (32 random bytes). It is shown once, and never in a log: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token(String);

impl Token {
    /// What every token begins with, so that scanners find leaked ones.
    pub const PREFIX: &str = "cht_";
    /// Characters of a whole token.
    pub const LENGTH: usize = 47;

    /// Takes a text as a token. Whether it counts is for the server to say.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether it could be a token: it begins as one, and a header can carry it.
    pub fn is_well_formed(&self) -> bool {
        self.0.starts_with(Self::PREFIX) && self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// The secret itself: for a header or a file of mode 0600, nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
