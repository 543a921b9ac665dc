//! A network between a client and a server that breaks when it is told to.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinHandle},
};

/// Forwards every connection to a server.
pub(crate) struct Cutter {
    pub(crate) url: String,
    lines: Arc<Mutex<Lines>>,
    listening: JoinHandle<()>,
}

/// The connections, each with whether what the server says on it is lost.
type Lines = Vec<(AbortHandle, Arc<AtomicBool>)>;

impl Cutter {
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let lines: Arc<Mutex<Lines>> = Arc::default();
        let known = Arc::clone(&lines);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mute = Arc::new(AtomicBool::new(false));
                let line = tokio::spawn(forward(client, server, Arc::clone(&mute)));
                known.lock().unwrap_or_else(PoisonError::into_inner).push((line.abort_handle(), mute));
            }
        });
        Self { url, lines, listening }
    }

    /// Breaks all connections; the next ones are whole.
    pub(crate) fn cut(&self) {
        self.lines().drain(..).for_each(|(line, _)| line.abort());
    }

    /// What the server says is lost, on all connections that there are.
    pub(crate) fn mute(&self) {
        self.lines().iter().for_each(|(_, mute)| mute.store(true, Ordering::Relaxed));
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Cutter {
    fn drop(&mut self) {
        self.listening.abort();
        self.cut();
    }
}

async fn forward(client: TcpStream, server: SocketAddr, mute: Arc<AtomicBool>) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = tokio::io::copy(&mut from_client, &mut to_server);
    let down = async {
        let mut bytes = [0; 4096];
        while let Ok(read @ 1..) = from_server.read(&mut bytes).await {
            if !mute.load(Ordering::Relaxed) && to_client.write_all(&bytes[..read]).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        _ = up => {}
        () = down => {}
    }
}
