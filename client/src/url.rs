//! Where a server is: the URL that a user gives, in one canonical form.

use std::{fmt, net::IpAddr, str::FromStr};

use reqwest::Url;

/// A text that names no server; it says what would.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// Not a URL, or one without a host.
    #[error("`{0}` is not a server's address: give a URL such as http://localhost:3000 or https://chat.example")]
    NotAUrl(String),
    /// Another scheme than ours.
    #[error("`{0}:` is not supported: give an http, https, ws or wss URL")]
    Scheme(String),
    /// A user name or password inside the URL would end up in logs.
    #[error("leave user name and password out of the server's URL: the name goes with --name")]
    Credentials,
    /// A `?query` or `#fragment` means nothing here.
    #[error("leave `?` and `#` and what follows out of the server's URL; a link code goes with --link")]
    Extra,
}

/// A server's address, made from an http, https, ws or wss URL. It shows itself as an http(s) URL without a slash at
/// the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServerUrl {
    /// http or https, with a host, without credentials, query, fragment and without a slash at the end.
    base: String,
    /// Host and, unless it is the scheme's own, port.
    host: String,
    /// Where to connect: a name or an address without brackets, and the port.
    address: (String, u16),
    encrypted: bool,
    loopback: bool,
}

impl ServerUrl {
    /// A token goes over plain http only to this machine, or where the user insists.
    pub(crate) fn may_carry_token(&self, insecure: bool) -> bool {
        self.is_encrypted() || self.is_loopback() || insecure
    }

    /// Reads a URL.
    ///
    /// # Errors
    /// When it is not a URL, or has more in it than the address of a server.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        let text = text.trim();
        let not_a_url = || InvalidUrl::NotAUrl(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(not_a_url)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" | "ws" => "http",
            "https" | "wss" => "https",
            _ => return Err(InvalidUrl::Scheme(scheme.to_owned())),
        };
        let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| not_a_url())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidUrl::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidUrl::Extra);
        }
        let name = url.host_str().ok_or_else(not_a_url)?;
        let host = match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        Ok(Self {
            base: url.as_str().trim_end_matches('/').to_owned(),
            encrypted: scheme == "https",
            loopback: is_loopback(name),
            address: (name.trim_matches(['[', ']']).to_owned(), url.port_or_known_default().unwrap_or_default()),
            host,
        })
    }

    /// Whether the server is this machine, so that nobody else can listen.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether TLS protects what is sent there.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Host and, unless it is the scheme's own, port: `chat.example`, `localhost:3000`.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Where to connect.
    pub(crate) fn address(&self) -> (&str, u16) {
        (&self.address.0, self.address.1)
    }

    /// The URL of a path that begins with `/`.
    pub fn http(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The URL of the WebSocket.
    pub fn websocket(&self) -> String {
        // http → ws, https → wss.
        format!("ws{}/ws", self.base.trim_start_matches("http"))
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

impl FromStr for ServerUrl {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        Self::parse(text)
    }
}

fn is_loopback(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_has_one_address_however_it_is_written() {
        for text in ["http://Localhost:3000", "ws://localhost:3000/", " HTTP://localhost:3000 "] {
            let url = ServerUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), "http://localhost:3000", "{text}");
            assert_eq!(url.host(), "localhost:3000");
            assert_eq!(url.websocket(), "ws://localhost:3000/ws");
            assert_eq!(url.http("/api/info"), "http://localhost:3000/api/info");
        }
        let url = ServerUrl::parse("wss://chat.example:443/team/").unwrap();
        assert_eq!(url.to_string(), "https://chat.example/team");
        assert_eq!(url.host(), "chat.example");
        assert_eq!(url.websocket(), "wss://chat.example/team/ws");
        assert!(url.is_encrypted());
        assert_eq!(url.address(), ("chat.example", 443));
        assert_eq!(ServerUrl::parse("ws://[::1]:3000").unwrap().address(), ("::1", 3000));
    }

    #[test]
    fn loopback_is_this_machine_and_nothing_else() {
        for host in ["localhost", "chat.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]"] {
            assert!(ServerUrl::parse(&format!("http://{host}:1")).unwrap().is_loopback(), "{host}");
        }
        for host in ["localhost.example", "10.0.0.1", "[::2]", "127.0.0.1.example", "notlocalhost"] {
            assert!(!ServerUrl::parse(&format!("http://{host}:1")).unwrap().is_loopback(), "{host}");
        }
    }

    #[test]
    fn a_text_that_is_no_address_says_what_is_wanted() {
        for (text, error) in [
            ("localhost:3000", InvalidUrl::NotAUrl("localhost:3000".into())),
            ("", InvalidUrl::NotAUrl(String::new())),
            ("http://", InvalidUrl::NotAUrl("http://".into())),
            ("http://exa mple", InvalidUrl::NotAUrl("http://exa mple".into())),
            ("ftp://chat.example", InvalidUrl::Scheme("ftp".into())),
            ("http://alice:secret@chat.example", InvalidUrl::Credentials),
            ("https://chat.example/#link=ABC", InvalidUrl::Extra),
            ("https://chat.example/?x", InvalidUrl::Extra),
        ] {
            assert_eq!(ServerUrl::parse(text), Err(error), "{text}");
        }
    }
}
