//! The real server, in this process: started on a folder, stopped, killed.

use std::{
    net::SocketAddr,
    path::Path,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use chat_protocol::{Limits, api::Registration};
use chat_server::{Location, Options, Server, Site};
use tokio_util::sync::CancellationToken;

/// A stop takes at most so long.
const STOP: Duration = Duration::from_secs(10);

/// A server that runs.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    shutdown: CancellationToken,
    kill: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn start(folder: &Path, limits: Limits) -> Self {
        let options = Options {
            host: [127, 0, 0, 1].into(),
            port: 0,
            location: Location::Folder(folder.to_owned()),
            registration: Registration::Open,
            limits,
            site: Site::default(),
        };
        let (shutdown, kill) = (CancellationToken::new(), CancellationToken::new());
        let (stop, killed) = (shutdown.clone(), kill.clone());
        let (started, starting) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind(options).await.unwrap();
                started.send(server.address()).unwrap();
                killed.run_until_cancelled(server.run(stop)).await;
            });
        });
        let address = starting.recv().expect("the server starts");
        Self { address, shutdown, kill, thread: Some(thread) }
    }

    /// Asks it to stop, as SIGTERM does.
    pub(crate) fn begin_stop(&self) {
        self.shutdown.cancel();
    }

    /// Waits until it has stopped.
    pub(crate) fn stopped(mut self) {
        let since = Instant::now();
        self.join();
        assert!(since.elapsed() < STOP, "a server that is stopped ends within 10 s");
    }

    /// Ends it wherever it is.
    pub(crate) fn kill(mut self) {
        self.kill.cancel();
        self.join();
    }

    fn join(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        let ended = thread.join();
        if !std::thread::panicking() {
            ended.expect("the server ends without a panic");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill.cancel();
        self.join();
    }
}
