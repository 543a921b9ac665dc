//! Parts of a path, with errors that are problems.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};

use crate::web::{App, Error};

/// The only parameter of a path, taken as a `T`; anything else is not found.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: FromStr> FromRequestParts<App> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| Error::bad_request("the path is not UTF-8 after percent-decoding"))?;
        let (_, text) = params.iter().next().ok_or_else(|| Error::not_found("there is nothing at this path"))?;
        text.parse().map(Self).map_err(|_| Error::not_found("there is nothing with this id"))
    }
}
