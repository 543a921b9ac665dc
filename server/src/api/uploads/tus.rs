//! The headers of tus 1.0: core, creation, creation with upload, expiration, termination.

use std::time::{Duration, UNIX_EPOCH};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chat_protocol::ErrorCode;

use crate::{
    chat::{NewUpload, Progress},
    web::Error,
};

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const BYTES: &str = "application/offset+octet-stream";

/// Refuses versions of tus that the server does not know.
pub(super) fn check_version(headers: &HeaderMap) -> Result<(), Error> {
    match headers.get(RESUMABLE) {
        Some(version) if version == VERSION => Ok(()),
        _ => Err(Error::precondition("send Tus-Resumable: 1.0.0, or the whole file by PUT /api/uploads?name=NAME")),
    }
}

/// What an upload is said to be.
pub(super) fn new_upload(headers: &HeaderMap) -> Result<NewUpload, Error> {
    let size = number(headers, &LENGTH)?
        .ok_or_else(|| Error::bad_request("Upload-Length says how many bytes the file has; it cannot be said later"))?;
    let mut new = NewUpload { size: Some(size), ..NewUpload::default() };
    let metadata = headers.get(METADATA).map_or(Ok(""), HeaderValue::to_str);
    let malformed = |_| Error::bad_request("Upload-Metadata is a list of keys, each with its value in Base64");
    for pair in metadata.map_err(|_| malformed(()))?.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = BASE64_STANDARD.decode(value.trim()).map_err(|_| malformed(()))?;
        let value = String::from_utf8_lossy(&value);
        match key {
            "filename" => new.name = value.into_owned(),
            "width" => new.width = value.parse().ok(),
            "height" => new.height = value.parse().ok(),
            "preview" => {
                let id = value.parse().map_err(|_| Error::bad_request("`preview` is the id of an upload"))?;
                new.preview = Some(id);
            }
            // Programs say what they like: the type is read from the file.
            _ => {}
        }
    }
    Ok(new)
}

/// Where the bytes of a request go on.
pub(super) fn offset(headers: &HeaderMap) -> Result<u64, Error> {
    if !has_bytes(headers) {
        return Err(Error::new(ErrorCode::UnsupportedMedia, format!("send Content-Type: {BYTES}")));
    }
    number(headers, &OFFSET)?.ok_or_else(|| Error::bad_request("Upload-Offset says where the bytes go on"))
}

/// Whether a request's body is bytes of an upload.
pub(super) fn has_bytes(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().eq_ignore_ascii_case(BYTES.as_bytes()))
}

/// How far an upload is, and until when it can be gone on with or used.
pub(super) fn progress(progress: &Progress) -> HeaderMap {
    let mut headers = HeaderMap::from_iter([(OFFSET, HeaderValue::from(progress.received))]);
    let expires = progress
        .expires_at
        .map(|at| httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(u64::try_from(at.millis()).unwrap_or(0))));
    if let Some(expires) = expires.and_then(|expires| HeaderValue::try_from(expires).ok()) {
        headers.insert(EXPIRES, expires);
    }
    headers
}

/// How many bytes an upload has once it is whole.
pub(super) fn length(progress: &Progress) -> HeaderMap {
    HeaderMap::from_iter([(LENGTH, HeaderValue::from(progress.upload.size))])
}

/// What the server knows of tus, and the largest file.
pub(super) fn abilities(most: Option<u64>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("tus-version", VERSION);
    let extensions = "creation,creation-with-upload,expiration,termination";
    headers.insert("tus-extension", HeaderValue::from_static(extensions));
    if let Some(most) = most {
        headers.insert("tus-max-size", most.into());
    }
    headers
}

/// An answer as tus has all of them.
pub(super) fn answer(answer: Result<Response, Error>) -> Response {
    let mut response = answer.unwrap_or_else(Error::into_response);
    response.headers_mut().insert(RESUMABLE, VERSION);
    response
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u64>, Error> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let digits = value.to_str().ok().filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
    match digits.and_then(|digits| digits.parse().ok()) {
        // What a store can count with.
        Some(number) if number <= i64::MAX as u64 => Ok(Some(number)),
        _ => Err(Error::bad_request(format!("{name} is a whole number, 0 or more"))),
    }
}
