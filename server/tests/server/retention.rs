//! `--retention`: what is too old goes for ever, and counts stay exact.

use std::{path::PathBuf, time::Duration};

use chat_protocol::{Message, api::MessagesPage};
use chat_server::{Location, Retention, admin};
use chat_testing::{Person, TestServer, files_below, within};
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
