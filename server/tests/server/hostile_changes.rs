//! As much as anyone can do to messages: crowds that react, threads without end, edits at full speed, and backups of what
//! was deleted.

use std::path::Path;

use chat_protocol::{Message, MessageId};
use chat_server::admin;
use rusqlite::Connection;
use serde_json::json;

use chat_testing::{Person, TestServer, files_below, logged, see};

/// People who react to one message.
const CROWD: u64 = 10_000;
/// Replies of the long thread, and of the short one.
const REPLIES: [u64; 2] = [50_000, 40];
/// Edits of one message.
const EDITS: usize = 1_500;
const SECRET: &str = "correct-horse-battery-staple";

/// Writes to the database of a server that has ended, and starts it again.
async fn with_database(mut server: TestServer, write: impl FnOnce(&Connection)) -> TestServer {
    server.stop().await;
    let (folder, paused) = server.pause();
    let database = Connection::open(folder.join("chat.db")).unwrap();
    database.execute_batch("BEGIN").unwrap();
    write(&database);
    database.execute_batch("COMMIT").unwrap();
    drop(database);
    paused.resume().await
}

async fn message(person: &Person, id: &str) -> Message {
    person.get(&format!("/api/messages/{id}")).await.is(200).read()
}

#[tokio::test]
async fn ten_thousand_who_react_are_counted_and_twenty_of_them_named() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let id = alice.say("lobby", "lunch?").await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/messages/{id}/reactions");
    alice.put(&format!("{path}/👍")).await.is(204);
    let before = alice.room("lobby").await.last_seq;
    let server = with_database(server, |database| {
        // Each of them, their event, and the order of both.
        database
            .execute_batch(&format!(
                "WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < {CROWD})
                 INSERT INTO user (id, uuid, name, canonical, skeleton, role, created_at)
                 SELECT 100 + n, randomblob(16), 'user' || n, 'user' || n, 'skeleton' || n, 'member', 0 FROM number;
                 INSERT INTO event (room, seq, at, kind, user, messages, message, changes)
                 SELECT room, seq + user.id - 101, at, kind, user.id, messages, message, '[\"👍\",' || (user.id - 100) || ']'
                 FROM event JOIN user ON user.id > 100 WHERE seq = {before};
                 INSERT INTO reaction (message, emoji, seq, user)
                 SELECT message, emoji, seq + user.id - 101, user.id FROM reaction JOIN user ON user.id > 100;
                 UPDATE reaction_count SET count = {CROWD};
                 UPDATE room SET last_seq = last_seq + {CROWD} - 1 WHERE canonical = 'lobby';"
            ))
            .unwrap();
    })
    .await;
    let alice = alice.at(server.url(""));
    let bob = server.register("bob").await;
    let mut alices = alice.live().await;
    bob.put(&format!("{path}/👍")).await.is(204);
    let count = see!(alices, logged!(ReactionAdded { reaction, user, .. }) if user.name == "bob" => reaction.count);
    assert_eq!(count, CROWD + 1);
    let page = alice.get("/api/messages?room=lobby").await.is(200);
    assert!(page.text.len() < 5_000, "a page stays small: {} bytes", page.text.len());
    let [reaction] = &message(&bob, &id).await.reactions[..] else { panic!("one emoji") };
    assert_eq!((reaction.count, reaction.users.len(), reaction.users[0].name.as_str()), (CROWD + 1, 20, "alice"));
    // Who asks for all of them gets all of them.
    let all = bob.get(&path).await.is(200).json;
    assert_eq!(all[0]["users"].as_array().unwrap().len() as u64, CROWD + 1);
    bob.delete(&format!("{path}/👍")).await.is(204);
    assert_eq!(see!(alices, logged!(ReactionRemoved { reaction, .. }) => reaction.count), CROWD);
    // Each event carries the count of its time, and nobody's name but one.
    let events = bob.get(&format!("/api/rooms/lobby/events?after={before}&limit=1000")).await.is(200);
    assert_eq!(events["events"][0]["count"], 2);
    assert!(events.text.len() < 1_000 * 500, "{} bytes", events.text.len());
}

/// Adds this many replies of one user to a thread that has one.
fn add_replies(database: &Connection, first: &str, count: u64) {
    let root = first.replace('-', "");
    database
        .execute_batch(&format!(
            "CREATE TEMP TABLE model AS SELECT message.*, room.last_seq AS last, room.messages AS total
             FROM message JOIN room ON room.id = message.room WHERE hex(thread) = upper('{root}');
             CREATE TEMP TABLE number AS WITH RECURSIVE number (n) AS
                 (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count} - 1) SELECT n FROM number;
             INSERT INTO message (uuid, hash, room, seq, author, body, sent_at, reply_to, thread)
             SELECT randomblob(16), hash, room, last + n, author, body, sent_at, reply_to, thread FROM model, number;
             INSERT INTO event (room, seq, at, kind, user, messages, message)
             SELECT message.room, message.seq, message.sent_at, 1, message.author, total + message.seq - last, message.id
             FROM message, model WHERE message.seq > last AND message.room = model.room;
             UPDATE thread SET count = {count}, last_seq = last_seq + {count} - 1 WHERE hex(root) = upper('{root}');
             UPDATE thread_author SET count = {count} WHERE hex(root) = upper('{root}');
             UPDATE member SET sent = sent + {count} - 1 FROM model
             WHERE member.room = model.room AND member.user = model.author;
             UPDATE room SET last_seq = last_seq + {count} - 1, messages = messages + {count} - 1
             WHERE id = (SELECT room FROM model);
             DROP TABLE model;
             DROP TABLE number;"
        ))
        .unwrap();
}

