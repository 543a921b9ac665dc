//! Storage that fails while the server runs: nothing is half-written, reading goes on, and it recovers by itself.

use std::{fs::File, io::Write as _, path::Path};

use chat_e2e::{Person, Server, Socket, database, namespace};
use serde_json::{Value, json};
use uuid::Uuid;

/// Small enough to be filled in no time, large enough for a new database with its log.
const DISK_KIB: u32 = 4 * 1024;
/// More messages than fit into what a full disk may still have reserved.
const MANY: usize = 2_000;

async fn send(socket: &mut Socket, lobby: &Value, id: &str, body: &str) -> Value {
    let message = json!({ "type": "Message", "id": id, "room": lobby, "body": body });
    socket.send(message).await.expect("the connection stays");
    socket.until_some("an answer", |frame| frame["id"] == id && frame["type"] != "Message").await
}

fn lobby(welcome: &Value) -> Value {
    welcome["rooms"][0]["id"].clone()
}

#[tokio::test]
async fn another_program_holds_the_database() {
    let server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    alice.say("lobby", "before").await;
    let (mut socket, welcome) = Socket::hello(&server, &alice).await;
    let lobby = lobby(&welcome);
    let (first, second) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());

    let hold = database::Hold::take(&server.data());
    let refused = send(&mut socket, &lobby, &first, "held").await;
    assert_eq!(refused["code"], "unavailable", "{refused}");
    assert!(refused["retry_after_ms"].as_u64() > Some(0), "{refused}");
    let behind = send(&mut socket, &lobby, &second, "must not overtake").await;
    assert_eq!((&behind["code"], &behind["after"]), (&json!("unavailable"), &json!(first)), "{behind}");
    alice.post("/api/messages", json!({ "body": "by HTTP" })).await.is_problem(503, "unavailable");
    assert_eq!(alice.bodies("lobby").await, ["before"], "reading goes on");
    drop(hold);

    for (id, body) in [(&first, "held"), (&second, "must not overtake")] {
        let answer = send(&mut socket, &lobby, id, body).await;
        assert_eq!(answer["type"], "Ack", "{answer}");
    }
    assert_eq!(alice.bodies("lobby").await, ["before", "held", "must not overtake"]);
}

#[tokio::test]
async fn the_disk_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let Some(small) = namespace::small_disk(folder.path(), DISK_KIB) else { return };
    // Its log is on the same disk.
    let log = r#"log=$1/log && shift && exec "$@" 2>>"$log""#;
    let logged = ["sh", "-c", log, "sh", folder.path().to_str().expect("a path in UTF-8")].map(str::to_owned);
    let behind = [small, logged.to_vec()].concat();
    let server = Server::with(&["messages=off"]).arg("--log=debug").data(folder.path()).behind(behind).start().await;
    let alice = Person::take(&server, "alice").await;
    alice.say("lobby", "before").await;
    let (mut socket, welcome) = Socket::hello(&server, &alice).await;
    let lobby = lobby(&welcome);

    let filler = namespace::seen_by(server.pid(), &folder.path().join("filler"));
    fill(&filler);
    // Its last page still takes some lines; then the log is full, too.
    while server.lines_lost().await == 0 {
        assert_eq!(alice.get("/nowhere").await.status, 404);
    }
    let mut stored = vec!["before".to_owned()];
    let (refused, id) = loop {
        assert!(stored.len() < MANY, "the disk never was full");
        let (id, body) = (Uuid::now_v7().to_string(), format!("message {}", stored.len()));
        let answer = send(&mut socket, &lobby, &id, &body).await;
        match answer["type"].as_str() {
            Some("Ack") => stored.push(body),
            _ => break (answer, id),
        }
    };
    assert_eq!(refused["code"], "storage_full", "{refused}");
    assert!(refused["retry_after_ms"].as_u64() > Some(0), "{refused}");
    alice.post("/api/messages", json!({ "body": "by HTTP" })).await.is_problem(507, "storage_full");
    let said: Vec<String> = alice.log("lobby").await.iter().filter_map(body).collect();
    assert_eq!(said, stored, "reading goes on, and what was refused is not there");

    // Each refusal is a line that the store's writer loses, and goes on.
    let lost = server.lines_lost().await;
    for _ in 0..3 {
        let answer = send(&mut socket, &lobby, &id, "again").await;
        assert_eq!(answer["code"], "storage_full", "{answer}");
    }
    assert!(server.lines_lost().await >= lost + 3, "each was worth a line");

    alice.get("/readyz").await.is(200);
    std::fs::remove_file(&filler).unwrap();
    let answer = send(&mut socket, &lobby, &id, "again").await;
    assert_eq!(answer["type"], "Ack", "sending recovers by itself: {answer}");
    alice.say("lobby", "by HTTP").await;
    alice.get("/readyz").await.is(200);
    stored.extend(["again", "by HTTP"].map(str::to_owned));
    let said: Vec<String> = alice.log("lobby").await.iter().filter_map(body).collect();
    assert_eq!(said, stored);
}

/// Takes all that is left of the disk.
fn fill(filler: &Path) {
    let mut file = File::create(filler).expect("the disk is there");
    for size in [64 * 1024, 4 * 1024, 1] {
        let block = vec![0; size];
        while file.write_all(&block).is_ok() {}
    }
}

fn body(event: &Value) -> Option<String> {
    event["message"]["body"].as_str().map(str::to_owned)
}
