//! A server that says and does what a test tells it to: its sockets are handed to the test, its REST answers are set.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use chat_client::ServerUrl;
use chat_protocol::{Command, Cursor, Epoch, Event, RoomId};
use chat_testing::within;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{ErrorResponse, Request, Response},
        protocol::CloseFrame,
    },
};

/// What REST answers, by method and path.
type Answers = Arc<Mutex<HashMap<String, (u16, String)>>>;
/// What was asked over REST: method and path with query, the Authorization header, the body.
pub(crate) type Asked = (String, Option<String>, Value);

/// The server.
pub(crate) struct Fake {
    pub(crate) url: ServerUrl,
    sockets: mpsc::UnboundedReceiver<Socket>,
    asked: mpsc::UnboundedReceiver<Asked>,
    answers: Answers,
    /// While a test holds it, no REST answer goes out.
    gate: Arc<tokio::sync::Mutex<()>>,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = ServerUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let answers = Answers::default();
        let (opened, sockets) = mpsc::unbounded_channel();
        let (asking, asked) = mpsc::unbounded_channel();
        let gate = Arc::default();
        let part = Part { answers: Arc::clone(&answers), opened, asking, gate: Arc::clone(&gate) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(part.clone().serve(stream));
            }
        });
        Self { url, sockets, asked, answers, gate }
    }

    /// Sets what a method and path (without query) is answered with.
    pub(crate) fn answer(&self, what: &str, status: u16, body: impl ToString) {
        self.answers.lock().unwrap().insert(what.to_owned(), (status, body.to_string()));
    }

    /// Holds REST answers back until what it gives is dropped.
    pub(crate) async fn hold(&self) -> tokio::sync::OwnedMutexGuard<()> {
        Arc::clone(&self.gate).lock_owned().await
    }

    /// Sets what a method and path is refused with.
    pub(crate) fn refuse(&self, what: &str, status: u16, code: &str) {
        self.answer(what, status, json!({"code": code, "detail": format!("said {code}"), "status": status}));
    }

    /// The next socket that a client opens.
    pub(crate) async fn socket(&mut self) -> Socket {
        within("a connection", self.sockets.recv()).await.unwrap()
    }

    /// The next REST call.
    pub(crate) async fn asked(&mut self) -> Asked {
        within("a REST call", self.asked.recv()).await.unwrap()
    }

    /// Whether there was no other REST call than those that were looked at.
    pub(crate) fn was_asked_all(&self) -> bool {
        self.asked.is_empty()
    }
}

#[derive(Clone)]
struct Part {
    answers: Answers,
    opened: mpsc::UnboundedSender<Socket>,
    asking: mpsc::UnboundedSender<Asked>,
    gate: Arc<tokio::sync::Mutex<()>>,
}

impl Part {
    async fn serve(self, mut stream: TcpStream) {
        let mut start = [0; 8];
        while stream.peek(&mut start).await.is_ok_and(|read| read > 0 && read < start.len()) {}
        if &start == b"GET /ws " && !self.answers.lock().unwrap().contains_key("GET /ws") {
            let mut token = None;
            #[expect(clippy::result_large_err, reason = "the library wants it so")]
            let keep = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
                token = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
                Ok(response)
            };
            if let Ok(stream) = accept_hdr_async(stream, keep).await {
                let _ = self.opened.send(Socket { stream, token });
            }
        } else {
            self.rest(&mut stream).await;
        }
    }

    async fn rest(&self, stream: &mut TcpStream) {
        let mut text = Vec::new();
        let (head, body) = loop {
            if stream.read_buf(&mut text).await.unwrap_or(0) == 0 {
                return;
            }
            let Some(end) = text.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8(text[..end].to_vec()).unwrap();
            let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
            if text.len() >= end + 4 + length {
                break (head, text[end + 4..].to_vec());
            }
        };
        let call = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        let what = call.split('?').next().unwrap();
        let (status, answer) =
            self.answers.lock().unwrap().get(what).cloned().unwrap_or((404, r#"{"code":"not_found"}"#.to_owned()));
        let _ = self.asking.send((
            call.clone(),
            header(&head, "authorization").map(str::to_owned),
            serde_json::from_slice(&body).unwrap_or_default(),
        ));
        drop(self.gate.lock().await);
        let kind = if answer.starts_with('<') { "text/html" } else { "application/json; charset=utf-8" };
        let answer = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
            answer.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().filter_map(|line| line.split_once(": ")).find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|it| it.1)
}

/// A client's connection, from the server's side.
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
    pub(crate) token: Option<String>,
}

impl Socket {
    /// The next command, which must be there.
    pub(crate) async fn command(&mut self) -> Command {
        within("a command", async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Text(text))) => return serde_json::from_str(text.as_str()).unwrap(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    other => panic!("no command but {other:?}"),
                }
            }
        })
        .await
    }

    /// The first command.
    pub(crate) async fn hello(&mut self) -> (HashMap<RoomId, Cursor>, Option<Epoch>) {
        match self.command().await {
            Command::Hello { cursors, epoch, .. } => (cursors, epoch),
            other => panic!("no Hello but {other:?}"),
        }
    }

    /// Says something.
    pub(crate) async fn say(&mut self, event: Event) {
        self.say_text(&serde_json::to_string(&event).unwrap()).await;
    }

    /// Says something in its own words.
    pub(crate) async fn say_text(&mut self, text: &str) {
        // A client that hung up does not hear it; what it does then is what the test looks at.
        let _ = self.stream.send(Message::text(text)).await;
    }

    /// Hangs up with a reason.
    pub(crate) async fn close(mut self, code: u16, reason: &str) {
        let _ = self.stream.close(Some(CloseFrame { code: code.into(), reason: reason.to_owned().into() })).await;
        while let Some(Ok(_)) = self.stream.next().await {}
    }

    /// Reads for ever, which answers pings.
    pub(crate) async fn closed_by_nobody(&mut self) {
        while let Some(Ok(_)) = self.stream.next().await {}
    }

    /// Waits until the client hangs up.
    pub(crate) async fn closed(mut self) {
        within("the client's goodbye", async { while let Some(Ok(_)) = self.stream.next().await {} }).await;
    }
}
