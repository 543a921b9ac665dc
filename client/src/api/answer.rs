//! What came back, or why nothing did.

use std::time::Duration;

use chat_protocol::{ErrorCode, api::Problem};
use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::error::innermost;

/// The most bytes that an answer may have: a thousand events with the longest bodies stay far below.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The server says no, and why.
    #[error("{}", .0.detail)]
    Refused(Box<Problem>, Option<Duration>),
    /// No answer.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// Something answers, but no chat server.
    #[error("this is not a chat server: {detail}")]
    NotOurs {
        /// What is odd about it.
        detail: String,
    },
}

impl ApiError {
    /// The server's word for why it refused.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(problem, _) => Some(problem.code),
            _ => None,
        }
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(_, wait) => *wait,
            _ => None,
        }
    }

    /// A refusal that needs no server.
    pub(super) fn refused(code: ErrorCode, status: StatusCode, detail: &str) -> Self {
        let problem = Problem {
            r#type: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: detail.to_owned(),
            code,
            until: None,
            request_id: None,
        };
        Self::Refused(Box::new(problem), None)
    }

    pub(super) fn not_ours(detail: impl Into<String>) -> Self {
        Self::NotOurs { detail: detail.into() }
    }
}

impl From<reqwest::Error> for ApiError {
    fn from(error: reqwest::Error) -> Self {
        Self::Unreachable(innermost(&error.without_url()))
    }
}

/// Sends a request whose answer has a body.
pub(super) async fn json<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ApiError> {
    let (_, body) = send(request).await?;
    parse(&body)
}

/// Sends a request for a page of a list; true if there are more.
pub(super) async fn page<T: DeserializeOwned>(request: RequestBuilder) -> Result<(T, bool), ApiError> {
    let (headers, body) = send(request).await?;
    let links = headers.get_all(header::LINK);
    let more = links.iter().any(|link| link.to_str().is_ok_and(|link| link.contains("rel=\"next\"")));
    Ok((parse(&body)?, more))
}

/// Sends a request whose answer has none.
pub(super) async fn nothing(request: RequestBuilder) -> Result<(), ApiError> {
    send(request).await.map(drop)
}

/// Sends a request whose answer is read piece by piece.
pub(super) async fn stream(request: RequestBuilder) -> Result<Response, ApiError> {
    let response = request.send().await?;
    if response.status().is_success() { Ok(response) } else { Err(refusal(response).await) }
}

async fn send(request: RequestBuilder) -> Result<(header::HeaderMap, Vec<u8>), ApiError> {
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    if !status.is_success() {
        return Err(refusal(response).await);
    }
    let body = read_all(response).await?;
    match content_type(&headers) {
        _ if status == StatusCode::NO_CONTENT => Ok((headers, body)),
        "application/json" => Ok((headers, body)),
        "" => Err(ApiError::not_ours("it answers without saying what the answer is")),
        other => Err(ApiError::not_ours(format!("it answers with {other} instead of JSON"))),
    }
}

/// Sends a request of whose answer only the headers matter.
pub(super) async fn headers(request: RequestBuilder) -> Result<header::HeaderMap, ApiError> {
    let response = request.send().await?;
    if response.status().is_success() { Ok(response.headers().clone()) } else { Err(refusal(response).await) }
}

/// Why an answer is not the one that was wanted.
pub(super) async fn refusal(response: Response) -> ApiError {
    let (status, headers) = (response.status(), response.headers().clone());
    match read_all(response).await {
        // To `HEAD` nothing is said but this.
        Ok(body) if body.is_empty() && status == StatusCode::NOT_FOUND => {
            ApiError::refused(ErrorCode::NotFound, status, "there is no such thing on the server")
        }
        Ok(body) => refused(status, &headers, &body),
        Err(error) => error,
    }
}

fn refused(status: StatusCode, headers: &header::HeaderMap, body: &[u8]) -> ApiError {
    if status.is_redirection() {
        let to = headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("elsewhere");
        return ApiError::not_ours(format!("it points to {to}; if the server moved there, give that URL"));
    }
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => ApiError::Refused(Box::new(problem), retry_after(headers)),
        // A proxy says so while the server behind it is away.
        Err(_) if matches!(status.as_u16(), 502..=504) => ApiError::Unreachable(format!("it answers {status}")),
        Err(_) => ApiError::not_ours(format!("it answers {status}")),
    }
}

async fn read_all(mut response: Response) -> Result<Vec<u8>, ApiError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(ApiError::not_ours("its answer has no end"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::not_ours(format!("its answer is malformed ({error})")))
}

fn content_type(headers: &header::HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

/// `Retry-After` in seconds; its form with a date is not sent by our servers.
pub(crate) fn retry_after(headers: &header::HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
