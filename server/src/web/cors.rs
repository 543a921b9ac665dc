//! Lets pages of the origins that the operator named read the API's answers; nobody else gets such a header.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::web::App;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset",
);
/// What a page may read beside the body.
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static(
    "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Tus-Extension, Tus-Max-Size, Tus-Resumable, \
     Tus-Version, Upload-Expires, Upload-Length, Upload-Offset, X-Request-Id",
);
/// For how long a browser need not ask again: ten minutes, the least that all browsers allow.
const MAX_AGE_SECONDS: HeaderValue = HeaderValue::from_static("600");

/// What a request to the API is to other origins.
pub struct Cors {
    /// The one that asks, if it is allowed to.
    origin: Option<HeaderValue>,
    /// Whether a browser only asks what it may do.
    is_preflight: bool,
}

impl Cors {
    /// `None` where no other origin is concerned.
    pub fn of(app: &App, request: &Request) -> Option<Self> {
        if app.site.origins.is_empty() || !request.uri().path().starts_with("/api/") {
            return None;
        }
        let headers = request.headers();
        let origin = headers.get(header::ORIGIN).filter(|origin| app.site.is_allowed(origin)).cloned();
        let is_preflight =
            request.method() == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        Some(Self { origin, is_preflight })
    }

    /// The answer to a preflight of an allowed origin.
    pub fn preflight(&self) -> Option<Response> {
        (self.is_preflight && self.origin.is_some()).then(preflight_answer)
    }

    /// Lets an allowed origin read an answer.
    pub fn mark(self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = self.origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
    }
}

fn preflight_answer() -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    (StatusCode::NO_CONTENT, headers).into_response()
}
