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

/// The two parameters of a path.
#[derive(Debug)]
pub struct TwoPaths<A, B>(pub A, pub B);

impl<T: FromStr> FromRequestParts<App> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let params = params(parts, app).await?;
        parameter(&params, 0).map(Self)
    }
}

impl<A: FromStr, B: FromStr> FromRequestParts<App> for TwoPaths<A, B> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let params = params(parts, app).await?;
        Ok(Self(parameter(&params, 0)?, parameter(&params, 1)?))
    }
}

async fn params(parts: &mut Parts, app: &App) -> Result<RawPathParams, Error> {
    RawPathParams::from_request_parts(parts, app)
        .await
        .map_err(|_| Error::bad_request("the path is not UTF-8 after percent-decoding"))
}

fn parameter<T: FromStr>(params: &RawPathParams, number: usize) -> Result<T, Error> {
    let (_, text) = params.iter().nth(number).ok_or_else(|| Error::not_found("there is nothing at this path"))?;
    text.parse().map_err(|_| Error::not_found("there is nothing with this id"))
}
