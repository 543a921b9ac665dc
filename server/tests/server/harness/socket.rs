//! A WebSocket that says what it sees.

use std::{net::SocketAddr, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Message,
        client::IntoClientRequest as _,
        http::{HeaderName, HeaderValue, Request},
        protocol::CloseFrame,
    },
};

/// Longer than anything here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client's end of a WebSocket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// With a Bearer token, as programs do.
    pub async fn open(address: SocketAddr, token: &str) -> Self {
        Self::try_open(address, &[("authorization", &format!("Bearer {token}"))]).await.expect("an upgrade")
    }

    /// With these headers; the status and the body of the answer if it is refused.
    pub async fn try_open(address: SocketAddr, headers: &[(&str, &str)]) -> Result<Self, (u16, Value)> {
        let mut request: Request<()> = format!("ws://{address}/ws").into_client_request().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        let stream = TcpStream::connect(address).await.unwrap();
        match client_async(request, stream).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(tokio_tungstenite::tungstenite::Error::Http(refused)) => {
                let body = refused.body().as_deref().unwrap_or_default();
                Err((refused.status().as_u16(), serde_json::from_slice(body).unwrap_or_default()))
            }
            Err(other) => panic!("no HTTP answer: {other}"),
        }
    }

    /// Sends a command.
    pub async fn send(&mut self, command: Value) {
        self.send_frame(Message::text(command.to_string())).await;
    }

    /// Sends any frame.
    pub async fn send_frame(&mut self, frame: Message) {
        self.stream.send(frame).await.expect("the socket takes a frame");
    }

    /// Says `Hello` without cursors; gives the `Welcome`.
    pub async fn hello(&mut self) -> Value {
        self.send(json!({ "type": "Hello", "client": "test/1.0" })).await;
        self.wait_for("Welcome").await
    }

    /// The next event, whatever it is.
    pub async fn next(&mut self) -> Value {
        match self.frame().await {
            Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("no event: {other:?}"),
        }
    }

    /// The next event of this type; others are passed over.
    pub async fn wait_for(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await;
            if event["type"] == kind {
                return event;
            }
        }
    }

    /// The code and the reason with which the server closes; events before that are passed over.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Message::Close(frame) = self.frame().await {
                let CloseFrame { code, reason } = frame.expect("a close frame with a code");
                return (code.into(), reason.to_string());
            }
        }
    }

    /// The next frame that is no ping or pong.
    pub async fn frame(&mut self) -> Message {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("a frame in time");
            match frame.expect("the socket is open").expect("a sound frame") {
                Message::Ping(_) | Message::Pong(_) => {}
                frame => return frame,
            }
        }
    }

    /// The stream itself, for whoever wants to break it.
    pub fn into_inner(self) -> WebSocketStream<TcpStream> {
        self.stream
    }
}
