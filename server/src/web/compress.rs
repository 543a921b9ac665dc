//! Compresses what the API answers, for those who take it.
//!
//! Only JSON that was asked for by `GET`: no such answer holds a token or a code, so that its length tells nobody
//! anything by what they had put beside a secret (BREACH).

use std::io::{self, Write as _};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, header},
    response::Response,
};
use flate2::{Compression, write::GzEncoder};
use futures_util::stream;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

use crate::web::assets;

/// Shorter answers fit into one packet either way.
const WORTH_IT: u64 = 1_024;
/// What is compressed at a time: well under a millisecond of work.
const PIECE: usize = 16 * 1024;
/// JSON with its repeated keys shrinks to a fifth already with the least effort.
const LEVEL: Compression = Compression::fast();

/// Which answers a request may get compressed.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    reads: bool,
    takes_gzip: bool,
}

impl Wish {
    /// Of a request.
    pub fn of(method: &Method, headers: &HeaderMap) -> Self {
        Self { reads: matches!(*method, Method::GET | Method::HEAD), takes_gzip: assets::accepts(headers, "gzip") }
    }

    /// Compresses an answer while it is sent, if it should be.
    pub async fn apply(self, response: Response) -> Response {
        if !self.reads || !is_plain_json(response.headers()) {
            return response;
        }
        let (mut head, body) = response.into_parts();
        vary(&mut head.headers);
        let long = body.size_hint().exact().is_some_and(|size| size >= WORTH_IT);
        if !long || !self.takes_gzip {
            return Response::from_parts(head, body);
        }
        match body.collect().await {
            Ok(whole) => {
                head.headers.remove(header::CONTENT_LENGTH);
                head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                Response::from_parts(head, gzip(whole.to_bytes()))
            }
            // An answer in memory is always complete.
            Err(_) => Response::from_parts(head, Body::empty()),
        }
    }
}

/// Says that another request may get other bytes, beside what is said already.
fn vary(headers: &mut HeaderMap) {
    let said = headers.get(header::VARY).and_then(|said| said.to_str().ok());
    let all = said.map(|said| format!("{said}, accept-encoding")).and_then(|all| HeaderValue::try_from(all).ok());
    headers.insert(header::VARY, all.unwrap_or(HeaderValue::from_static("accept-encoding")));
}

fn is_plain_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json")
        && !headers.contains_key(header::CONTENT_ENCODING)
}

/// Compresses piece by piece, each when the connection takes it.
fn gzip(mut plain: Bytes) -> Body {
    let mut encoder = Some(GzEncoder::new(Vec::new(), LEVEL));
    let pieces = std::iter::from_fn(move || -> Option<io::Result<Bytes>> {
        loop {
            let piece = plain.split_to(PIECE.min(plain.len()));
            if piece.is_empty() {
                return encoder.take().map(|encoder| encoder.finish().map(Bytes::from));
            }
            let encoder = encoder.as_mut()?;
            if let Err(failure) = encoder.write_all(&piece) {
                return Some(Err(failure));
            }
            let ready = std::mem::take(encoder.get_mut());
            if !ready.is_empty() {
                return Some(Ok(ready.into()));
            }
        }
    });
    Body::from_stream(stream::iter(pieces))
}
