//! A WebSocket as any program could open one: JSON in, JSON out, nothing done by itself.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Error, Message},
};

use crate::{Person, Server, within};

/// An open connection.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    close_code: Option<u16>,
}

impl Socket {
    /// Opens a connection and says `Hello` without cursors; gives the `Welcome` too.
    ///
    /// # Panics
    /// When the server does not take it.
    pub async fn hello(server: &Server, person: &Person) -> (Self, Value) {
        let mut socket = Self::open(server.url(), &person.token).await.expect("the server takes the connection");
        socket.send(json!({ "type": "Hello", "client": "e2e/1" })).await.expect("the connection is open");
        let welcome = socket.until("Welcome").await;
        socket.until("Live").await;
        (socket, welcome)
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// When the server is away or refuses.
    ///
    /// # Panics
    /// When the URL is none.
    pub async fn open(url: &str, token: &str) -> Result<Self, Error> {
        let uri = format!("ws{}/ws", url.trim_start_matches("http")).parse().expect("a server's address is a URL");
        let request = ClientRequestBuilder::new(uri).with_header("Authorization", format!("Bearer {token}"));
        let (stream, _) = connect_async(request).await?;
        Ok(Self { stream, close_code: None })
    }

    /// Sends one frame.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn send(&mut self, frame: Value) -> Result<(), Error> {
        self.stream.send(Message::text(frame.to_string())).await
    }

    /// The next frame.
    ///
    /// # Errors
    /// When the connection has ended.
    ///
    /// # Panics
    /// When the frame is not JSON.
    pub async fn next(&mut self) -> Result<Value, Error> {
        loop {
            match self.stream.next().await.unwrap_or(Err(Error::ConnectionClosed))? {
                Message::Text(text) => return Ok(serde_json::from_str(&text).expect("a frame is JSON")),
                Message::Close(frame) => {
                    self.close_code = frame.map(|frame| frame.code.into());
                    return Err(Error::ConnectionClosed);
                }
                _ => {}
            }
        }
    }

    /// With which code the server has closed the connection.
    pub fn close_code(&self) -> Option<u16> {
        self.close_code
    }

    /// The next frame of a type; those before it are dropped.
    ///
    /// # Panics
    /// When none comes.
    pub async fn until(&mut self, r#type: &str) -> Value {
        self.until_some(r#type, |frame| frame["type"] == r#type).await
    }

    /// The next frame that is the wanted one; those before it are dropped.
    ///
    /// # Panics
    /// When none comes.
    pub async fn until_some(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        within(what, async {
            loop {
                let frame = self.next().await.unwrap_or_else(|error| panic!("no {what} came: {error}"));
                if wanted(&frame) {
                    return frame;
                }
            }
        })
        .await
    }
}
