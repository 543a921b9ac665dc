//! Why something was refused, in one word that programs can branch on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The `code` of an error, the same over REST and over the WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ErrorCode {
    /// No token, or an invalid one.
    Unauthorized,
    /// Known, but not allowed.
    Forbidden,
    /// No such thing, or none that the caller may know of.
    NotFound,
    /// The path is known, the method is not.
    MethodNotAllowed,
    /// The name, or one that looks like it, belongs to someone else.
    NameTaken,
    /// The message id was used for another message.
    IdConflict,
    /// More bytes than the limit.
    TooLarge,
    /// A content type that is not taken here.
    UnsupportedMedia,
    /// The host named in the request is not this server.
    Misdirected,
    /// Too much, too fast: come back after the wait.
    RateLimited,
    /// The server's fault; its log says why.
    Internal,
    /// Not now: come back after the wait.
    Unavailable,
    /// The server's disk is full: nothing was stored.
    StorageFull,
    /// The request makes no sense. A client takes a code that it does not know for this one.
    #[serde(other)]
    BadRequest,
}

impl ErrorCode {
    /// The code as it is written in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NameTaken => "name_taken",
            Self::IdConflict => "id_conflict",
            Self::TooLarge => "too_large",
            Self::UnsupportedMedia => "unsupported_media",
            Self::Misdirected => "misdirected",
            Self::RateLimited => "rate_limited",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
            Self::StorageFull => "storage_full",
        }
    }

    /// Whether the same request may be answered otherwise later: what was refused so is kept and sent again.
    pub const fn is_wait(self) -> bool {
        matches!(self, Self::RateLimited | Self::Unavailable | Self::StorageFull)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
