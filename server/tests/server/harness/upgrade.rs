//! Asking for a WebSocket, with whatever headers; and what is answered instead of one.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Error, client::IntoClientRequest, http},
};

use super::Connection;

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
    receive_buffer: Option<u32>,
    headers: Vec<(http::HeaderName, String)>,
}

impl Upgrade {
    pub(super) fn to(address: SocketAddr) -> Self {
        Self { address, path: "/ws".to_owned(), receive_buffer: None, headers: Vec::new() }
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

    /// Has the system keep only so many bytes that were not read.
    pub fn receive_buffer(mut self, bytes: u32) -> Self {
        self.receive_buffer = Some(bytes);
        self
    }

    /// Asks.
    pub async fn open(self) -> Result<Connection, Refused> {
        let mut request = format!("ws://{}{}", self.address, self.path).into_client_request().unwrap();
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let stream = self.connect().await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, answer)) => {
                assert!(!answer.headers().contains_key("sec-websocket-extensions"), "no compression is negotiated");
                Ok(Connection::new(socket))
            }
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

    async fn connect(&self) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}
