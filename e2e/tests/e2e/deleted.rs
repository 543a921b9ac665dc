//! Once a deletion is acknowledged, its text is nowhere: in no frame and no answer, to anyone and however late, in no file, no
//! backup made afterwards, and at no time in the log.

use std::{fs, path::Path, time::Duration};

use chat_e2e::{Person, Server, Socket, within};
use chat_protocol::RoomId;
use serde_json::{Value, json};

/// In every text that is deleted, before and after its edit.
const SECRET: &str = "correct-horse-battery-staple";
/// Messages before those, and how long each is: more than the system keeps on the way to one who does not read, and more than the
/// server keeps in memory of a room.
const BEFORE: usize = 400;
const LONG: usize = 15_000;

/// Fails where the text is.
#[track_caller]
fn is_clean(what: &str, text: impl ToString) {
    let text = text.to_string();
    let at = text.find(SECRET);
    assert!(at.is_none(), "{what}: {}", &text[at.unwrap_or_default().saturating_sub(200)..]);
}

/// Whether a file holds the text.
fn holds(file: &Path) -> bool {
    fs::read(file).expect("a file can be read").windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes())
}

/// Whether any file of the data folder does.
fn is_on_disk(data: &Path) -> bool {
    chat_testing::files_below(data).iter().any(|file| holds(file))
}

/// The frames from here to the event at a place of the room. None of them may hold the text.
async fn clean_to(what: &str, socket: &mut Socket, seq: u64) -> Vec<Value> {
    let mut frames = Vec::new();
    while frames.last().is_none_or(|frame: &Value| frame["type"] != "MessageDeleted" || frame["seq"] != seq) {
        let frame = within(what, socket.next()).await.expect("the connection stays");
        is_clean(what, &frame);
        frames.push(frame);
    }
    frames
}

/// Comes back to the room at this place.
async fn resume(person: &Person, server: &Server, welcome: &Value, room: RoomId, seq: u64) -> Socket {
    let mut socket = Socket::open(server, &person.token).await.expect("the server listens");
    let cursors = json!({ (room.to_string()): { "seq": seq } });
    let hello = json!({ "type": "Hello", "client": "e2e/1", "epoch": welcome["epoch"], "cursors": cursors });
    socket.send(hello).await.expect("the connection stays");
    socket
}

/// Says all that comes before, without waiting for the answers.
async fn say_much(server: &Server, person: &Person) {
    let (mut socket, _) = Socket::hello(server, person).await;
    let mut last = Value::Null;
    for _ in 0..BEFORE {
        last = json!(uuid::Uuid::now_v7());
        let said = json!({ "type": "Message", "id": last, "room": "dev", "body": "so it goes on ".repeat(LONG / 14) });
        socket.send(said).await.expect("the connection stays");
    }
    socket.until_some("the last acknowledgement", |frame| frame["type"] == "Ack" && frame["id"] == last).await;
}

