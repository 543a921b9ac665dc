//! What a webhook sends to: it takes requests one by one, shows them to the test, and answers as that says.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};

use crate::within;

/// An HTTP server of the test's own. It answers 204 unless told otherwise, and ends when it is dropped.
pub struct Receiver {
    address: SocketAddr,
    came: mpsc::UnboundedReceiver<Received>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    serving: JoinHandle<()>,
}

/// A request that came.
#[derive(Debug)]
pub struct Received {
    /// Path and query.
    pub path: String,
    /// By their names in lower case.
    pub headers: HashMap<String, String>,
    /// As it came.
    pub body: String,
}

impl Received {
    /// A header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The id of the event.
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// The event.
    pub fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// What the message of the event says.
    pub fn said(&self) -> String {
        crate::text(&self.event()["message"]["body"])
    }
}

/// How a request is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// With this status.
    Status(u16),
    /// With these bytes, and the end of the connection.
    Bytes(Vec<u8>),
    /// With this head, and then with more and more for as long as the connection is open.
    Endless(&'static str),
    /// Not at all, as long as the connection is open.
    Nothing,
}

impl Receiver {
    /// On a free port of this machine.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (show, came) = mpsc::unbounded_channel();
        let replies = Arc::default();
        let answers = Arc::clone(&replies);
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, show.clone(), Arc::clone(&answers)));
            }
        });
        Self { address, came, replies, serving }
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers the next requests like this, those after them with 204 again.
    pub fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// Answers so many requests with a status.
    pub fn reply_status(&self, status: u16, times: usize) {
        self.reply(std::iter::repeat_n(Reply::Status(status), times));
    }

    /// The next request.
    ///
    /// # Panics
    /// When none comes.
    pub async fn next(&mut self) -> Received {
        within("a request of a webhook", self.came.recv()).await.expect("the receiver runs")
    }

    /// Requests that came and were not looked at.
    pub fn waiting(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.came.try_recv().ok()).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Answers requests of one connection until it ends.
async fn serve(
    mut stream: TcpStream,
    show: mpsc::UnboundedSender<Received>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
) -> Option<()> {
    let mut read = Vec::new();
    loop {
        let received = take(&mut stream, &mut read).await?;
        let reply = replies.lock().unwrap().pop_front().unwrap_or(Reply::Status(204));
        // A test that has what it wanted looks no more.
        _ = show.send(received);
        match reply {
            Reply::Status(status) => {
                let answer = format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.ok()?;
            }
            Reply::Bytes(bytes) => return stream.write_all(&bytes).await.ok(),
            Reply::Endless(head) => {
                stream.write_all(head.as_bytes()).await.ok()?;
                loop {
                    stream.write_all(&[b'x'; 1024]).await.ok()?;
                }
            }
            Reply::Nothing => while stream.read(&mut [0; 64]).await.ok()? > 0 {},
        }
    }
}

/// Reads one request; `None` at the end of the connection.
async fn take(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<Received> {
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(read[..end].to_vec()).unwrap();
            let mut lines = head.lines();
            let path = lines.next()?.split(' ').nth(1)?.to_owned();
            let header =
                |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
            let headers: HashMap<_, _> = lines.filter_map(header).collect();
            let length: usize = headers.get("content-length")?.parse().ok()?;
            let end = end + 4;
            if read.len() >= end + length {
                let body = String::from_utf8(read[end..end + length].to_vec()).unwrap();
                read.drain(..end + length);
                return Some(Received { path, headers, body });
            }
        }
        if stream.read_buf(read).await.ok()? == 0 {
            return None;
        }
    }
}
