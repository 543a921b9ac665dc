//! The people and rooms of every case: made once, copied for each.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::Path,
    sync::{Once, OnceLock},
    time::Duration,
};

use chat_protocol::{Limits, RoomId, UserId};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    plan::{PEOPLE, ROOMS},
    server::Running,
};

/// One signed-in person.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) user: usize,
    pub(crate) id: UserId,
    /// As they are called now.
    pub(crate) name: String,
    /// Of all their devices.
    pub(crate) token: String,
    pub(crate) password: Option<String>,
}

/// What is there before anything happens.
pub(crate) struct Setting {
    folder: TempDir,
    /// The last one makes crowds: always a member of all rooms.
    pub(crate) people: Vec<Person>,
    pub(crate) rooms: Vec<RoomId>,
    /// By room.
    pub(crate) members: Vec<BTreeSet<usize>>,
}

impl Setting {
    pub(crate) fn get() -> &'static Self {
        static SETTING: OnceLock<Setting> = OnceLock::new();
        SETTING.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(Self::make())
        })
    }

    /// Data of one's own that begins like this.
    pub(crate) fn copy(&self) -> TempDir {
        // The first server's threads may still be closing its files.
        take_over(self.folder.path()).0
    }

    /// Of one who may read everything.
    pub(crate) fn token(&self) -> &str {
        &self.people[PEOPLE].token
    }

    async fn make() -> Self {
        let folder = TempDir::new().unwrap();
        let server = Running::start(folder.path(), limits(None));
        let (http, address) = (http(), server.address);
        let mut people = Vec::new();
        for (user, name) in ["ann", "ben", "cem", "crowd"].into_iter().enumerate() {
            let made = ask(http.post(url(address, "users")).json(&json!({ "name": name }))).await;
            let token = made["token"].as_str().unwrap().to_owned();
            let id = made["user"]["id"].as_str().unwrap().parse().unwrap();
            people.push(Person { user, id, name: name.to_owned(), token, password: None });
        }
        let crowd = &people[PEOPLE].token;
        for room in &ROOMS[1..] {
            ask(http.post(url(address, "rooms")).bearer_auth(crowd).json(&json!({ "name": room }))).await;
        }
        let mut rooms = Vec::new();
        for room in ROOMS {
            let room = ask(http.get(url(address, &format!("rooms/{room}"))).bearer_auth(crowd)).await;
            rooms.push(room["id"].as_str().unwrap().parse().unwrap());
        }
        server.begin_stop();
        server.stopped();
        let members = (0..ROOMS.len()).map(|room| if room == 0 { (0..=PEOPLE).collect() } else { [PEOPLE].into() });
        Self { folder, people, rooms, members: members.collect() }
    }
}

/// A copy of the data as it stands on disk at this moment, as a crash would leave it. Until what else it gives is dropped,
/// nothing is committed any more to the old one.
pub(crate) fn take_over(old: &Path) -> (TempDir, rusqlite::Connection) {
    let database = rusqlite::Connection::open(old.join("chat.db")).unwrap();
    database.busy_timeout(Duration::from_secs(20)).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let folder = TempDir::new().unwrap();
    for name in ["chat.db", "chat.db-wal"] {
        if old.join(name).exists() {
            std::fs::copy(old.join(name), folder.path().join(name)).unwrap();
        }
    }
    (folder, database)
}

/// Copies the database and what belongs to it.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        if file.file_name().to_string_lossy().starts_with("chat.db") {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
}

/// None that a case could meet by accident; messages have a rate where a case wants one.
pub(crate) fn limits(messages: Option<&str>) -> Limits {
    let mut limits = Limits::default();
    let messages = format!("messages={}", messages.unwrap_or("off"));
    let none = ["commands", "requests", "registrations", "connections-per-user", "rooms-created"];
    for assignment in none.map(|key| format!("{key}=off")).iter().chain([&messages]) {
        limits.set(assignment).unwrap();
    }
    limits
}

/// A path of the API.
pub(crate) fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}/api/{path}")
}

/// Asks for JSON that must be had, again where it was too fast.
pub(crate) async fn ask(request: reqwest::RequestBuilder) -> Value {
    let answer = loop {
        let answer = request.try_clone().unwrap().send().await.unwrap();
        if answer.status() != 429 {
            break answer;
        }
        tokio::task::yield_now().await;
    };
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default()
}

pub(crate) fn http() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Someone else's is as good: nothing here speaks TLS.
        _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder().no_proxy().build().unwrap()
}
