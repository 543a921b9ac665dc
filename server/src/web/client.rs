//! Where a request comes from: the address it counts for, the program, the page.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, header, request::Parts, uri::Authority},
};

use crate::{
    chat::{self, Meter},
    web::{
        App,
        cookie::CookieName,
        origin::{Host, is_own_page},
        peer::client_address,
    },
};

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Client {
    /// The address and the program, for limits and for the list of sessions.
    pub from: chat::Origin,
    /// Whether one of our own pages asks: it gets a cookie, and never sees a token.
    pub is_own_page: bool,
    /// The cookie that such a page has.
    pub cookie: CookieName,
    /// What links for this client begin with, without a slash at the end.
    pub base_url: String,
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let host = parts.extensions.get::<Host>();
        let authority = host.map_or_else(|| Authority::from_static("localhost"), |host| host.0.clone());
        Ok(Self {
            from: from(app, &parts.extensions, &parts.headers),
            is_own_page: is_own_page(app, &parts.headers, host),
            cookie: app.site.cookie(&authority),
            base_url: app.site.base_url(&authority),
        })
    }
}

/// The address that a request counts for, and what its program calls itself.
pub fn from(app: &App, extensions: &Extensions, headers: &HeaderMap) -> chat::Origin {
    let name = headers.get(header::USER_AGENT).map(|name| String::from_utf8_lossy(name.as_bytes())).unwrap_or_default();
    let meter = extensions.get::<Meter>().cloned().unwrap_or_default();
    chat::Origin { meter, ..chat::Origin::new(client_address(app, extensions, headers), &name) }
}
