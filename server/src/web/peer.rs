//! The other end of a connection, and whom its requests count for.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::http::{Extensions, HeaderMap, request::Parts};

use crate::web::{App, slots::Slot};

/// The other end of the TCP connection that a request came by: a client, or a proxy.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The connection's place among all: a socket holds it as long as it lives.
#[derive(Debug, Clone)]
pub struct ConnectionSlot {
    _connection: Arc<Slot>,
    _behind_proxy: Option<Arc<Slot>>,
}

impl ConnectionSlot {
    /// Of a connection of its own.
    pub fn new(slot: Slot) -> Self {
        Self { _connection: Arc::new(slot), _behind_proxy: None }
    }

    /// Of a client whose connection is its proxy's.
    #[must_use]
    pub fn and_behind_proxy(self, slot: Slot) -> Self {
        Self { _behind_proxy: Some(Arc::new(slot)), ..self }
    }
}

/// The address that a request counts for.
pub fn client_address(app: &App, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
    let Some(Peer(peer)) = extensions.get() else {
        // Every connection has a peer; without one, all count as one.
        return Ipv4Addr::UNSPECIFIED.into();
    };
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .into_iter()
        .map(|value| value.to_str().unwrap_or_default())
        .flat_map(|value| value.split(','))
        .collect();
    app.site.client_address(peer.ip(), forwarded.into_iter())
}

/// Whether a request was made directly on the server's machine: by a local process, not through a proxy. A trusted proxy
/// is one whatever it adds.
pub fn is_local(app: &App, parts: &Parts) -> bool {
    const PROXY_HEADERS: [&str; 4] = ["forwarded", "x-real-ip", "via", "cf-connecting-ip"];
    let loopback = parts.extensions.get::<Peer>().is_some_and(|peer| {
        let address = peer.0.ip().to_canonical();
        address.is_loopback() && !app.site.is_proxy(address)
    });
    let proxied = parts
        .headers
        .keys()
        .any(|name| name.as_str().starts_with("x-forwarded-") || PROXY_HEADERS.contains(&name.as_str()));
    loopback && !proxied
}
