//! Headers that tell browsers what a page of ours may do, and what others may do with it.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

/// For whatever may become a document or a worker: the page, `sw.js`, and the API alike.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; base-uri 'none'; \
     form-action 'none'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; trusted-types chat; \
     require-trusted-types-for 'script'",
);

/// For the API's page alone: its scripts are our own files too, but they set styles and draw icons from `data:`.
pub const DOCS_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// What every answer says.
const ALWAYS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// What else a document says.
const DOCUMENT: [(HeaderName, HeaderValue); 4] = [
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
    (header::CONTENT_SECURITY_POLICY, POLICY),
];

/// Marks an answer that is only ever part of a page: a script, a style, a picture. A page has dozens of them, and what
/// is said of documents would be a third of all bytes.
#[derive(Debug, Clone, Copy)]
pub struct Part;

/// Adds what is not there yet. An answer that says nothing about caches is not kept by any.
pub fn secure(response: &mut Response) {
    let is_part = response.extensions().get::<Part>().is_some();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    if !is_part {
        for (name, value) in DOCUMENT {
            headers.entry(name).or_insert(value);
        }
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
