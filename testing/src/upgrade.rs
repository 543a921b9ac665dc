//! Asking for a WebSocket, with whatever headers; and what is answered instead of one.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, client::IntoClientRequest, http},
};

use crate::Connection;

/// An upgrade that was refused.
#[derive(Debug)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The problem document.
    pub problem: Value,
    /// All headers.
    pub headers: http::HeaderMap,
}

impl Refused {
    /// It has this status and code.
    #[track_caller]
    pub fn is(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.problem["code"].as_str()), (status, Some(code)), "{self:?}");
    }
}

/// A request for a WebSocket.
pub struct Upgrade {
    address: SocketAddr,
    path: String,
    from: Option<Ipv4Addr>,
    receive_buffer: Option<u32>,
    headers: Vec<(http::HeaderName, String)>,
}

impl Upgrade {
    /// One without a token, at a server.
    pub fn to(server: impl AsRef<str>) -> Self {
        let address = server.as_ref().trim_start_matches("http://").parse().expect("a URL with an address and a port");
        Self { address, path: "/ws".to_owned(), from: None, receive_buffer: None, headers: Vec::new() }
    }

    /// Adds a header; one that the handshake has by itself is replaced.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((http::HeaderName::from_static(name), value.into()));
        self
    }

    /// Brings a token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Comes from a page of this origin.
    pub fn origin(self, origin: &str) -> Self {
        self.header("origin", origin)
    }

    /// Asks for `/ws` with a query.
    pub fn query(mut self, query: &str) -> Self {
        self.path = format!("/ws?{query}");
        self
    }

    /// Comes from this address of the machine.
    pub fn from(mut self, address: Ipv4Addr) -> Self {
        self.from = Some(address);
        self
    }

    /// Has the system keep only so many bytes that were not read.
    pub fn receive_buffer(mut self, bytes: u32) -> Self {
        self.receive_buffer = Some(bytes);
        self
    }

    /// Where it is asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asks.
    pub async fn open(self) -> Result<Connection, Refused> {
        match self.ask().await {
            Ok(stream) => Ok(Connection::new(stream)),
            Err(Error::Http(answer)) => Err(Refused {
                status: answer.status().as_u16(),
                problem: answer.body().as_ref().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default(),
                headers: answer.headers().clone(),
            }),
            Err(other) => panic!("neither a WebSocket nor a refusal: {other}"),
        }
    }

    /// Asks, and is refused.
    pub async fn refused(self) -> Refused {
        self.open().await.err().expect("the upgrade is refused")
    }

    pub(crate) async fn ask(self) -> Result<WebSocketStream<TcpStream>, Error> {
        let stream = self.connect().await?;
        self.over(stream).await
    }

    /// Asks over a stream of the test's own.
    ///
    /// # Errors
    /// When the server refuses, or the stream ends.
    pub async fn over<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S) -> Result<WebSocketStream<S>, Error> {
        let mut request = format!("ws://{}{}", self.address, self.path).into_client_request()?;
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.parse().expect("a header's value"));
        }
        let (stream, answer) = client_async(request, stream).await?;
        assert!(!answer.headers().contains_key("sec-websocket-extensions"), "no compression is negotiated");
        Ok(stream)
    }

    /// Connects, and asks for nothing yet.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn connect(&self) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        if let Some(address) = self.from {
            socket.bind((address, 0).into())?;
        }
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}
