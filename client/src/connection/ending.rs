//! How a connection ends, and what that says about coming back.

use std::time::Duration;

use chat_protocol::{ErrorCode, api::Problem};
use tokio_tungstenite::tungstenite::{
    Error, error::ProtocolError, http::Response, http::StatusCode, protocol::CloseFrame,
};

use crate::{api::retry_after, error::innermost};

/// The close code of a session that no longer counts.
const SIGNED_OUT: u16 = 4403;
/// The longest wait that is believed: a server that says more is wrong, or was written by someone else.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Why a connection is over, or was never made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    Lost {
        /// In words for the user.
        reason: String,
        /// When, if the server said so.
        after: Option<Duration>,
    },
    /// An event was missing: come back with the known cursors.
    Gap,
    /// Not with this token.
    SignedOut {
        /// In the server's words.
        detail: String,
    },
    /// The program wants to end.
    Closed,
}

impl Ending {
    pub(crate) fn lost(reason: impl Into<String>) -> Self {
        Self::Lost { reason: reason.into(), after: None }
    }

    /// The server said before when to come back.
    pub(crate) fn after_draining(self, draining: Option<Duration>) -> Self {
        match self {
            Self::Lost { reason, after } => Self::Lost { reason, after: after.or(draining) },
            other => other,
        }
    }

    /// What a close frame says.
    pub(crate) fn of_close(frame: Option<&CloseFrame>) -> Self {
        let Some(frame) = frame else { return Self::lost("the server hung up") };
        let reason = match u16::from(frame.code) {
            SIGNED_OUT => {
                return Self::SignedOut { detail: "this session was signed out: sign in again".to_owned() };
            }
            1012 => "the server is restarting".to_owned(),
            1013 => "the server has too much to do".to_owned(),
            4429 => "too many connections of this user".to_owned(),
            1011 => "the server has a problem".to_owned(),
            4408 => "the connection was too slow".to_owned(),
            1000 | 1001 => "the server hung up".to_owned(),
            code => format!("the server hung up ({code} {})", frame.reason.as_str().trim()),
        };
        Self::Lost { reason, after: wait_in(frame.reason.as_str()) }
    }

    /// What an error of the socket, or of opening it, says.
    pub(crate) fn of_error(error: Error) -> Self {
        match error {
            Error::Http(response) => Self::of_response(&response),
            Error::ConnectionClosed
            | Error::AlreadyClosed
            | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::lost("the connection broke"),
            Error::Protocol(_) | Error::HttpFormat(_) | Error::Url(_) => {
                Self::lost(format!("this is no chat server ({})", innermost(&error)))
            }
            error => Self::lost(innermost(&error)),
        }
    }

    /// The server answered, but did not open a socket.
    fn of_response(response: &Response<Option<Vec<u8>>>) -> Self {
        let problem: Option<Problem> = response.body().as_deref().and_then(|body| serde_json::from_slice(body).ok());
        let status = response.status();
        match problem {
            Some(problem) if status == StatusCode::UNAUTHORIZED || problem.code == ErrorCode::Unauthorized => {
                Self::SignedOut { detail: problem.detail }
            }
            Some(problem) => {
                Self::Lost { reason: problem.detail, after: retry_after(response.headers()).map(believed) }
            }
            None if status == StatusCode::UNAUTHORIZED => {
                Self::SignedOut { detail: "this session is not known there: sign in again".to_owned() }
            }
            // 502, 503 and 504 are a proxy's while the server is away.
            None if status.is_server_error() => {
                let after = retry_after(response.headers()).map(believed);
                Self::Lost { reason: format!("the server answers {status}"), after }
            }
            None => Self::lost(format!("this is no chat server (it answers {status})")),
        }
    }
}

/// The wait in a close reason: `retry_after_ms=1500`.
fn wait_in(reason: &str) -> Option<Duration> {
    let millis = reason.split([' ', ';', ',']).find_map(|word| word.strip_prefix("retry_after_ms="))?;
    millis.parse().ok().map(Duration::from_millis).map(believed)
}

/// A wait as the server said it, within reason.
pub(crate) fn believed(wait: Duration) -> Duration {
    wait.min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(code: u16, reason: &str) -> Ending {
        Ending::of_close(Some(&CloseFrame { code: code.into(), reason: reason.to_owned().into() }))
    }

    #[test]
    fn only_a_lost_session_stays_away() {
        for code in [1000, 1001, 1003, 1006, 1009, 1011, 1012, 1013, 4401, 4408, 4429, 4999] {
            assert!(matches!(close(code, ""), Ending::Lost { after: None, .. }), "{code}");
        }
        assert!(matches!(close(4403, ""), Ending::SignedOut { .. }));
    }

    #[test]
    fn the_server_says_when_to_come_back() {
        for code in [1012, 1013, 4429] {
            let Ending::Lost { after, .. } = close(code, "retry_after_ms=1500") else { panic!("{code}") };
            assert_eq!(after, Some(Duration::from_millis(1500)), "{code}");
        }
        for reason in ["", "later", "retry_after_ms=", "retry_after_ms=-1", "retry_after_ms=x"] {
            assert!(matches!(close(1012, reason), Ending::Lost { after: None, .. }), "{reason}");
        }
        let Ending::Lost { after, .. } = close(1012, "retry_after_ms=99999999999") else { panic!() };
        assert_eq!(after, Some(LONGEST_WAIT));
    }

    #[test]
    fn a_refused_upgrade_says_why() {
        let answer = |status: u16, body: &str| {
            let response = Response::builder().status(status).header("retry-after", "7");
            Ending::of_error(Error::Http(response.body(Some(body.as_bytes().to_vec())).unwrap().into()))
        };
        let signed_out = answer(401, r#"{"code":"unauthorized","detail":"gone"}"#);
        assert_eq!(signed_out, Ending::SignedOut { detail: "gone".to_owned() });
        let busy = answer(429, r#"{"code":"rate_limited","detail":"too many"}"#);
        assert_eq!(busy, Ending::Lost { reason: "too many".to_owned(), after: Some(Duration::from_secs(7)) });
        assert!(matches!(answer(503, "<html>"), Ending::Lost { after: Some(_), .. }));
        let Ending::Lost { reason, .. } = answer(200, "<html>") else { panic!() };
        assert!(reason.contains("no chat server"), "{reason}");
    }
}
