//! The people and rooms of every case: made once, copied for each.

use std::{collections::BTreeSet, path::Path, sync::OnceLock, time::Duration};

use chat_protocol::{Limits, RoomId, UserId};
use chat_server::Options;
use chat_testing::server::{Running, options};
use tempfile::TempDir;

use crate::plan::{PEOPLE, ROOMS};

/// One signed-in person.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) user: usize,
    pub(crate) id: UserId,
    /// As they are called now.
    pub(crate) name: String,
    /// Makes their requests, with the token of all their devices.
    pub(crate) client: chat_testing::Person,
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

    /// One who may read everything.
    pub(crate) fn reader(&self, server: &str) -> chat_testing::Person {
        self.people[PEOPLE].client.at(server)
    }

    async fn make() -> Self {
        let folder = TempDir::new().unwrap();
        let mut server = start(folder.path(), limits(None));
        let mut people = Vec::new();
        for (user, name) in ["ann", "ben", "cem", "crowd"].into_iter().enumerate() {
            let client = chat_testing::Person::take(server.url(), name).await;
            people.push(Person { user, id: client.user_id(), name: name.to_owned(), client, password: None });
        }
        let crowd = &people[PEOPLE].client;
        let mut rooms = vec![crowd.room(ROOMS[0]).await.id];
        for room in &ROOMS[1..] {
            rooms.push(crowd.create_room(room).await.id);
        }
        server.begin_stop();
        server.ended().await;
        let members = (0..ROOMS.len()).map(|room| if room == 0 { (0..=PEOPLE).collect() } else { [PEOPLE].into() });
        Self { folder, people, rooms, members: members.collect() }
    }
}

/// A server with this data.
pub(crate) fn start(folder: &Path, limits: Limits) -> Running {
    Running::start(Options { limits, ..options(folder) })
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