#[tokio::test]
async fn a_thread_of_fifty_thousand_replies_is_read_like_a_short_one() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut threads = Vec::new();
    for room in ["long", "short"] {
        alice.create_room(room).await;
        let first = alice.say(room, "where to begin").await["id"].as_str().unwrap().to_owned();
        alice.post("/api/messages", json!({ "room": room, "body": "here", "reply_to": first })).await.is(201);
        threads.push(first);
    }
    let server = with_database(server, |database| {
        for (first, count) in threads.iter().zip(REPLIES) {
            add_replies(database, first, count);
        }
    })
    .await;
    let alice = alice.at(server.url(""));
    let mut sizes = Vec::new();
    for (first, count) in threads.iter().zip(REPLIES) {
        let replies = message(&alice, first).await.replies.unwrap();
        assert_eq!((replies.count, replies.people.len()), (count, 1));
        let page = alice.get(&format!("/api/messages?thread={first}&limit=20")).await.is(200);
        assert_eq!(page["messages"].as_array().unwrap().len(), 20);
        assert_eq!(page["messages"][19]["seq"], replies.last_seq, "the newest replies");
        let alone = alice.get(&format!("/api/messages/{first}")).await.is(200);
        sizes.push((page.text.len(), alone.text.len()));
    }
    // A position has more digits in the long one.
    let [long, short] = sizes[..] else { panic!("two threads") };
    assert!(long.0 < short.0 + 20 * 8 && long.1 < short.1 + 20, "{long:?} against {short:?}");
    // One more reply counts on.
    alice.post("/api/messages", json!({ "room": "long", "body": "so", "reply_to": threads[0] })).await.is(201);
    assert_eq!(message(&alice, &threads[0]).await.replies.unwrap().count, REPLIES[0] + 1);
}

#[tokio::test]
async fn edits_at_full_speed_reach_a_slow_reader_without_a_gap_and_end_with_the_last_text() {
    let server = TestServer::with_limits(&["messages=off", "commands=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut slow = bob.upgrade().receive_buffer(4_096).open().await.expect("the upgrade is granted");
    slow.hello(json!({})).await;
    slow.until_live().await;
    let mut alices = alice.live().await;
    let said = alice.say("lobby", "first").await;
    let body = |number: usize| format!("{number} {}", "x".repeat(2_000));
    let edit = |number| json!({ "type": "EditMessage", "id": MessageId::now_v7(), "message_id": said["id"], "body": body(number) });
    alices.flood((1..=EDITS).map(edit).collect()).await;
    // Only now bob reads: every edit, each with its text or that of a later one, and the last text last.
    let mut shown = 0;
    let mut seqs = Vec::new();
    while seqs.len() < EDITS {
        let (seq, text) = see!(slow, logged!(MessageEdited { message, .. }, seq) => (seq, message.body));
        let number: usize = text.split(' ').next().unwrap().parse().unwrap();
        assert!(number > seqs.len(), "each edit shows its own text or that of a later one");
        shown = number;
        seqs.push(seq);
    }
    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "without a gap");
    assert_eq!(shown, EDITS);
    assert_eq!(message(&bob, said["id"].as_str().unwrap()).await.body, body(EDITS));
}

/// Whether a file holds a text.
fn holds(file: &Path, text: &str) -> bool {
    let bytes = std::fs::read(file).unwrap();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn no_backup_made_after_a_deletion_holds_the_text_nor_does_what_is_restored_from_it() {
    let mut server = TestServer::with_limits(&["messages=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    let backups = tempfile::tempdir().unwrap();
    let (before, after) = (backups.path().join("before.db"), backups.path().join("after.db"));
    let mut ids = Vec::new();
    for number in 0..20 {
        let body = format!("{SECRET} {}", "so it goes, ".repeat(number * 20));
        ids.push(alice.say("lobby", &body).await["id"].as_str().unwrap().to_owned());
        let edited = format!("{SECRET} again {}", "and again, ".repeat(number * 30));
        alice.patch(&format!("/api/messages/{}", ids[number]), json!({ "body": edited })).await.is(200);
    }
    alice.say("lobby", "what stays").await;
    admin::backup(server.folder(), &before).unwrap();
    assert!(holds(&before, SECRET), "it was there to be found");
    for id in &ids {
        alice.delete(&format!("/api/messages/{id}")).await.is(204);
    }
    admin::backup(server.folder(), &after).unwrap();
    assert!(!holds(&after, SECRET) && holds(&after, "what stays"));
    server.stop().await;
    let (folder, paused) = server.pause();
    admin::restore(&folder, &after).unwrap();
    for file in files_below(&folder) {
        assert!(!holds(&file, SECRET), "{file:?}");
    }
    let server = paused.resume().await;
    let alice = alice.at(server.url(""));
    assert!(!alice.get("/api/messages?room=lobby").await.is(200).text.contains(SECRET));
    assert_eq!(alice.get(&format!("/api/messages/{}", ids[3])).await.is(200)["deleted"], true);
}
