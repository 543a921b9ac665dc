//! A server of one's own for each test, in the test's process: started on a free port in a temporary folder, stopped, killed,
//! started again. With the feature `server`; programs that only drive a server do without.
//!
//! ```ignore
//! let server = TestServer::start().await;
//! let (alice, bob) = (server.register("alice").await, server.register("bob").await);
//! let mut socket = bob.live().await;
//! alice.post("/api/messages", json!({"body": "hello"})).await.is(201);
//! assert_eq!(socket.message().await, "hello");
//! ```

mod clock;
mod running;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chat_server::{Local, Options};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

use self::clock::Clock;
pub use self::running::{Running, options};
use crate::{Answer, Person, Upgrade};

/// A running server with its own data; dropped, it is killed and its data is gone.
pub struct TestServer {
    running: Running,
    http: reqwest::Client,
    options: Options,
    /// Shared with the one who starts the server again on the same data.
    folder: Arc<TempDir>,
    /// Where it stands still until the test says otherwise.
    clock: Option<Clock>,
}

impl TestServer {
    /// With the defaults of the program.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With options of the test's own.
    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let mut options = running::options(folder.path());
        change(&mut options);
        Self::run(options, folder)
    }

    /// With a clock that stands still, and no limit on messages: time passes by [`TestServer::pass`].
    pub async fn with_stopped_clock() -> Self {
        Self::with_stopped_clock_and(|_| {}).await
    }

    /// The same with options of the test's own.
    pub async fn with_stopped_clock_and(change: impl FnOnce(&mut Options)) -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let mut options = running::options(folder.path());
        change(&mut options);
        // The limit's clock is another one, which runs on.
        options.limits.messages = None;
        let (clock, keeper) = clock::stopped();
        let running = Running::start_with(options.clone(), Some(keeper));
        Self { running, http: crate::http(), options, folder, clock: Some(clock) }
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

    fn run(options: Options, folder: Arc<TempDir>) -> Self {
        Self { running: Running::start(options.clone()), http: crate::http(), options, folder, clock: None }
    }

    /// Stops as on SIGTERM, and starts again on the same data (and another port).
    pub async fn restart(mut self) -> Self {
        self.stop().await;
        self.pause().1.resume().await
    }

    /// Stops as on SIGTERM, and waits until nothing of it is left.
    pub async fn stop(&mut self) {
        self.begin_stop();
        self.running.ended().await;
    }

    /// Kills it, and keeps the data for those who do something with it before [`Paused::resume`].
    pub fn pause(self) -> (PathBuf, Paused) {
        let (options, folder, port) = (self.options.clone(), Arc::clone(&self.folder), self.address().port());
        let paused = Paused { options, folder, port };
        (self.folder().to_owned(), paused)
    }

    /// Begins to stop, as SIGTERM does.
    pub fn begin_stop(&self) {
        self.running.begin_stop();
    }

    /// Connects clients inside the process.
    pub fn local(&self) -> &Local {
        self.running.local()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address()
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
        format!("{}{path}", self.running.url())
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
        self.running.url()
    }
}

/// The data of a server that has ended.
pub struct Paused {
    options: Options,
    folder: Arc<TempDir>,
    /// Where it listened.
    port: u16,
}

impl Paused {
    /// Starts the server again on the same data (and another port).
    pub async fn resume(self) -> TestServer {
        TestServer::run(self.options, self.folder)
    }

    /// Starts it again where it was. It wants an address of its own for that, see [`own_loopback`](crate::own_loopback):
    /// elsewhere another test may have taken the port.
    pub async fn resume_there(self) -> TestServer {
        TestServer::run(Options { port: self.port, ..self.options }, self.folder)
    }
}
