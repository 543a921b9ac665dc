//! The one place where a refusal becomes an HTTP answer.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chat_protocol::{ErrorCode, api::Problem};

use crate::{chat, memory::NoPlace};

/// Why a request is refused.
#[derive(Debug)]
pub struct Error(chat::Error, Option<StatusCode>);

impl From<chat::Error> for Error {
    fn from(error: chat::Error) -> Self {
        Self(error, None)
    }
}

impl From<NoPlace> for Error {
    fn from(none: NoPlace) -> Self {
        let detail = "your address has too many answers that it has not read, or bodies that it has not finished: read or \
                      finish them, or try again later";
        Self::unavailable(detail, none.retry_after)
    }
}

impl Error {
    /// With what to do about it.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        chat::Error::new(code, detail).into()
    }

    /// The request makes no sense.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, detail)
    }

    /// Known, but not allowed.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Forbidden, detail)
    }

    /// The client wants something of the server (`Expect`) that it cannot do: a kind of [`ErrorCode::BadRequest`] that HTTP
    /// has a status for.
    pub fn expectation(detail: impl Into<String>) -> Self {
        Self(chat::Error::new(ErrorCode::BadRequest, detail), Some(StatusCode::EXPECTATION_FAILED))
    }

    /// The request is of another version of tus than the server's: a kind of [`ErrorCode::BadRequest`] likewise.
    pub fn precondition(detail: impl Into<String>) -> Self {
        Self(chat::Error::new(ErrorCode::BadRequest, detail), Some(StatusCode::PRECONDITION_FAILED))
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, detail)
    }

    /// No token, or an invalid one.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unauthorized, detail)
    }

    /// Too much, too fast.
    pub fn rate_limited(wait: Duration) -> Self {
        chat::Error::rate_limited(wait).into()
    }

    pub fn unavailable(detail: impl Into<String>, wait: Duration) -> Self {
        Self::new(ErrorCode::Unavailable, detail).after(wait)
    }

    /// When to come back.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The server's fault: the reason goes to the log only.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        chat::Error::internal(source).into()
    }

    /// What kind of refusal it is.
    pub const fn code(&self) -> ErrorCode {
        self.0.code
    }
}

/// The status that a code is answered with.
pub const fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadRequest => StatusCode::BAD_REQUEST,
        ErrorCode::Unauthorized => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::NameTaken | ErrorCode::IdConflict => StatusCode::CONFLICT,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
    }
}

/// A refusal on its way out; [`Refusal::write`] gives it its body once the request's id is known.
#[derive(Clone)]
pub struct Refusal(Arc<chat::Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.1.unwrap_or(status(self.0.code)).into_response();
        let headers = response.headers_mut();
        if let Some(wait) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, whole_seconds(wait).into());
        }
        if self.0.code == ErrorCode::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Refusal(Arc::new(self.0)));
        response
    }
}

impl Refusal {
    /// What the log, and nobody else, may know.
    pub fn source_for_log(&self) -> Option<String> {
        self.0.source_for_log()
    }

    /// What kind of refusal it is.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Writes the problem into the answer.
    pub fn write(&self, response: &mut Response, request_id: &str) {
        let status = response.status();
        let problem = Problem {
            r#type: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: self.0.detail.clone(),
            code: self.0.code,
            until: self.0.until,
            request_id: status.is_server_error().then(|| request_id.to_owned()),
        };
        // A problem is strings and numbers: writing it as JSON cannot fail.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(body);
    }
}

/// Waits are given in seconds: rounded up, so that a client that keeps to them is not refused again.
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up() {
        for (millis, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (59_999, 60)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds, "{millis} ms");
        }
        assert_eq!(whole_seconds(Duration::MAX), u64::MAX);
    }
}
