//! A line that breaks at the worst moment: the server has taken a request, and its answer is lost.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::Server;

/// Stands between clients and a server. It ends when dropped.
pub struct LossyLine {
    url: String,
    lost: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl LossyLine {
    /// A line to the server on which the answers to the first `losses` requests that begin with `request` are lost.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn to(server: &Server, request: &'static str, losses: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it listens"));
        let target = server.url().trim_start_matches("http://").to_owned();
        let lost = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&lost);
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (target, count) = (target.clone(), Arc::clone(&count));
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect(target).await {
                        carry(client, server, request, losses, &count).await;
                    }
                });
            }
        });
        Self { url, lost, serving }
    }

    /// Where clients connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many answers were lost so far.
    pub fn lost(&self) -> usize {
        self.lost.load(Ordering::Relaxed)
    }
}

impl Drop for LossyLine {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn carry(client: TcpStream, server: TcpStream, request: &str, losses: usize, lost: &AtomicUsize) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut doomed = false;
    loop {
        tokio::select! {
            read = from_client.read(&mut asked) => match read {
                Ok(read @ 1..) => {
                    doomed |= asked[..read].starts_with(request.as_bytes()) && lost.load(Ordering::Relaxed) < losses;
                    if to_server.write_all(&asked[..read]).await.is_err() { return }
                }
                _ => return,
            },
            read = from_server.read(&mut answered) => match read {
                Ok(1..) if doomed => {
                    lost.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                Ok(read @ 1..) => if to_client.write_all(&answered[..read]).await.is_err() { return },
                _ => return,
            },
        }
    }
}
