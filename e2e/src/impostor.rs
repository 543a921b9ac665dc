//! Something that listens and is not a chat server: a wrong port, a proxy's error page, a captive portal.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::within;

/// What it gives for a path.
pub type Answers = fn(path: &str) -> String;

/// A listener that answers as it likes. It ends when dropped.
pub struct Impostor {
    url: String,
    serving: JoinHandle<()>,
}

impl Impostor {
    /// Listens, and gives `answers` for the paths that it is asked for: whole HTTP answers, or anything else.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(answers: Answers) -> Self {
        Self::at("127.0.0.1:0", answers).await
    }

    /// The same in the place of a server that has ended: `host:port`.
    ///
    /// # Panics
    /// When the address is not free.
    pub async fn at(address: &str, answers: Answers) -> Self {
        // The one who listened there before may not be quite gone.
        let listener = within("a free address", async {
            loop {
                match TcpListener::bind(address).await {
                    Ok(listener) => return listener,
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        })
        .await;
        let url = format!("http://{}", listener.local_addr().expect("it listens"));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, answers));
            }
        });
        Self { url, serving }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// An HTTP answer with this body.
pub fn http(status: &str, content_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

async fn answer(mut stream: TcpStream, answers: Answers) {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read_buf(&mut request).await {
            Ok(1..) => {}
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request);
    let path = request.split_whitespace().nth(1).unwrap_or_default();
    // Who asked may be gone already.
    _ = stream.write_all(answers(path).as_bytes()).await;
    _ = stream.shutdown().await;
}
