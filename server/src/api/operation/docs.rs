//! The API described for programs, and a page to read and try it.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

use axum::{
    Extension,
    body::Bytes,
    extract::OriginalUri,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use utoipa_swagger_ui::Config;

use crate::web::{Error, headers::DOCS_POLICY};

/// The OpenAPI document, as bytes.
#[derive(Debug, Clone)]
pub struct Document(Bytes);

impl Document {
    /// Written once: it never changes while the server runs.
    pub fn of(document: &utoipa::openapi::OpenApi) -> Self {
        // A document is maps of strings: writing it as JSON cannot fail.
        Self(document.to_json().unwrap_or_default().into())
    }
}

/// Where it is served.
pub const DOCUMENT_PATH: &str = "/api/openapi.json";
/// Where the page is.
const PAGE: &str = "/docs/";

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    // Without a validator: the page asks nobody but this server.
    Arc::new(Config::from(DOCUMENT_PATH).validator_url("none").display_request_duration(true).try_it_out_enabled(true))
});

pub async fn document(Extension(document): Extension<Document>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, document.0).into_response()
}

/// The page and its files.
pub async fn page(OriginalUri(uri): OriginalUri) -> Result<Response, Error> {
    let Some(file) = uri.path().strip_prefix(PAGE) else { return Ok(Redirect::permanent(PAGE).into_response()) };
    let found =
        utoipa_swagger_ui::serve(file, Arc::clone(&CONFIG)).map_err(|error| Error::internal(error.to_string()))?;
    let found = found.ok_or_else(|| Error::not_found("the API's page has no such file"))?;
    let bytes = match found.bytes {
        // They are part of the program; all readers share them.
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::try_from(found.content_type) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, DOCS_POLICY);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