/// Everything that can be read of the room and its messages, as each of these people.
async fn read_everything(people: [&Person; 3], ids: &[String]) {
    for person in people {
        let mut paths: Vec<String> = [
            "/api/messages?room=dev&limit=30&blocks=true",
            "/api/messages?room=dev&after=390&limit=40",
            "/api/messages?room=dev&around=410&limit=60",
            "/api/rooms/dev/pins?blocks=true",
            "/api/rooms/dev/events?after=390",
            "/api/rooms/dev",
            "/api/rooms?q=dev",
            "/api/reports",
            "/api/audit",
            "/metrics",
        ]
        .map(str::to_owned)
        .into();
        for id in ids {
            let path = format!("/api/messages/{id}");
            paths.extend([format!("{path}?blocks=true"), format!("{path}/edits"), format!("{path}/reactions")]);
            paths.push(format!("/api/messages?thread={id}&blocks=true"));
        }
        for path in paths {
            let answer = person.get(&path).await;
            // Earlier texts are the author's and moderators', the audit administrators'.
            let may_be_refused = path.ends_with("/edits") || path == "/api/audit";
            let status = if may_be_refused && answer.status == 403 { 403 } else { 200 };
            is_clean(&format!("{path} as {}", person.name), &answer.is(status).text);
        }
        is_clean("the whole log", json!(person.log("dev").await));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_deletion_no_way_leads_to_the_text() {
    let mut server = Server::unlimited().arg("--log").arg("trace").start().await;
    let alice = Person::take(&server, "alice").await;
    let room = alice.create_room("dev").await;
    let [bob, carol, dave] =
        [Person::take(&server, "bob").await, Person::take(&server, "carol").await, Person::take(&server, "dave").await];
    for person in [&bob, &carol, &dave] {
        person.join("dev").await;
    }
    assert_eq!(server.admin(&["user", "role", "carol", "admin"]).await.code, Some(0));

    // One was here before, one does not read, one reads all the time.
    let (early, welcome) = Socket::hello(&server, &bob).await;
    let begin = alice.room("dev").await.last_seq;
    drop(early);
    let mut slow = dave.upgrade().receive_buffer(4_096).socket().await.unwrap();
    slow.send(json!({ "type": "Hello", "client": "e2e/1" })).await.unwrap();
    say_much(&server, &alice).await;
    let (mut live, _) = Socket::hello(&server, &carol).await;

    // A thread, whose replies mention somebody, have reactions and pins, were edited and reported.
    let first = alice.say("dev", &format!("**{SECRET}** begins")).await["id"].as_str().unwrap().to_owned();
    let mut ids = vec![first.clone()];
    for number in 0..3 {
        let body = format!("{SECRET} {number} @bob @room");
        let said = bob.post("/api/messages", json!({ "room": "dev", "body": body, "reply_to": first })).await.is(201);
        ids.push(said["id"].as_str().unwrap().to_owned());
    }
    for (id, author) in ids.iter().zip([&alice, &bob, &bob, &bob]) {
        let path = format!("/api/messages/{id}");
        author.patch(&path, json!({ "body": format!("again {SECRET} `and again` @carol") })).await.is(200);
        carol.put(&format!("{path}/reactions/👍")).await.is(204);
        bob.put(&format!("{path}/pin")).await.is(204);
        dave.post(&format!("{path}/report"), json!({ "reason": "I would not say" })).await.is(204);
    }
    // An edit has the server forget what it keeps in memory: this one it keeps.
    let edited = alice.room("dev").await.last_seq;
    let said = bob.say("dev", &format!("{SECRET} at last")).await;
    ids.push(said["id"].as_str().unwrap().to_owned());
    live.until_some("the text, as long as it is there", |frame| frame.to_string().contains(SECRET)).await;
    assert!(is_on_disk(&server.data()));
    let before = alice.room("dev").await.last_seq;
    let waiting = bob.request(chat_testing::Method::GET, &format!("/api/rooms/dev/events?after={before}&wait=60"));
    let waiting = tokio::spawn(chat_e2e::Answer::to(waiting));
    while !server.metrics().await.contains("\nchat_long_polls 1\n") {}

    // Over REST by the author, by a moderator, and over the socket.
    alice.delete(&format!("/api/messages/{}", ids[0])).await.is(204);
    alice.delete(&format!("/api/messages/{}", ids[1])).await.is(204);
    bob.delete(&format!("/api/messages/{}", ids[2])).await.is(204);
    bob.delete(&format!("/api/messages/{}", ids[3])).await.is(204);
    let (mut bobs, _) = Socket::hello(&server, &bob).await;
    let command = json!({ "type": "DeleteMessage", "id": uuid::Uuid::now_v7(), "message_id": ids[4] });
    bobs.send(&command).await.unwrap();
    let last =
        bobs.until_some("the acknowledgement", |frame| frame["id"] == command["id"]).await["seq"].as_u64().unwrap();

    let everyone = [&alice, &bob, &carol];
    is_clean("one who waited for an event", &within("the end of the wait", waiting).await.unwrap().text);
    live.until_some("the deletion", |frame| frame["type"] == "MessageDeleted" && frame["seq"] == last).await;
    read_everything(everyone, &ids).await;
    for (what, seq, count) in [("from memory", edited, 1), ("from the store", begin, ids.len())] {
        let mut late = resume(&bob, &server, &welcome, room.id, seq).await;
        let frames = clean_to(what, &mut late, last).await;
        let deleted = |frame: &&Value| frame["type"] == "Message" && frame["message"]["deleted"] == true;
        assert_eq!(frames.iter().filter(deleted).count(), count, "{what}: each is told to be deleted");
    }
    clean_to("one who did not read", &mut slow, last).await;
    let (_, fresh) = Socket::hello(&server, &dave).await;
    is_clean("Welcome", fresh);

    // Nothing that is made afterwards has it, and nothing that was there keeps it.
    let backups = tempfile::tempdir().unwrap();
    let file = backups.path().join("backup.db");
    let backup = server.admin(&["backup", file.to_str().unwrap()]).await;
    assert_eq!(backup.code, Some(0), "{backup:?}");
    assert!(!holds(&file));
    // A file has no event to wait for.
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    within("the text's end on the disk", async {
        while is_on_disk(&server.data()) {
            looks.tick().await;
        }
    })
    .await;
    alice.say("dev", "and so on").await;
    assert!(server.terminate().await.success());
    server.restart().await;
    clean_to("after a restart", &mut resume(&bob, &server, &welcome, room.id, begin).await, last).await;
    read_everything(everyone, &ids).await;
    assert!(!is_on_disk(&server.data()));
    let log = server.log();
    assert!(log.contains("TRACE") && log.contains("/api/messages"), "everything is logged that ever is");
    is_clean("the log", log);
}
