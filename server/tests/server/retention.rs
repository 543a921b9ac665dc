//! `--retention`, and limits of rooms: what is too old goes for ever, and counts stay exact.

use std::{path::PathBuf, time::Duration};

use chat_protocol::{Event, LogEvent, Message, Role, api::MessagesPage};
use chat_server::{Location, Retention, admin};
use chat_testing::{Person, TestServer, files_below, see, within};
use serde_json::json;
use tempfile::TempDir;

const YEAR: Duration = Duration::from_secs(365 * 24 * 3_600);

async fn messages(person: &Person) -> Vec<Message> {
    let page: MessagesPage = person.get("/api/messages?room=ops&limit=200").await.is(200).read();
    page.messages
}

async fn unread(person: &Person) -> u64 {
    person.room("ops").await.unread.unwrap()
}

/// A room in which old and new messages stand, and a server that keeps those of a year.
async fn scene(keep_pinned: bool) -> (TestServer, Person, Person, Vec<Message>) {
    let before = TestServer::start().await;
    let (alice, bob) = (before.register("alice").await, before.register("bob").await);
    alice.create_room("ops").await;
    bob.join("ops").await;
    let root = alice.say("ops", "an old question").await;
    let id = root["id"].as_str().unwrap().to_owned();
    let reply = serde_json::json!({ "room": "ops", "body": "an old answer", "reply_to": id });
    bob.post("/api/messages", reply).await.is(201);
    alice
        .patch(&format!("/api/messages/{id}"), serde_json::json!({ "body": "an old question, put better" }))
        .await
        .is(200);
    let pinned = alice.say("ops", "an old rule").await;
    alice.put(&format!("/api/messages/{}/pin", pinned["id"].as_str().unwrap())).await.is(204);
    let file = alice.upload("old.txt", "old bytes of a file").await;
    alice.say_with("ops", "an old file", &[&file]).await;
    let reply = serde_json::json!({ "room": "ops", "body": "a new answer", "reply_to": id });
    alice.post("/api/messages", reply).await.is(201);
    alice.say("ops", "something new").await;
    let all = messages(&alice).await;
    let place = TempDir::new().unwrap();
    let backup = place.path().join("backup.db");
    admin::backup(before.folder(), &backup).unwrap();
    let after = TestServer::with(|options| {
        let Location::Folder(folder) = &options.location else { panic!("it is in memory") };
        admin::restore(folder, &backup).unwrap();
        age(folder.join("chat.db"));
        options.retention = Some(Retention { keep: YEAR, keep_pinned });
        options.limits.set("requests=off").unwrap();
    })
    .await;
    (after, alice, bob, all)
}

/// Makes what is called old older than a year.
fn age(database: PathBuf) {
    let db = rusqlite::Connection::open(database).unwrap();
    let sql = "UPDATE message SET sent_at = sent_at - 400 * 86400000 WHERE body LIKE 'an old%'";
    assert_eq!(db.execute(sql, []).unwrap(), 4);
}

