//! A WebSocket opened by hand: from an address of one's choice, with a small buffer, over a network that splits.

use std::{io, net::Ipv4Addr};

use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, Utf8Bytes, protocol::Role},
};

/// Any key will do: nobody here is deceived by an answer to another request.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// An open connection.
pub(crate) struct Bare {
    saying: Saying,
    hearing: Hearing,
}

/// One half of it.
pub(crate) struct Saying(SplitSink<WebSocketStream<TcpStream>, Message>);

/// The other half.
pub(crate) struct Hearing(SplitStream<WebSocketStream<TcpStream>>);

/// How it is opened.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Opening {
    /// Where from.
    pub(crate) from: Option<Ipv4Addr>,
    /// Bytes that the system keeps while nobody reads, roughly.
    pub(crate) receive_buffer: Option<u32>,
}

impl Opening {
    /// Connects, and asks for nothing yet.
    pub(crate) async fn connect(self, url: &str) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = self.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        if let Some(address) = self.from {
            socket.bind((address, 0).into())?;
        }
        socket.set_nodelay(true)?;
        socket.connect(host(url).parse().map_err(io::Error::other)?).await
    }

    /// Connects and switches protocols.
    pub(crate) async fn open(self, url: &str, token: &str) -> io::Result<Bare> {
        let mut stream = self.connect(url).await?;
        let request = format!(
            "GET /ws HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n",
            host(url)
        );
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(io::Error::other(String::from_utf8_lossy(&head).into_owned()));
        }
        let (saying, hearing) = WebSocketStream::from_raw_socket(stream, Role::Client, None).await.split();
        Ok(Bare { saying: Saying(saying), hearing: Hearing(hearing) })
    }
}

impl Bare {
    /// Opens a connection and says `Hello` without cursors; gives the `Welcome` too.
    pub(crate) async fn hello(opening: Opening, url: &str, token: &str) -> (Self, Value) {
        let mut bare = opening.open(url, token).await.unwrap();
        bare.say(&json!({ "type": "Hello", "client": "bare/1" })).await.unwrap();
        let welcome = bare.next().await.unwrap();
        assert_eq!(welcome["type"], "Welcome");
        while bare.next().await.unwrap()["type"] != "Live" {}
        (bare, welcome)
    }

    /// Sends one frame. Nothing, if the connection has ended.
    pub(crate) async fn say(&mut self, frame: &Value) -> Option<()> {
        self.saying.say(frame).await
    }

    /// The next frame. Nothing, if the connection has ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let text = self.hearing.next_text().await?;
        Some(serde_json::from_str(&text).expect("a frame is JSON"))
    }

    /// To speak and listen at the same time.
    pub(crate) fn split(self) -> (Saying, Hearing) {
        (self.saying, self.hearing)
    }
}

impl Saying {
    /// Sends one frame. Nothing, if the connection has ended.
    pub(crate) async fn say(&mut self, frame: &Value) -> Option<()> {
        self.0.send(Message::text(frame.to_string())).await.ok()
    }
}

impl Hearing {
    /// The next frame as it came. Nothing, if the connection has ended.
    pub(crate) async fn next_text(&mut self) -> Option<Utf8Bytes> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Text(text) => return Some(text),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}

fn host(url: &str) -> &str {
    url.trim_start_matches("http://")
}
