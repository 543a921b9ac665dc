//! The switch from HTTP to WebSocket (RFC 6455, section 4.2).

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use chat_protocol::ErrorCode;
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::web::Error;

/// The only version that there is.
const VERSION: &str = "13";

/// An answer that agrees to switch, and what comes of it.
pub(super) struct Switch {
    pub(super) answer: Response,
    pub(super) upgraded: OnUpgrade,
}

/// Agrees to a WebSocket, or says what is missing.
pub(super) fn accept(parts: &mut Parts) -> Result<Switch, Error> {
    let headers = &parts.headers;
    let asked = parts.method == Method::GET
        && names(headers, header::CONNECTION, "upgrade")
        && names(headers, header::UPGRADE, "websocket");
    if !asked {
        return Err(Error::bad_request("this is a WebSocket: ask for it with Upgrade: websocket"));
    }
    if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != VERSION) {
        return Err(Error::bad_request("speak version 13 of the WebSocket protocol"));
    }
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .filter(|key| key.len() == KEY_LENGTH)
        .ok_or_else(|| Error::bad_request("Sec-WebSocket-Key is missing or not one"))?;
    let accepted = HeaderValue::from_str(&derive_accept_key(key.as_bytes())).map_err(Error::internal)?;
    let upgraded = parts
        .extensions
        .remove::<OnUpgrade>()
        .ok_or_else(|| Error::new(ErrorCode::BadRequest, "this connection cannot become a WebSocket"))?;
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accepted);
    Ok(Switch { answer, upgraded })
}

/// 16 bytes in base64.
const KEY_LENGTH: usize = 24;

/// Whether a header's list of tokens has this one.
fn names(headers: &HeaderMap, header: header::HeaderName, token: &str) -> bool {
    headers
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|name| name.trim().eq_ignore_ascii_case(token))
}
