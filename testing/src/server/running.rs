//! The server's program in this process, in a thread and a runtime of its own: a test may block, and the server goes on.

use std::{net::SocketAddr, path::Path, sync::mpsc, thread::JoinHandle};

use chat_protocol::{Limits, api::Registration};
use chat_server::{Local, Location, Names, Options, Server, Site};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use super::clock::Keeper;

/// As the program is started without options but for its folder, on a free port.
pub fn options(folder: &Path) -> Options {
    Options {
        host: [127, 0, 0, 1].into(),
        port: 0,
        location: Location::Folder(folder.to_owned()),
        registration: Registration::Open,
        member_invites: false,
        retention: None,
        allow_private_webhooks: false,
        names: Names::System,
        limits: Limits::default(),
        site: Site::default(),
    }
}

/// A server that runs; dropped, it is killed.
pub struct Running {
    address: SocketAddr,
    url: String,
    /// Connects clients without a socket.
    local: Local,
    /// Asks it to stop, as SIGTERM does.
    shutdown: CancellationToken,
    /// Ends it at once.
    kill: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts it, and waits until it listens.
    pub fn start(options: Options) -> Self {
        Self::start_with(options, None)
    }

    pub(super) fn start_with(options: Options, keeper: Option<Keeper>) -> Self {
        let (shutdown, kill) = (CancellationToken::new(), CancellationToken::new());
        let (started, starting) = mpsc::channel();
        let (stop, killed) = (shutdown.clone(), kill.clone());
        let thread = std::thread::spawn(move || {
            runtime(keeper.is_some()).block_on(async {
                let serve = async {
                    let server = Server::bind(options).await.unwrap();
                    started.send((server.address(), server.local())).unwrap();
                    killed.run_until_cancelled(server.run(stop)).await;
                };
                match keeper {
                    // The clock first: from the first moment on it must not run by itself.
                    Some(keeper) => tokio::select! { biased; () = keeper.keep() => {}, () = serve => {} },
                    None => serve.await,
                }
            });
        });
        let (address, local) = starting.recv().expect("the server starts");
        Self { address, url: format!("http://{address}"), local, shutdown, kill, thread: Some(thread) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What every URL of it begins with.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Connects clients inside the process.
    pub fn local(&self) -> &Local {
        &self.local
    }

    /// Asks it to stop, as SIGTERM does.
    pub fn begin_stop(&self) {
        self.shutdown.cancel();
    }

    /// Waits until nothing of it is left.
    pub async fn ended(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        tokio::task::spawn_blocking(|| thread.join()).await.unwrap().expect("the server ends without a panic");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill.cancel();
        let Some(thread) = self.thread.take() else { return };
        let ended = thread.join();
        if !std::thread::panicking() {
            ended.expect("the server ends without a panic");
        }
    }
}

/// As the program's; a clock can be stopped where there is one thread only.
fn runtime(stopped: bool) -> Runtime {
    let mut builder = if stopped { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    builder.enable_all().start_paused(stopped);
    if !stopped {
        builder.worker_threads(2);
    }
    builder.build().unwrap()
}
