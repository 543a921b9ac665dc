//! The host that a request is for, and whether a page of this server made it.

use axum::http::{HeaderMap, HeaderValue, header, uri::Authority};

use crate::web::App;

/// The host that the client asked for, as it wrote it.
#[derive(Debug, Clone)]
pub struct Host(pub Authority);

/// Whether a page of this server asks: its browser says so, or an older one names the origin.
pub fn is_own_page(app: &App, headers: &HeaderMap, host: Option<&Host>) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => is_own_origin(app, headers, host),
    }
}

/// Whether the request names this server as its origin.
pub fn is_own_origin(app: &App, headers: &HeaderMap, host: Option<&Host>) -> bool {
    let origin = only(headers, &header::ORIGIN);
    origin.zip(host).is_some_and(|(origin, host)| app.site.is_own(origin, &host.0))
}

/// The value of a header that is there exactly once.
pub fn only<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}
