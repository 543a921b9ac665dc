//! The web page: its files, from inside the binary.

use std::{collections::HashMap, io::Write as _, sync::LazyLock};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use chat_protocol::ErrorCode;
use flate2::{Compression, write::GzEncoder};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::web::{Error, headers::Part};

#[derive(RustEmbed)]
#[folder = "../static"]
#[exclude = "tests/*"]
struct Files;

/// A file as it is sent.
struct Asset {
    kind: HeaderValue,
    plain: Variant,
    /// Absent where it would save nothing: pictures are small already.
    gzip: Option<Variant>,
}

struct Variant {
    bytes: Bytes,
    /// Of exactly these bytes, in quotes.
    etag: HeaderValue,
}

/// By path, with its slash. Compressed once, when the first file is asked for.
static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let files = Files::iter().filter_map(|name| Some((format!("/{name}"), Asset::new(Files::get(&name)?)?)));
    files.collect()
});

/// Whatever no route of the API is: a file of the page, or nothing.
pub async fn file(request: Request) -> Result<Response, Error> {
    let path = match request.uri().path() {
        "/" => "/index.html",
        path => path,
    };
    let Some(asset) = ASSETS.get(path) else { return Err(Error::not_found("there is nothing at this path")) };
    let mut answer = match *request.method() {
        Method::GET => asset.answer(request.headers(), true),
        Method::HEAD => asset.answer(request.headers(), false),
        _ => {
            let error = Error::new(ErrorCode::MethodNotAllowed, "this is a file: GET it");
            return Ok(([(header::ALLOW, HeaderValue::from_static("GET,HEAD"))], error).into_response());
        }
    };
    if !is_document(path) {
        answer.extensions_mut().insert(Part);
    }
    Ok(answer)
}

/// Whether a browser may open a file by itself; a picture too can be opened, and could hold a script.
fn is_document(path: &str) -> bool {
    path == "/sw.js" || path.ends_with(".html") || path.ends_with(".svg")
}

impl Asset {
    fn new(file: EmbeddedFile) -> Option<Self> {
        let hash: String = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        let kind = match file.metadata.mimetype() {
            text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
            other => other.to_owned(),
        };
        let compressed = gzip(&file.data).filter(|compressed| compressed.len() < file.data.len());
        let gzip = match compressed {
            Some(bytes) => Some(Variant::new(bytes.into(), &format!("\"{hash}-gzip\""))?),
            None => None,
        };
        Some(Self {
            kind: HeaderValue::try_from(kind).ok()?,
            plain: Variant::new(file.data.into_owned().into(), &format!("\"{hash}\""))?,
            gzip,
        })
    }

    fn answer(&self, request: &HeaderMap, with_body: bool) -> Response {
        let gzip = self.gzip.as_ref().filter(|_| accepts_gzip(request));
        let variant = gzip.unwrap_or(&self.plain);
        let mut headers = HeaderMap::new();
        // A copy may be kept, but is asked about each time: a new server serves a new page at once.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::ETAG, variant.etag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if is_known(request, &variant.etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(header::CONTENT_TYPE, self.kind.clone());
        headers.insert(header::CONTENT_LENGTH, variant.bytes.len().into());
        if gzip.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let body = if with_body { Body::from(variant.bytes.clone()) } else { Body::empty() };
        (headers, body).into_response()
    }
}

impl Variant {
    fn new(bytes: Bytes, etag: &str) -> Option<Self> {
        Some(Self { bytes, etag: HeaderValue::from_str(etag).ok()? })
    }
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// Whether `Accept-Encoding` names gzip, and not with weight 0.
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    values(headers, &header::ACCEPT_ENCODING).any(|value| {
        let mut parts = value.split(';').map(str::trim);
        let gzip = parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"));
        let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32)));
        gzip && !refused
    })
}

/// Whether `If-None-Match` names the copy that we would send.
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    values(headers, &header::IF_NONE_MATCH)
        .any(|value| value == "*" || value.strip_prefix("W/").unwrap_or(value).as_bytes() == etag.as_bytes())
}

/// The values of a header that is a list.
fn values<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
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
    fn gzip_is_sent_only_to_who_takes_it() {
        let accepts = |value: &'static str| {
            accepts_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(accepts("gzip"));
        assert!(accepts("br, GZIP;q=0.5"));
        assert!(!accepts("br"));
        assert!(!accepts("gzip;q=0"));
        assert!(!accepts("gzip; q=0.000, br"));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn the_tests_of_the_page_are_not_part_of_it() {
        assert!(ASSETS.keys().all(|path| !path.starts_with("/tests/")));
    }

    #[test]
    fn scripts_are_scripts_to_a_browser() {
        for (path, asset) in ASSETS.iter().filter(|(path, _)| path.ends_with(".js")) {
            assert_eq!(asset.kind, "text/javascript; charset=utf-8", "{path}");
        }
    }
}