async fn until_deleted(person: &Person, count: usize) {
    within("old messages are deleted", async {
        while messages(person).await.iter().filter(|message| message.deleted).count() != count {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_too_old_goes_for_ever_and_counts_stay_exact() {
    let (server, alice, bob, all) = scene(false).await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    until_deleted(&alice, 4).await;
    let left = messages(&alice).await;
    let bodies: Vec<&str> = left.iter().map(|message| &*message.body).collect();
    assert_eq!(bodies, ["", "", "", "", "a new answer", "something new"]);
    let places = |messages: &[Message]| messages.iter().map(|message| (message.id, message.seq)).collect::<Vec<_>>();
    assert_eq!(places(&left), places(&all), "the log has no gap");
    assert_eq!(unread(&bob).await, 2, "what is gone is not unread");
    assert_eq!(left[0].replies.as_ref().unwrap().count, 1, "the thread goes on below its first message");
    assert_eq!(alice.room("ops").await.pins, 0);
    within("old files and texts leave the disk", async {
        loop {
            let texts = ["an old question", "an old answer", "an old rule", "an old file", "old bytes of a file"];
            let holds = |path: &PathBuf| {
                let bytes = std::fs::read(path).unwrap_or_default();
                texts.iter().any(|text| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
            };
            if !files_below(server.folder()).iter().any(holds) {
                return;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(admin::examine(server.folder()).unwrap(), []);
}

#[tokio::test]
async fn what_is_pinned_stays_where_that_is_asked_for() {
    let (server, alice, ..) = scene(true).await;
    let alice = alice.at(&server);
    until_deleted(&alice, 3).await;
    let left = messages(&alice).await;
    assert!(left.iter().any(|message| message.body == "an old rule"), "{left:?}");
    assert_eq!(alice.room("ops").await.pins, 1);
}

/// An administrator, with a room of theirs.
async fn boss(server: &TestServer) -> Person {
    let boss = server.register("boss").await;
    admin::Database::open(server.folder()).unwrap().set_role("boss", Role::Admin).unwrap();
    boss.create_room("ops").await;
    boss
}

/// Starts a server again, in whose room all messages were sent so many days earlier.
async fn days_later(mut server: TestServer, days: u64) -> TestServer {
    server.stop().await;
    let (folder, paused) = server.pause();
    let db = rusqlite::Connection::open(folder.join("chat.db")).unwrap();
    db.execute("UPDATE message SET sent_at = sent_at - ? * 86400000", [days]).unwrap();
    paused.resume().await
}

#[tokio::test]
async fn an_administrator_says_how_long_a_room_keeps_its_messages_and_its_members_are_told() {
    let server = TestServer::with_limits(&["requests=off"]).await;
    let boss = boss(&server).await;
    let bob = server.register("bob").await;
    bob.join("ops").await;
    let mut live = bob.live().await;
    let change = json!({ "retention_days": 90, "retention_keeps_pinned": true });
    let changed = boss.patch("/api/rooms/ops", change.clone()).await.is(200).json;
    assert_eq!((&changed["retention_days"], &changed["retention_keeps_pinned"]), (&json!(90), &json!(true)));
    let told = see!(live, Event::Logged(entry) => entry.event);
    let LogEvent::RoomUpdated { changes, user } = told else { panic!("{told:?}") };
    assert_eq!((json!(changes), user.name.as_str()), (change, "boss"));
    assert_eq!(bob.room("ops").await.retention_days, Some(90));

    boss.patch("/api/rooms/ops", json!({ "archived": true })).await.is(200);
    boss.patch("/api/rooms/ops", json!({ "retention_days": 0 })).await.is(200);
    assert_eq!(boss.room("ops").await.retention_days, Some(0));
    let changed = boss.patch("/api/rooms/ops", json!({ "retention_days": null })).await.is(200).json;
    assert_eq!((changed.get("retention_days"), &changed["retention_keeps_pinned"]), (None, &json!(true)));
    let audit = boss.get("/api/audit").await.is(200).json;
    let audited: Vec<_> =
        audit.as_array().unwrap().iter().filter(|entry| entry["action"] == "room_retention").collect();
    let details: Vec<_> = audited.iter().filter_map(|entry| entry["detail"].as_str()).collect();
    assert_eq!(
        details,
        [
            "as long as the server keeps them, pinned ones longer",
            "for ever, pinned ones longer",
            "90 days, pinned ones longer"
        ]
    );
    assert_eq!(audited[0]["by"]["name"], "boss");
    assert_eq!(server.get("/api/info").await.is(200).json.get("retention"), None);
}

#[tokio::test]
async fn nobody_else_does_and_only_what_can_be_meant_is_taken() {
    let server = TestServer::with_limits(&["requests=off"]).await;
    let boss = boss(&server).await;
    let bob = server.register("bob").await;
    bob.create_room("bobs").await;
    bob.patch("/api/rooms/bobs", json!({ "retention_days": 30 })).await.is_problem(403, "forbidden");
    bob.patch("/api/rooms/bobs", json!({ "topic": "mine", "retention_days": null })).await.is_problem(403, "forbidden");
    assert_eq!(bob.room("bobs").await.topic, "");
    for wrong in [json!(-1), json!(1.5), json!("90"), json!(36_501)] {
        boss.patch("/api/rooms/ops", json!({ "retention_days": wrong })).await.is_problem(400, "bad_request");
    }
    let direct = boss.post("/api/rooms", json!({ "kind": "direct", "members": ["bob"] })).await.is(201);
    let path = format!("/api/rooms/{}", direct["id"].as_str().unwrap());
    boss.patch(&path, json!({ "retention_days": 30 })).await.is_problem(403, "forbidden");
}

#[tokio::test]
async fn a_room_has_its_own_limit_also_where_the_server_has_none() {
    let server = TestServer::with_limits(&["requests=off"]).await;
    let boss = boss(&server).await;
    boss.create_room("kept").await;
    boss.say("kept", "stays").await.is(201);
    boss.say("ops", "goes").await.is(201);
    boss.patch("/api/rooms/ops", json!({ "retention_days": 90 })).await.is(200);
    let server = days_later(server, 100).await;
    let boss = boss.at(&server);
    until_deleted(&boss, 1).await;
    assert_eq!(boss.bodies("kept").await, ["stays"]);
}

#[tokio::test]
async fn one_message_that_cannot_be_deleted_keeps_no_other_one() {
    let mut server = TestServer::with_limits(&["requests=off"]).await;
    let boss = boss(&server).await;
    boss.create_room("stuck").await;
    for room in ["stuck", "ops"] {
        boss.patch(&format!("/api/rooms/{room}"), json!({ "retention_days": 90 })).await.is(200);
        for text in ["one", "another"] {
            boss.say(room, text).await.is(201);
        }
    }
    server.stop().await;
    let (folder, paused) = server.pause();
    let open = || rusqlite::Connection::open(folder.join("chat.db")).unwrap();
    // A value that no server writes.
    let room = "room = (SELECT id FROM room WHERE name = 'stuck')";
    let damage = format!("UPDATE message SET body = x'ff' WHERE body = 'one' AND {room}");
    assert_eq!(open().execute(&damage, []).unwrap(), 1);
    let server = days_later(paused.resume().await, 100).await;
    until_deleted(&boss.at(&server), 2).await;
    let deleted = format!("SELECT group_concat(deleted) FROM message WHERE {room} ORDER BY id");
    assert_eq!(open().query_row(&deleted, [], |row| row.get::<_, String>(0)).unwrap(), "0,1");
}
