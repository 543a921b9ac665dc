//! The web page: its files, from inside the binary. A debug build reads them where they are written.

#[cfg(bundled_page)]
mod embedded;
#[cfg(bundled_page)]
use embedded as files;

#[cfg(not(bundled_page))]
mod source;
#[cfg(not(bundled_page))]
use source as files;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use chat_protocol::ErrorCode;
use sha2::{Digest as _, Sha256};

use crate::web::{Error, headers::Part};

/// A copy may be kept, but is asked about each time: a new server serves a new page at once.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");
/// The address names the version, so what stands there never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A file as it is sent.
struct Asset {
    kind: &'static str,
    caching: HeaderValue,
    /// The smallest first, as it is last. Pictures have only that one: they are small already.
    variants: Vec<Variant>,
}

/// A file in one coding.
struct Variant {
    /// As in `Content-Encoding`; absent without a coding.
    coding: Option<&'static str>,
    bytes: Bytes,
    /// Of exactly these bytes, in quotes.
    etag: HeaderValue,
}

/// Whatever no route of the API is: a file of the page, or nothing.
pub async fn file(request: Request) -> Result<Response, Error> {
    let path = match request.uri().path() {
        "/" => chat_page::DOCUMENT,
        // Each room has an address; which one it is, the page reads.
        path if path.starts_with("/rooms/") => chat_page::DOCUMENT,
        path => path,
    };
    let nothing = || Error::not_found("there is nothing at this path");
    let mut answer = files::with(path, |asset| match *request.method() {
        Method::GET => asset.answer(request.headers(), true),
        Method::HEAD => asset.answer(request.headers(), false),
        _ => {
            let error = Error::new(ErrorCode::MethodNotAllowed, "this is a file: GET it");
            ([(header::ALLOW, HeaderValue::from_static("GET,HEAD"))], error).into_response()
        }
    })
    .ok_or_else(nothing)?;
    if !is_document(path) && answer.status() != StatusCode::METHOD_NOT_ALLOWED {
        answer.extensions_mut().insert(Part);
    }
    Ok(answer)
}

/// Whether a browser may open a file by itself; a picture too can be opened, and could hold a script.
fn is_document(path: &str) -> bool {
    path == chat_page::WORKER || path.ends_with(".html") || path.ends_with(".svg")
}

impl Asset {
    fn new(path: &str, plain: Bytes, codings: impl IntoIterator<Item = (&'static str, Bytes)>) -> Self {
        let hash: String = Sha256::digest(&plain)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        let variant = |coding: Option<&'static str>, bytes| {
            let etag = coding.map_or_else(|| format!("\"{hash}\""), |coding| format!("\"{hash}-{coding}\""));
            let etag = HeaderValue::try_from(etag).expect("digits and letters");
            Variant { coding, bytes, etag }
        };
        let mut variants: Vec<_> = codings.into_iter().map(|(coding, bytes)| variant(Some(coding), bytes)).collect();
        variants.push(variant(None, plain));
        let caching = if path.starts_with(chat_page::ASSETS) { FOR_EVER } else { ASK };
        Self { kind: chat_page::content_type(path), caching, variants }
    }

    fn answer(&self, request: &HeaderMap, with_body: bool) -> Response {
        let taken = self.variants.iter().find(|variant| variant.coding.is_none_or(|coding| accepts(request, coding)));
        let Some(variant) = taken else { return StatusCode::NOT_ACCEPTABLE.into_response() };
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, self.caching.clone());
        headers.insert(header::ETAG, variant.etag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if is_known(request, &variant.etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::CONTENT_LENGTH, variant.bytes.len().into());
        if let Some(coding) = variant.coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        let body = if with_body { Body::from(variant.bytes.clone()) } else { Body::empty() };
        (headers, body).into_response()
    }
}

/// Whether `Accept-Encoding` names a coding, and not with weight 0.
pub(super) fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    values(headers, &header::ACCEPT_ENCODING).any(|value| {
        let mut parts = value.split(';').map(str::trim);
        let named = parts.next().is_some_and(|named| named.eq_ignore_ascii_case(coding));
        let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32)));
        named && !refused
    })
}

/// Whether `If-None-Match` names the copy that we would send.
pub fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    values(headers, &header::IF_NONE_MATCH)
        .any(|value| value == "*" || value.strip_prefix("W/").unwrap_or(value).as_bytes() == etag.as_bytes())
}

/// The values of a header that is a list.
fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_used_only_for_who_takes_it() {
        let accepts = |value: &'static str, coding| {
            accepts(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]), coding)
        };
        assert!(accepts("gzip", "gzip"));
        assert!(accepts("br, GZIP;q=0.5", "gzip"));
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(!accepts("br", "gzip"));
        assert!(!accepts("gzip;q=0", "gzip"));
        assert!(!accepts("gzip; q=0.000, br", "gzip"));
        assert!(!super::accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn the_smallest_variant_that_is_taken_is_sent() {
        let codings = [("br", Bytes::from_static(b"b")), ("gzip", Bytes::from_static(b"gz"))];
        let asset = Asset::new("/a.js", Bytes::from_static(b"plain"), codings);
        let coding = |accepted: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            let answer = asset.answer(&headers, true);
            let coding = answer.headers().get(header::CONTENT_ENCODING);
            coding.map(|coding| coding.to_str().unwrap().to_owned())
        };
        assert_eq!(coding("gzip, deflate, br, zstd").as_deref(), Some("br"));
        assert_eq!(coding("gzip, deflate").as_deref(), Some("gzip"));
        assert_eq!(coding("identity"), None);
    }

    #[test]
    fn what_names_its_version_is_kept_for_ever_and_the_document_is_asked_about() {
        let caching = |path| Asset::new(path, Bytes::new(), []).caching;
        assert_eq!(caching("/assets/0123/js/main.js"), FOR_EVER);
        for path in [chat_page::DOCUMENT, chat_page::WORKER, "/manifest.webmanifest", "/icons/icon.svg"] {
            assert_eq!(caching(path), ASK, "{path}");
        }
    }
}
