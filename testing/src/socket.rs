//! A WebSocket as any program could open one: JSON in, JSON out, nothing done by itself. What goes wrong is a result: the
//! server may be killed, or the network cut. [`Connection`](crate::Connection) is the one that fails the test instead.

use std::borrow::Borrow;

use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, Utf8Bytes},
};

use crate::{Person, SocketError, Upgrade, within};

/// An open connection.
pub struct Socket {
    sending: Sending,
    receiving: Receiving,
}

/// One half of it.
pub struct Sending(SplitSink<WebSocketStream<TcpStream>, Message>);

/// The other half.
pub struct Receiving {
    stream: SplitStream<WebSocketStream<TcpStream>>,
    close_code: Option<u16>,
}

impl Upgrade {
    /// Asks, for a connection on which a failure is a result.
    ///
    /// # Errors
    /// When the server is away or refuses.
    pub async fn socket(self) -> Result<Socket, SocketError> {
        let (sending, stream) = self.ask().await?.split();
        Ok(Socket { sending: Sending(sending), receiving: Receiving { stream, close_code: None } })
    }

    /// Asks, and says `Hello` without cursors; gives the `Welcome` too.
    pub async fn hello(self) -> (Socket, Value) {
        let mut socket = self.socket().await.expect("the server takes the connection");
        socket.send(json!({ "type": "Hello", "client": "test/1" })).await.expect("the connection is open");
        let welcome = socket.until("Welcome").await;
        socket.until("Live").await;
        (socket, welcome)
    }
}

impl Socket {
    /// Opens a connection.
    ///
    /// # Errors
    /// When the server is away or refuses.
    pub async fn open(server: impl AsRef<str>, token: &str) -> Result<Self, SocketError> {
        Upgrade::to(server).bearer(token).socket().await
    }

    /// Opens a connection and says `Hello` without cursors; gives the `Welcome` too.
    pub async fn hello(server: impl AsRef<str>, person: &Person) -> (Self, Value) {
        Upgrade::to(server).bearer(&person.token).hello().await
    }

    /// Sends one frame.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn send(&mut self, frame: impl Borrow<Value>) -> Result<(), SocketError> {
        self.sending.send(frame).await
    }

    /// The next frame.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn next(&mut self) -> Result<Value, SocketError> {
        let text = self.receiving.next_text().await?;
        Ok(serde_json::from_str(&text).expect("a frame is JSON"))
    }

    /// With which code the server has closed the connection.
    pub fn close_code(&self) -> Option<u16> {
        self.receiving.close_code
    }

    /// The next frame of a type; those before it are dropped.
    pub async fn until(&mut self, r#type: &str) -> Value {
        self.until_some(r#type, |frame| frame["type"] == r#type).await
    }

    /// The next frame that is the wanted one; those before it are dropped.
    pub async fn until_some(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = async {
            loop {
                let frame = self.next().await.unwrap_or_else(|error| panic!("no {what} came: {error}"));
                if wanted(&frame) {
                    return frame;
                }
            }
        };
        within(what, found).await
    }

    /// To send and receive at the same time.
    pub fn split(self) -> (Sending, Receiving) {
        (self.sending, self.receiving)
    }
}

impl Sending {
    /// Sends one frame.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn send(&mut self, frame: impl Borrow<Value>) -> Result<(), SocketError> {
        self.0.send(Message::text(frame.borrow().to_string())).await
    }
}

impl Receiving {
    /// The next frame as it came.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn next_text(&mut self) -> Result<Utf8Bytes, SocketError> {
        loop {
            match self.stream.next().await.unwrap_or(Err(SocketError::ConnectionClosed))? {
                Message::Text(text) => return Ok(text),
                Message::Close(frame) => {
                    self.close_code = frame.map(|frame| frame.code.into());
                    return Err(SocketError::ConnectionClosed);
                }
                _ => {}
            }
        }
    }
}
