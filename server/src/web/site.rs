//! Where the server is reached, and which pages and proxies are trusted.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use axum::http::{HeaderValue, Uri, uri::Authority};
use ipnet::IpNet;

use crate::web::cookie::CookieName;

/// Scheme, host and port of a web page, as browsers compare them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    /// Lower case; an address literal in its shortest form, IPv6 in brackets.
    host: String,
    port: u16,
}

/// A text that is not an origin; it says what would be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOrigin {
    /// Not a URL of the web.
    #[error("write a URL such as https://chat.example.org (a host in other letters in its xn-- form)")]
    NotAUrl,
    /// More than an origin.
    #[error(
        "write only scheme, host and port, such as https://chat.example.org: the server has a whole host for itself"
    )]
    MoreThanOrigin,
}

impl Origin {
    /// Whether it is https.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    const fn default_port(secure: bool) -> u16 {
        if secure { 443 } else { 80 }
    }

    /// Of a page that a server without TLS gave under this `Host`.
    fn plain(host: &Authority) -> Self {
        Self { secure: false, host: canonical(host.host()), port: host.port_u16().unwrap_or(80) }
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let uri: Uri = text.parse().map_err(|_| InvalidOrigin::NotAUrl)?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(InvalidOrigin::NotAUrl),
        };
        let authority = uri.authority().ok_or(InvalidOrigin::NotAUrl)?;
        if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') || text.contains('#') {
            return Err(InvalidOrigin::MoreThanOrigin);
        }
        let port = match authority.port() {
            Some(port) => port.as_u16(),
            None => Self::default_port(secure),
        };
        Ok(Self { secure, host: canonical(authority.host()), port })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.host)?;
        if self.port == Self::default_port(self.secure) { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// What the operator said about the outside.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// How users reach the server; the first one is for links.
    pub public_urls: Vec<Origin>,
    /// Further origins whose pages may call the API.
    pub origins: Vec<Origin>,
    /// Peers whose `X-Forwarded-For` counts.
    pub proxies: Vec<IpNet>,
}

impl Site {
    /// Whether a request for this host is meant for us, and not one whose name was rebound to our address.
    pub fn accepts_host(&self, host: &Authority) -> bool {
        let name = canonical(host.host());
        name == "localhost" || literal(&name).is_some() || self.public_urls.iter().any(|url| url.host == name)
    }

    /// Whether a page of this `Origin` is one of the server's own.
    pub fn is_own(&self, origin: &HeaderValue, host: &Authority) -> bool {
        let Some(origin) = read_origin(origin) else { return false };
        if self.public_urls.is_empty() { origin == Origin::plain(host) } else { self.public_urls.contains(&origin) }
    }

    /// Whether a page of this `Origin` may call the API with a token.
    pub fn is_allowed(&self, origin: &HeaderValue) -> bool {
        read_origin(origin).is_some_and(|origin| self.origins.contains(&origin))
    }

    /// The cookie for pages that were reached by this `Host`.
    pub fn cookie(&self, host: &Authority) -> CookieName {
        match self.face(host) {
            Some(url) if url.secure => CookieName::Secure,
            _ => CookieName::Plain { port: host.port_u16().unwrap_or(80) },
        }
    }

    /// What links begin with, without a slash at the end.
    pub fn base_url(&self, host: &Authority) -> String {
        self.public_urls.first().map_or_else(|| format!("http://{host}"), Origin::to_string)
    }

    /// Whose request it is: the peer's, or whom a trusted proxy names.
    ///
    /// `forwarded` are the entries of `X-Forwarded-For`, leftmost first.
    pub fn client_address<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut client = peer.to_canonical();
        for hop in forwarded.rev() {
            if !self.is_proxy(client) {
                break;
            }
            let Some(address) = read_address(hop) else { break };
            client = address.to_canonical();
        }
        client
    }

    /// Whether `X-Forwarded-For` from this address counts.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// The public URL that a request came by; a proxy may not pass the host on, then the first.
    fn face(&self, host: &Authority) -> Option<&Origin> {
        let name = canonical(host.host());
        self.public_urls.iter().find(|url| url.host == name).or(self.public_urls.first())
    }
}

fn read_origin(header: &HeaderValue) -> Option<Origin> {
    header.to_str().ok()?.parse().ok()
}

/// An entry of `X-Forwarded-For`: some proxies add the port.
fn read_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
        .or_else(|| literal(text))
}

