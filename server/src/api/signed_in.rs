//! The answer to one who has just signed in: programs get the token, pages of ours a cookie.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chat_protocol::{Token, User, api::SignedIn};

use crate::web::client::Client;

/// Someone new, with a token that nobody saw yet.
pub(super) fn created(user: User, token: Token, client: &Client) -> Response {
    let location = [(header::LOCATION, HeaderValue::from_static("/api/users/me"))];
    if client.is_own_page {
        return (StatusCode::CREATED, location, with_cookie(user, &token, client)).into_response();
    }
    (StatusCode::CREATED, location, Json(SignedIn { user, token: Some(token) })).into_response()
}

/// A page gets the token where its scripts cannot read it.
pub(super) fn with_cookie(user: User, token: &Token, client: &Client) -> Response {
    let mut response = Json(SignedIn { user, token: None }).into_response();
    if let Some(cookie) = client.cookie.set(token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
