//! A server of one's own for each test, and clients that say what they see.
//!
//! ```ignore
//! let server = TestServer::start().await;
//! let (alice, bob) = (server.register("alice").await, server.register("bob").await);
//! let mut socket = bob.live().await;
//! alice.post("/api/messages", json!({"body": "hello"})).await.is(201);
//! assert_eq!(socket.message().await, "hello");
//! ```

#[path = "harness/clock.rs"]
mod clock;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use chat_protocol::Limits;
use chat_server::{Local, Location, Options, Server, Site};
pub use reqwest::Method;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub use chat_testing::{Answer, Connection, Person, Refusal, Upgrade};
pub(crate) use chat_testing::{logged, see};

use self::clock::{Clock, Keeper};

/// A running server with its own data; dropped, it is killed and its data is gone.
pub struct TestServer {
    address: SocketAddr,
    /// What every URL of it begins with.
    url: String,
    http: reqwest::Client,
    options: Options,
    /// Shared with the one who starts the server again on the same data.
    folder: Arc<TempDir>,
    /// Asks it to stop, as SIGTERM does.
    shutdown: CancellationToken,
    /// Ends it at once.
    kill: CancellationToken,
    /// Connects clients without a socket.
    local: Local,
    /// Where it stands still until the test says otherwise.
    clock: Option<Clock>,
    running: Option<JoinHandle<()>>,
}

impl TestServer {
    /// With the defaults of the program.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With options of the test's own.
    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let mut options = defaults(&folder);
        change(&mut options);
        Self::run(options, folder, None).await
    }

    /// With a clock that stands still, and no limit on messages: time passes by [`TestServer::pass`].
    pub async fn with_stopped_clock() -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let mut options = defaults(&folder);
        // The limit's clock is another one, which runs on.
        options.limits.messages = None;
        Self::run(options, folder, Some(clock::stopped())).await
    }

    /// Lets time pass on the server, all at once.
    pub async fn pass(&self, time: Duration) {
        self.clock.as_ref().expect("a stopped clock").pass(time).await;
        // Everyone who waited for that time has had their turn when the server answers.
        self.get("/healthz").await.is(200);
    }

    /// With `--limit`s of the test's own.
    pub async fn with_limits(assignments: &[&str]) -> Self {
        Self::with(|options| {
            for assignment in assignments {
                options.limits.set(assignment).unwrap();
            }
        })
        .await
    }

    async fn run(options: Options, folder: Arc<TempDir>, clock: Option<(Clock, Keeper)>) -> Self {
        let (clock, keeper) = clock.unzip();
        let (shutdown, kill) = (CancellationToken::new(), CancellationToken::new());
        let (started, starting) = mpsc::channel();
        let (to_run, stop, killed) = (options.clone(), shutdown.clone(), kill.clone());
        // In a thread and a runtime of its own: a test may block, and the server goes on.
        let running = std::thread::spawn(move || {
            runtime(keeper.is_some()).block_on(async {
                let serve = async {
                    let server = Server::bind(to_run).await.unwrap();
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
        let url = format!("http://{address}");
        Self {
            address,
            url,
            http: chat_testing::http(),
            options,
            folder,
            local,
            shutdown,
            kill,
            clock,
            running: Some(running),
        }
    }

    /// Stops as on SIGTERM, and starts again on the same data (and another port).
    pub async fn restart(mut self) -> Self {
        self.stop().await;
        self.pause().1.resume().await
    }

    /// Stops as on SIGTERM, and waits until nothing of it is left.
    pub async fn stop(&mut self) {
        self.begin_stop();
        let running = self.running.take().expect("stopped once");
        tokio::task::spawn_blocking(|| running.join()).await.unwrap().expect("the server ends without a panic");
    }

    /// Kills it, and keeps the data for those who do something with it before [`Paused::resume`].
    pub fn pause(self) -> (PathBuf, Paused) {
        let paused = Paused { options: self.options.clone(), folder: Arc::clone(&self.folder) };
        (self.folder().to_owned(), paused)
    }

    /// Begins to stop, as SIGTERM does.
    pub fn begin_stop(&self) {
        self.shutdown.cancel();
    }

    /// Connects clients inside the process.
    pub fn local(&self) -> &Local {
        &self.local
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file beside its data, which goes when the data goes.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// A request from nobody, to be added to and sent by [`Answer::to`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// `GET` without a token.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON without a token.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(&body)).await
    }

    /// Someone who has taken a name.
    pub async fn register(&self, name: &str) -> Person {
        self.person(self.post("/api/users", json!({ "name": name })).await.is(201))
    }

    /// Someone who has taken a name, with a password.
    pub async fn register_with_password(&self, name: &str, password: &str) -> Person {
        self.person(self.post("/api/users", json!({ "name": name, "password": password })).await.is(201))
    }

    /// Someone to whom the server gave a name.
    pub async fn guest(&self) -> Person {
        self.person(self.post("/api/users", json!({})).await.is(201))
    }

    /// A WebSocket without a token, to be asked for.
    pub fn upgrade(&self) -> Upgrade {
        Upgrade::to(self)
    }

    /// The person that an answer with `user` and `token` made.
    pub fn person(&self, signed_in: Answer) -> Person {
        Person::signed_in(self, &signed_in)
    }
}

impl AsRef<str> for TestServer {
    fn as_ref(&self) -> &str {
        &self.url
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.kill.cancel();
        let Some(running) = self.running.take() else { return };
        let ended = running.join();
        if !std::thread::panicking() {
            ended.expect("the server ends without a panic");
        }
    }
}

/// The data of a server that has ended.
pub struct Paused {
    options: Options,
    folder: Arc<TempDir>,
}

impl Paused {
    /// Starts the server again on the same data (and another port).
    pub async fn resume(self) -> TestServer {
        TestServer::run(self.options, self.folder, None).await
    }
}

/// As the program is started without options, on a free port.
fn defaults(folder: &TempDir) -> Options {
    Options {
        host: [127, 0, 0, 1].into(),
        port: 0,
        location: Location::Folder(folder.path().to_owned()),
        registration: chat_protocol::api::Registration::Open,
        limits: Limits::default(),
        site: Site::default(),
    }
}

/// As the program's; a clock can be stopped where there is one thread only.
fn runtime(stopped: bool) -> tokio::runtime::Runtime {
    use tokio::runtime::Builder;
    let mut builder = if stopped { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    builder.enable_all().start_paused(stopped);
    if !stopped {
        builder.worker_threads(2);
    }
    builder.build().unwrap()
}
