//! The HTTP API: who is needed for a load, and pages of history.

use std::time::Duration;

use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::{Client, Method, RequestBuilder};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Requests at once while users and rooms are made. Each waits for the disk, so many together are faster.
const AT_ONCE: usize = 64;

/// A connection that nobody used for so long may have been closed by the server, and nobody looked.
const IDLE: Duration = Duration::from_secs(1);

/// Talks to one server. Its methods wait until all is done.
#[derive(Debug)]
pub(crate) struct Rest {
    http: Client,
    url: String,
    runtime: Runtime,
}

/// A page of messages, as far as it is counted.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    /// Ascending.
    pub(crate) messages: Vec<PageMessage>,
}

/// A message of it.
#[derive(Debug, Deserialize)]
pub(crate) struct PageMessage {
    /// Its id.
    pub(crate) id: String,
    /// Its position.
    pub(crate) seq: u64,
}

impl Rest {
    pub(crate) fn new(url: &str) -> anyhow::Result<Self> {
        // reqwest is built without a choice of its own. A second time finds it made already.
        _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            http: Client::builder().no_proxy().tcp_nodelay(true).pool_idle_timeout(IDLE).build()?,
            url: url.to_owned(),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
        })
    }

    /// What the server says of itself.
    pub(crate) fn info(&self) -> anyhow::Result<Value> {
        self.runtime.block_on(answer(self.request(Method::GET, "/api/info", "")))
    }

    /// That many new users; their tokens.
    pub(crate) fn users(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let prefix = unique();
        let token = async |number: usize| {
            let request = self.request(Method::POST, "/api/users", "");
            let made: Value = answer(request.json(&json!({ "name": format!("bench-{prefix}-{number}") }))).await?;
            made["token"].as_str().map(ToOwned::to_owned).context("no token")
        };
        self.runtime.block_on(stream::iter((0..count).map(token)).buffered(AT_ONCE).try_collect())
    }

    /// That many new rooms, made by this user; their ids.
    pub(crate) fn rooms(&self, token: &str, count: usize) -> anyhow::Result<Vec<String>> {
        let prefix = unique();
        let room = async |number: usize| {
            let request = self.request(Method::POST, "/api/rooms", token);
            let made: Value = answer(request.json(&json!({ "name": format!("bench-{prefix}-{number}") }))).await?;
            made["id"].as_str().map(ToOwned::to_owned).context("no id")
        };
        self.runtime.block_on(stream::iter((0..count).map(room)).buffered(AT_ONCE).try_collect())
    }

    /// Each of these users joins the room beside it.
    pub(crate) fn join<'a>(&self, users: impl Iterator<Item = (&'a str, &'a str)>) -> anyhow::Result<()> {
        let join = async |(token, room): (&str, &str)| {
            let request = self.request(Method::PUT, &format!("/api/rooms/{room}/members/me"), token);
            done(request).await
        };
        self.runtime.block_on(stream::iter(users.map(join)).buffered(AT_ONCE).try_collect())
    }

    /// This user leaves these rooms.
    pub(crate) fn leave(&self, token: &str, rooms: &[String]) -> anyhow::Result<()> {
        let leave = |room| done(self.request(Method::DELETE, &format!("/api/rooms/{room}/members/me"), token));
        self.runtime.block_on(stream::iter(rooms.iter().map(leave)).buffered(AT_ONCE).try_collect())
    }

    /// This user says these texts in a room.
    pub(crate) fn say(&self, token: &str, room: &str, texts: impl Iterator<Item = String>) -> anyhow::Result<()> {
        let say = |text: String| {
            let body = json!({ "room": room, "body": text });
            done(self.request(Method::POST, "/api/messages", token).json(&body))
        };
        self.runtime.block_on(stream::iter(texts.map(say)).buffered(AT_ONCE).try_collect())
    }

    /// This user replies to each of these messages of a room.
    pub(crate) fn reply(&self, token: &str, room: &str, messages: &[String]) -> anyhow::Result<()> {
        let reply = |message| {
            let body = json!({ "room": room, "body": "and this is a reply", "reply_to": message });
            done(self.request(Method::POST, "/api/messages", token).json(&body))
        };
        self.runtime.block_on(stream::iter(messages.iter().map(reply)).buffered(AT_ONCE).try_collect())
    }

    /// This user reacts to each of these messages.
    pub(crate) fn react(&self, token: &str, messages: &[String]) -> anyhow::Result<()> {
        let react = |message| done(self.request(Method::PUT, &format!("/api/messages/{message}/reactions/👍"), token));
        self.runtime.block_on(stream::iter(messages.iter().map(react)).buffered(AT_ONCE).try_collect())
    }

    /// How many messages the first page of a search holds.
    pub(crate) fn search(&self, token: &str, query: &str) -> anyhow::Result<usize> {
        let request = self.request(Method::GET, "/api/search", token).query(&[("q", query)]);
        let found: Value = self.runtime.block_on(answer(request))?;
        found["hits"].as_array().map(Vec::len).context("no hits")
    }

    /// Uploads a file; its id.
    pub(crate) fn upload(&self, token: &str, bytes: &'static [u8]) -> anyhow::Result<String> {
        self.runtime.block_on(self.put(token, bytes))
    }

    /// Uploads so many files, all at once.
    pub(crate) fn upload_at_once(&self, token: &str, bytes: &'static [u8], count: usize) -> anyhow::Result<()> {
        let all = futures_util::future::try_join_all((0..count).map(|_| self.put(token, bytes)));
        self.runtime.block_on(all).map(drop)
    }

    async fn put(&self, token: &str, bytes: &'static [u8]) -> anyhow::Result<String> {
        let file: Value = answer(self.request(Method::PUT, "/api/uploads?name=file", token).body(bytes)).await?;
        file["id"].as_str().map(ToOwned::to_owned).context("no id")
    }

    /// A user's name.
    pub(crate) fn name(&self, token: &str) -> anyhow::Result<String> {
        let me: Value = self.runtime.block_on(answer(self.request(Method::GET, "/api/users/me", token)))?;
        me["name"].as_str().map(ToOwned::to_owned).context("no name")
    }

    /// Runs what needs several requests at once.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The bytes of a page: the newest, or the one before this position.
    pub(crate) async fn page(
        &self,
        token: &str,
        room: &str,
        before: Option<u64>,
        limit: usize,
    ) -> anyhow::Result<Vec<u8>> {
        let before = before.map(|seq| format!("&before={seq}")).unwrap_or_default();
        self.messages(token, &format!("room={room}&limit={limit}{before}")).await
    }

    /// The bytes of the page that a query asks for.
    pub(crate) async fn messages(&self, token: &str, query: &str) -> anyhow::Result<Vec<u8>> {
        let response = self.request(Method::GET, &format!("/api/messages?{query}"), token).send().await?;
        anyhow::ensure!(response.status().is_success(), "a page: {}", response.status());
        Ok(response.bytes().await?.into())
    }

    fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }
}

async fn done(request: RequestBuilder) -> anyhow::Result<()> {
    let response = request.send().await?;
    let (status, path) = (response.status(), response.url().path().to_owned());
    anyhow::ensure!(status.is_success(), "{path}: {status} {}", response.text().await.unwrap_or_default());
    Ok(())
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> anyhow::Result<T> {
    let response = request.send().await?;
    let (status, path) = (response.status(), response.url().path().to_owned());
    let body = response.text().await?;
    anyhow::ensure!(status.is_success(), "{path}: {status} {body}");
    serde_json::from_str(&body).with_context(|| format!("{path}: {body}"))
}

/// Part of a name that nobody has taken: a server may be driven more than once.
fn unique() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("{:x}", since.as_micros() & 0xff_ffff_ffff)
}
