//! A server that lies: what it says about a message, a name or a topic is replaced on the way by something hostile.
//!
//! An honest server cleans what it stores; a client must not rely on that.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::Server;

/// What is replaced, repeated up to the length of what takes its place: lengths in HTTP and WebSocket stay true.
const PLACEHOLDER: &str = "q";

/// Stands between clients and a server. It ends when dropped.
pub struct TamperingLine {
    url: String,
    serving: JoinHandle<()>,
}

impl TamperingLine {
    /// A line to the server; on its way back, each [`placeholder`] becomes its `evil`, a piece of a JSON string.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn to(server: &Server, evil: &'static str) -> Self {
        Self::replacing(server, placeholder(evil), evil).await
    }

    /// A line on which no cookie comes through, as through a proxy that removes them.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn without_cookies(server: &Server) -> Self {
        Self::replacing(server, "set-cookie".to_owned(), "got-cookie").await
    }

    /// On the way back `honest` becomes `evil`, which is as long.
    async fn replacing(server: &Server, honest: String, evil: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it listens"));
        let target = server.url().trim_start_matches("http://").to_owned();
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (target, honest) = (target.clone(), honest.clone());
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect(target).await {
                        carry(client, server, honest.as_bytes(), evil).await;
                    }
                });
            }
        });
        Self { url, serving }
    }

    /// Where clients connect.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TamperingLine {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What to say so that the line makes `evil` of it.
pub fn placeholder(evil: &str) -> String {
    PLACEHOLDER.repeat(evil.len())
}

async fn carry(client: TcpStream, server: TcpStream, honest: &[u8], evil: &str) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut bytes = vec![0; 256 * 1024];
    let answers = async {
        // A frame of a small room comes in one piece.
        while let Ok(read @ 1..) = from_server.read(&mut bytes).await {
            let mut at = 0;
            while let Some(found) = bytes[at..read].windows(honest.len()).position(|piece| piece == honest) {
                bytes[at + found..][..honest.len()].copy_from_slice(evil.as_bytes());
                at += found + honest.len();
            }
            if to_client.write_all(&bytes[..read]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        _ = copy(&mut from_client, &mut to_server) => {}
        () = answers => {}
    }
}