/// A host as it is compared: `[::0:1]` and `[::1]` are one.
fn canonical(host: &str) -> String {
    match literal(host) {
        Some(IpAddr::V6(address)) => format!("[{address}]"),
        _ => host.to_ascii_lowercase(),
    }
}

/// The address that a host is, if it is one: IPv6 in brackets.
fn literal(host: &str) -> Option<IpAddr> {
    match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Authority {
        text.parse().unwrap()
    }

    fn own(site: &Site, origin: &str, at: &str) -> bool {
        site.is_own(&HeaderValue::from_str(origin).unwrap(), &host(at))
    }

    fn public(urls: &[&str]) -> Site {
        Site { public_urls: urls.iter().map(|url| url.parse().unwrap()).collect(), ..Site::default() }
    }

    #[test]
    fn origins_are_compared_as_browsers_do() {
        let origin = |text: &str| text.parse::<Origin>();
        assert_eq!(origin("https://Chat.Example.org/"), origin("https://chat.example.org:443"));
        assert_eq!(origin("http://[::0:1]:3000").unwrap().to_string(), "http://[::1]:3000");
        assert_ne!(origin("http://chat.example.org"), origin("https://chat.example.org"));
        for wrong in
            ["", "null", "*", "chat.example.org", "ftp://x", "https://x/y", "https://x?y", "https://a@x", "https://x#"]
        {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_that_can_be_rebound_are_refused() {
        let site = public(&["https://chat.example.org"]);
        for good in
            ["127.0.0.1:3000", "[::1]:3000", "localhost:1", "LOCALHOST", "chat.example.org", "Chat.Example.Org:8443"]
        {
            assert!(site.accepts_host(&host(good)), "{good}");
        }
        for bad in
            ["evil.example", "chat.example.org.evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "0x7f.1"]
        {
            assert!(!site.accepts_host(&host(bad)), "{bad}");
        }
    }

    #[test]
    fn the_own_origin_is_the_public_url_or_else_the_host() {
        let plain = Site::default();
        assert!(own(&plain, "http://localhost:3000", "localhost:3000"));
        assert!(own(&plain, "http://192.0.2.1", "192.0.2.1:80"));
        for foreign in ["http://localhost:3001", "https://localhost:3000", "null", "http://127.0.0.1:3000"] {
            assert!(!own(&plain, foreign, "localhost:3000"), "{foreign}");
        }
        let public = public(&["https://chat.example.org", "http://chat.lan:8080"]);
        assert!(own(&public, "https://chat.example.org", "127.0.0.1:3000"));
        assert!(own(&public, "http://chat.lan:8080", "chat.example.org"));
        assert!(!own(&public, "http://chat.example.org", "chat.example.org"));
    }

    #[test]
    fn only_trusted_proxies_name_the_client() {
        let site = Site { proxies: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()], ..Site::default() };
        let client = |peer: &str, forwarded: &[&str]| {
            site.client_address(peer.parse().unwrap(), forwarded.iter().copied()).to_string()
        };
        assert_eq!(client("192.0.2.1", &["198.51.100.1"]), "192.0.2.1", "not a proxy");
        assert_eq!(client("10.0.0.1", &["203.0.113.9", "198.51.100.1"]), "198.51.100.1", "the left one is a lie");
        assert_eq!(client("10.0.0.1", &["198.51.100.1", "10.0.0.2"]), "198.51.100.1", "a chain of proxies");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.1:5000"]), "198.51.100.1", "with a port");
        assert_eq!(client("::1", &["[2001:db8::1]"]), "2001:db8::1", "in brackets");
        assert_eq!(client("10.0.0.1", &["198.51.100.1", "unknown"]), "10.0.0.1", "stops at what cannot be read");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1", "names nobody");
    }

    #[test]
    fn links_and_cookies() {
        let public = public(&["https://chat.example.org"]);
        assert_eq!(public.base_url(&host("localhost:3000")), "https://chat.example.org");
        assert_eq!(public.cookie(&host("localhost:3000")).to_string(), "__Host-chat");
        let plain = Site::default();
        assert_eq!(plain.base_url(&host("localhost:3000")), "http://localhost:3000");
        assert_eq!(plain.cookie(&host("localhost:3000")).to_string(), "chat_3000");
        assert_eq!(plain.cookie(&host("localhost")).to_string(), "chat_80");
    }
}
