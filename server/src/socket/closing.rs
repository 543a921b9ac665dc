//! Why a connection ends, in the code that tells the client whether to come back.

use std::time::Duration;

use tokio_tungstenite::tungstenite::{
    Error as WsError,
    error::{CapacityError, ProtocolError},
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use crate::session::Ending;

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    /// The client closed, or is gone: there is nobody to tell.
    Gone,
    Session(Ending),
    /// The server stops.
    Restarting {
        /// When to come back.
        retry_after: Duration,
    },
    Binary,
    /// A frame above the limit.
    TooLarge,
    /// Text that is not UTF-8.
    NotText,
    /// Not the WebSocket protocol.
    Protocol,
    /// Nothing came from the client, or it took nothing.
    Silent,
    /// The user has as many connections as the limit allows.
    TooMany,
}

/// When to come back to a server that has too much to do.
const LATER: Duration = Duration::from_secs(5);

impl From<Ending> for Close {
    fn from(why: Ending) -> Self {
        Self::Session(why)
    }
}

impl Close {
    /// What the client is sent; `None` where it is gone.
    pub(super) fn frame(self) -> Option<CloseFrame> {
        let after = |wait: Duration| format!("retry_after_ms={}", wait.as_millis());
        let (code, reason) = match self {
            Self::Gone | Self::Session(Ending::Gone) => return None,
            Self::Session(Ending::NoHello) => (CloseCode::Library(4401), "begin with Hello".to_owned()),
            Self::Session(Ending::SignedOut) => (CloseCode::Library(4403), "signed out".to_owned()),
            Self::Session(Ending::Overloaded) => (CloseCode::Again, after(LATER)),
            Self::Session(Ending::Internal) => (CloseCode::Error, String::new()),
            Self::Restarting { retry_after } => (CloseCode::Restart, after(retry_after)),
            Self::Binary => (CloseCode::Unsupported, "text frames only".to_owned()),
            Self::TooLarge => (CloseCode::Size, "the frame is too large".to_owned()),
            Self::NotText => (CloseCode::Invalid, "not UTF-8".to_owned()),
            Self::Protocol => (CloseCode::Protocol, String::new()),
            Self::Silent => (CloseCode::Library(4408), "silent or not reading".to_owned()),
            Self::TooMany => (CloseCode::Library(4429), after(LATER)),
        };
        Some(CloseFrame { code, reason: reason.into() })
    }

    /// How a failure to read ends a connection.
    pub(super) fn of(failure: &WsError) -> Self {
        match failure {
            WsError::Capacity(CapacityError::MessageTooLong { .. }) => Self::TooLarge,
            WsError::Utf8(_) => Self::NotText,
            WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::Gone,
            WsError::Protocol(_) | WsError::Capacity(_) => Self::Protocol,
            _ => Self::Gone,
        }
    }
}
