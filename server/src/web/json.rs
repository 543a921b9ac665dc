//! JSON in requests: its type, its size and its shape, each with an error that says what to do.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use chat_protocol::ErrorCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as _;
use serde::de::DeserializeOwned;

use crate::{
    memory::Place,
    plain::plain,
    web::{App, Error, peer::client_address},
};

/// A whole body of the default size arrives within this also over a slow line; a client that stalls holds nothing longer.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of a body that are read without a place: most messages have fewer.
const SMALL: usize = 8 * 1024;

#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Error::new(ErrorCode::UnsupportedMedia, "send JSON, with Content-Type: application/json"));
        }
        let (bytes, _place) = body(app, request, app.chat.limits().largest_frame()).await?;
        parse(&bytes).map(Self)
    }
}

/// A whole body of at most so many bytes, and its place in memory if it is not small.
pub async fn body(app: &App, request: Request, limit: usize) -> Result<(Bytes, Option<Place>), Error> {
    let announced = request.body().size_hint().upper().and_then(|bytes| usize::try_from(bytes).ok());
    let place = match announced.unwrap_or(limit).min(limit) {
        ..=SMALL => None,
        // It is in memory twice: as it came, and joined.
        bytes => {
            let address = client_address(app, request.extensions(), request.headers());
            Some(app.memory.place(address, bytes.saturating_mul(2)).await?)
        }
    };
    let bytes = tokio::time::timeout(BODY_TIMEOUT, read(request.into_body(), limit))
        .await
        .map_err(|_| Error::bad_request("the body did not arrive in time"))??;
    Ok((bytes, place))
}

/// JSON where there is a body, and what it says without one where there is none.
#[derive(Debug)]
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        if request.body().size_hint().exact() == Some(0) {
            return Ok(Self(T::default()));
        }
        Json::from_request(request, app).await.map(|Json(value)| Self(value))
    }
}

async fn read(body: Body, limit: usize) -> Result<Bytes, Error> {
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Error::new(ErrorCode::TooLarge, format!("the body is larger than {limit} bytes, which is the limit")))
        }
        Err(_) => Err(Error::bad_request("the body ended early")),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    // Serde would take a list for an object, its items for the fields in their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Error::bad_request("send a JSON object, not a list"));
    }
    axum::Json::from_bytes(bytes).map(|axum::Json(value)| value).map_err(|rejection| {
        // "Failed to …: name: invalid type …": what went wrong stands after the first colon.
        let text = rejection.body_text();
        Error::bad_request(plain(text.split_once(": ").map_or(text.as_str(), |(_, reason)| reason)))
    })
}

/// Whether a request says that its body is JSON; parameters such as a charset do not matter.
pub fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
