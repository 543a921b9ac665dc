//! A user whose terminal client keeps 50,000 messages, which came as all messages come.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use chat_e2e::{Person, Server, Shell, Socket};
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::time;
use uuid::Uuid;

use crate::console::Console;

pub(crate) const ROOMS: usize = 250;
/// As many as the client keeps of a room.
const OF_EACH: usize = 200;
const MESSAGES: usize = ROOMS * OF_EACH;

/// Everybody and everything.
pub(crate) struct Scene {
    pub(crate) server: Server,
    /// The reader's machine.
    pub(crate) home: Shell,
    pub(crate) writer: Socket,
    /// By number.
    pub(crate) rooms: Vec<String>,
}

pub(crate) fn room(number: usize) -> String {
    format!("bench-{number:03}")
}

/// What every message of a room says first, and nothing else on the screen.
pub(crate) fn prefix(room: usize) -> String {
    format!("{}/", self::room(room))
}

fn said(room: usize, number: usize) -> String {
    format!("{}{number:03}", prefix(room))
}

impl Scene {
    pub(crate) async fn make() -> Self {
        let server = Server::unlimited().arg("--limit").arg("rooms-created=off").start().await;
        let home = Shell::new(&server);
        let reader = Person::take(&server, "reader").await;
        let writer = Person::take(&server, "writer").await;
        let mut rooms = Vec::new();
        for number in 0..ROOMS {
            let made = reader.post("/api/rooms", json!({ "name": room(number) })).await.is(201);
            let id = made["id"].as_str().unwrap().to_owned();
            writer.put(&format!("/api/rooms/{id}/members/me")).await.is(204);
            rooms.push(id);
        }
        let link = reader.post("/api/link-codes", json!({})).await.is(201);
        home.chat(&["send", "--link", link["code"].as_str().unwrap(), "here"]).await.ok();

        let (writer, _) = Socket::hello(&server, &writer).await;
        let mut scene = Self { server, home, writer, rooms };
        scene.fill().await;
        scene
    }

    /// The reader watches, and the cache fills.
    async fn fill(&mut self) {
        let first = room(0);
        let mut console = Console::open(&self.home, &["--room", &first]);
        console.until("the first room", |text| text.contains("where #bench-"));
        let cache = cache(self.home.home());
        for number in 0..ROOMS {
            let to = self.rooms[number].clone();
            for count in 1..=OF_EACH {
                let body =
                    format!("{} the quick brown fox jumps over the lazy dog, and then it rests", said(number, count));
                self.writer.send(message(&to, &body)).await.unwrap();
            }
            acknowledged(&mut self.writer, OF_EACH).await;
            kept(&cache, &to, OF_EACH).await;
            if number % 25 == 0 {
                eprintln!("filling the cache: room {number} of {ROOMS}");
            }
        }
        console.catch_up();
        console.end();
        let all = count(&cache, "SELECT count(*) FROM message");
        assert!(all >= MESSAGES, "{all} messages are in the cache");
    }
}

pub(crate) fn message(room: &str, body: &str) -> Value {
    json!({ "type": "Message", "id": Uuid::now_v7(), "room": room, "body": body })
}

async fn acknowledged(writer: &mut Socket, count: usize) {
    for _ in 0..count {
        writer.until("Ack").await;
    }
}

/// Waits until the client has written these to its file.
async fn kept(cache: &Path, room: &str, messages: usize) {
    let query = format!("SELECT count(*) FROM message WHERE room = '{room}'");
    chat_e2e::within("the messages in the cache", async {
        while count(cache, &query) < messages {
            time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

fn count(cache: &Path, query: &str) -> usize {
    let connection = Connection::open(cache).unwrap();
    connection.busy_timeout(chat_e2e::DEADLINE).unwrap();
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

/// The account's file, wherever the client keeps it.
pub(crate) fn cache(folder: &Path) -> PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|name| name == "client.db") {
                return path;
            }
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    panic!("the client keeps nothing");
}
