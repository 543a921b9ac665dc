//! Changing what was said: other texts, deletion, reactions, pins, threads; the same over the socket and over REST.

use chat_protocol::{ErrorCode, Event, LogEvent, Message, MessageId};
use serde_json::{Value, json};

use chat_testing::{Connection, Person, TestServer, files_below, logged, see};

/// A command with a new id about a message.
fn command(kind: &str, message: &Value, fields: Value) -> (MessageId, Value) {
    let id = MessageId::now_v7();
    let mut command = json!({ "type": kind, "id": id, "message_id": message });
    command.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    (id, command)
}

/// Sends a command and waits for its `Ack`.
async fn done(connection: &mut Connection, (id, command): (MessageId, Value)) -> u64 {
    connection.send(command).await;
    connection.acknowledged(id).await
}

async fn message(person: &Person, id: &Value) -> Message {
    let answer = person.get(&format!("/api/messages/{}", id.as_str().unwrap())).await.is(200);
    serde_json::from_value(answer.json).unwrap()
}

#[tokio::test]
async fn an_edit_is_shown_to_everyone_and_earlier_texts_to_its_author_alone() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    let said = alice.say("lobby", "the build is gren").await;
    let seq = done(&mut alices, command("EditMessage", &said["id"], json!({ "body": "the build is green" }))).await;
    let (event, shown) = see!(bobs, logged!(MessageEdited { message, user }, seq) => (seq, (message, user)));
    assert_eq!((event, &*shown.0.body, shown.1.name.as_str()), (seq, "the build is green", "alice"));
    assert_eq!((shown.0.seq, shown.0.edited_at.is_some()), (said["seq"].as_u64().unwrap(), true));
    assert_eq!(message(&bob, &said["id"]).await, shown.0);
    assert_eq!(bob.bodies("lobby").await, ["the build is green"]);
    let log = bob.log("lobby").await;
    let replayed = log.iter().find(|event| event["type"] == "Message").unwrap();
    assert_eq!(replayed["message"]["body"], "the build is green", "a replay shows it as it now is");

    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    let patched = alice.patch(&path, json!({ "body": "the build is **green**" })).await.is(200);
    assert_eq!(patched["body"], "the build is **green**");
    let edits = alice.get(&format!("{path}/edits")).await.is(200).json;
    assert_eq!(edits[0]["body"], "the build is gren");
    assert_eq!(edits[0]["at"], said["sent_at"]);
    assert_eq!(edits[1]["body"], "the build is green");
    bob.get(&format!("{path}/edits")).await.is_problem(403, "forbidden");
    bob.patch(&path, json!({ "body": "mine" })).await.is_problem(403, "forbidden");
    alice.patch(&path, json!({ "body": " " })).await.is_problem(400, "bad_request");
    let last = alice.room("lobby").await.last_seq;
    alice.patch(&path, json!({ "body": "the build is **green**" })).await.is(200);
    assert_eq!(alice.room("lobby").await.last_seq, last, "the same text is no change");
}

#[tokio::test]
async fn what_is_deleted_is_nowhere_any_more() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    let said = alice.say("lobby", "hunter2 @bob").await;
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    alice.patch(&path, json!({ "body": "hunter3 @bob" })).await.is(200);
    bob.put(&format!("{path}/reactions/👍")).await.is(204);
    bob.put(&format!("{path}/pin")).await.is(204);
    bob.delete(&path).await.is_problem(403, "forbidden");
    let seq = done(&mut alices, command("DeleteMessage", &said["id"], json!({}))).await;
    let target =
        see!(bobs, logged!(MessageDeleted { target, user }, seq: event) if event == seq => (target, user.name));
    assert_eq!((target.0.message_id.to_string(), &*target.1), (said["id"].as_str().unwrap().to_owned(), "alice"));
    let tombstone = message(&bob, &said["id"]).await;
    assert!(tombstone.deleted && tombstone.body.is_empty() && tombstone.mentions.is_empty(), "{tombstone:?}");
    assert!(tombstone.reactions.is_empty() && tombstone.mentioned.is_empty(), "{tombstone:?}");
    assert_eq!(alice.get(&format!("{path}/edits")).await.is(200).json, json!([]));
    assert_eq!(alice.get("/api/rooms/lobby/pins").await.is(200).json, json!([]));
    assert_eq!(alice.room("lobby").await.pins, 0);
    for text in [json!(alice.log("lobby").await).to_string(), json!(alice.messages("lobby").await).to_string()] {
        assert!(!text.contains("hunter"), "{text}");
    }
    // Nothing more is done to it, and deleting it again changes nothing.
    alice.patch(&path, json!({ "body": "back" })).await.is_problem(400, "bad_request");
    bob.put(&format!("{path}/reactions/👍")).await.is_problem(400, "bad_request");
    bob.put(&format!("{path}/pin")).await.is_problem(400, "bad_request");
    let last = alice.room("lobby").await.last_seq;
    alice.delete(&path).await.is(204);
    assert_eq!(alice.room("lobby").await.last_seq, last);
}

#[tokio::test]
async fn reactions_are_counted_and_name_who_reacted() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    let said = alice.say("lobby", "lunch?").await;
    let thumb = json!({ "emoji": "👍", "on": true });
    done(&mut alices, command("React", &said["id"], thumb.clone())).await;
    done(&mut bobs, command("React", &said["id"], thumb.clone())).await;
    let count = see!(alices, logged!(ReactionAdded { reaction, user, .. }) if user.name == "bob" => reaction.count);
    assert_eq!(count, 2);
    let reactions = message(&bob, &said["id"]).await.reactions;
    let [reaction] = &reactions[..] else { panic!("{reactions:?}") };
    let names: Vec<&str> = reaction.users.iter().map(|user| user.name.as_str()).collect();
    assert_eq!((&*reaction.emoji, reaction.count, names), ("👍", 2, vec!["alice", "bob"]));
    let last = alice.room("lobby").await.last_seq;
    assert_eq!(done(&mut bobs, command("React", &said["id"], thumb)).await, last, "twice is once, and no event");

    let path = format!("/api/messages/{}/reactions", said["id"].as_str().unwrap());
    bob.delete(&format!("{path}/👍")).await.is(204);
    let count = see!(alices, logged!(ReactionRemoved { reaction, .. }) => reaction.count);
    assert_eq!(count, 1);
    assert_eq!(alice.get(&path).await.is(200).json[0]["users"][0]["name"], "alice");
    for no_emoji in ["ok", "👍👍", "a"] {
        bob.put(&format!("{path}/{no_emoji}")).await.is_problem(400, "bad_request");
    }
}

#[tokio::test]
async fn a_message_has_at_most_twenty_kinds_of_reactions_and_a_room_a_hundred_pins() {
    let server = TestServer::with_limits(&["messages=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    let said = alice.say("lobby", "hello").await;
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    for emoji in '😀'..='😓' {
        alice.put(&format!("{path}/reactions/{emoji}")).await.is(204);
    }
    alice.put(&format!("{path}/reactions/🙂")).await.is_problem(400, "bad_request");
    alice.put(&format!("{path}/reactions/😀")).await.is(204);
    let mut ids = Vec::new();
    for _ in 0..101 {
        ids.push(alice.say("lobby", "pin me").await["id"].as_str().unwrap().to_owned());
    }
    for id in &ids[..100] {
        alice.put(&format!("/api/messages/{id}/pin")).await.is(204);
    }
    alice.put(&format!("/api/messages/{}/pin", ids[100])).await.is_problem(400, "bad_request");
    alice.put(&format!("/api/messages/{}/pin", ids[0])).await.is(204);
    let pins = alice.get("/api/rooms/lobby/pins").await.is(200).json;
    assert_eq!(pins[0]["id"], ids[99].as_str(), "the newest pin first");
    assert_eq!(pins[0]["blocks"], Value::Null);
    let parsed = json!([{ "t": "p", "c": [{ "t": "text", "s": "pin me" }] }]);
    assert_eq!(alice.get("/api/rooms/lobby/pins?blocks=true").await.is(200).json[0]["blocks"], parsed);
    assert_eq!(alice.get(&format!("/api/messages/{}?blocks=true", ids[0])).await.is(200).json["blocks"], parsed);
    assert_eq!(alice.room("lobby").await.pins, 100);
    alice.delete(&format!("/api/messages/{}/pin", ids[99])).await.is(204);
    assert_eq!(alice.room("lobby").await.pins, 99);
}

#[tokio::test]
async fn a_command_sent_twice_is_carried_out_once_and_its_id_serves_nothing_else() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut alices = alice.live().await;
    let said = alice.say("lobby", "hello").await;
    let (id, edit) = command("EditMessage", &said["id"], json!({ "body": "hello!" }));
    let seq = done(&mut alices, (id, edit.clone())).await;
    done(&mut alices, command("EditMessage", &said["id"], json!({ "body": "hello?" }))).await;
    assert_eq!(done(&mut alices, (id, edit)).await, seq, "answered as the first time");
    assert_eq!(message(&bob, &said["id"]).await.body, "hello?", "and not done again");
    // Over REST it is the same command.
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    alice.patch(&path, json!({ "id": id, "body": "hello!" })).await.is(200);
    assert_eq!(message(&bob, &said["id"]).await.body, "hello?");
    alice.patch(&path, json!({ "id": id, "body": "other" })).await.is_problem(409, "id_conflict");
    // One space of ids with messages.
    alice.post("/api/messages", json!({ "id": id, "body": "hi" })).await.is_problem(409, "id_conflict");
    alice.patch(&path, json!({ "id": said["id"], "body": "other" })).await.is_problem(409, "id_conflict");
}

#[tokio::test]
async fn replies_form_threads_that_are_counted_and_read_by_themselves() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut bobs = bob.live().await;
    let first = alice.say("lobby", "lunch?").await;
    let reply = bob.post("/api/messages", json!({ "body": "yes", "reply_to": first["id"] })).await.is(201);
    let nested = alice.post("/api/messages", json!({ "body": "where?", "reply_to": reply["id"] })).await.is(201);
    alice.say("lobby", "something else").await;
    assert_eq!((&reply["thread"], &nested["thread"]), (&first["id"], &first["id"]), "one thread a chain");
    see!(bobs, logged!(Message { message }) if message.body == "where?" => assert_eq!(
        message.thread.map(|id| id.to_string()).as_deref(), first["id"].as_str()));
    let replies = message(&bob, &first["id"]).await.replies.unwrap();
    let people: Vec<&str> = replies.people.iter().map(|user| user.name.as_str()).collect();
    assert_eq!((replies.count, replies.last_seq, people), (2, nested["seq"].as_u64().unwrap(), vec!["bob", "alice"]));
    for id in [&first["id"], &nested["id"]] {
        let thread = bob.get(&format!("/api/messages?thread={}&limit=2", id.as_str().unwrap())).await.is(200);
        let bodies: Vec<&Value> =
            thread["messages"].as_array().unwrap().iter().map(|message| &message["body"]).collect();
        assert_eq!((bodies, &thread["has_more_before"]), (vec![&json!("yes"), &json!("where?")], &json!(true)));
    }
    let path = format!("/api/messages?thread={}&after=0", first["id"].as_str().unwrap());
    assert_eq!(bob.get(&path).await.is(200)["messages"][0]["body"], "lunch?", "it begins with the first message");
    bob.get(&format!("/api/messages?thread={}", MessageId::now_v7())).await.is_problem(404, "not_found");
    // A deleted reply no longer counts; the thread stays when its first message goes.
    bob.delete(&format!("/api/messages/{}", reply["id"].as_str().unwrap())).await.is(204);
    let replies = message(&bob, &first["id"]).await.replies.unwrap();
    assert_eq!((replies.count, replies.people.len()), (1, 1));
    alice.delete(&format!("/api/messages/{}", first["id"].as_str().unwrap())).await.is(204);
    assert_eq!(bob.get(&path).await.is(200)["messages"].as_array().unwrap().len(), 3);
    alice
        .post("/api/messages", json!({ "body": "no", "reply_to": MessageId::now_v7() }))
        .await
        .is_problem(400, "bad_request");
}

#[tokio::test]
async fn deletions_and_edits_are_counted_at_once_in_what_is_unread() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut bobs = bob.live().await;
    let lobby = bobs.lobby();
    let (mention, plain) = (alice.say("lobby", "@bob look").await, alice.say("lobby", "never mind").await);
    let counts = |room: chat_protocol::Room| (room.unread, room.mentions);
    assert_eq!(counts(bob.room("lobby").await), (Some(2), Some(1)));
    let path = |message: &Value| format!("/api/messages/{}", message.as_str().unwrap());
    alice.patch(&path(&plain["id"]), json!({ "body": "never mind, @bob" })).await.is(200);
    let marker = see!(bobs, Event::ReadMarker { room, unread, mentions, .. } if room == lobby => (unread, mentions));
    assert_eq!(marker, (2, 2));
    alice.patch(&path(&mention["id"]), json!({ "body": "look" })).await.is(200);
    let marker = see!(bobs, Event::ReadMarker { unread, mentions, .. } => (unread, mentions));
    assert_eq!(marker, (2, 1));
    alice.delete(&path(&plain["id"])).await.is(204);
    let marker = see!(bobs, Event::ReadMarker { unread, mentions, .. } => (unread, mentions));
    assert_eq!(marker, (1, 0));
    assert_eq!(counts(bob.room("lobby").await), (Some(1), Some(0)));
    assert_eq!(counts(alice.room("lobby").await), (Some(0), Some(0)), "one's own are not unread");
}

#[tokio::test]
async fn at_room_mentions_everyone_but_the_author() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let said = alice.say("lobby", "@room lunch, @bob").await;
    assert_eq!(said["mentions_room"], true);
    assert_eq!(bob.room("lobby").await.mentions, Some(1), "once, though named twice");
    assert_eq!(alice.room("lobby").await.mentions, Some(0));
    let quoted = alice.say("lobby", "`@room` is code").await;
    assert_eq!(quoted.json.get("mentions_room"), None);
    alice.delete(&format!("/api/messages/{}", said["id"].as_str().unwrap())).await.is(204);
    assert_eq!(bob.room("lobby").await.mentions, Some(0));
}

#[tokio::test]
async fn commands_about_a_message_that_waits_to_be_sent_wait_with_it() {
    let server = TestServer::with_limits(&["messages=1:0.000001"]).await;
    let mut alice = server.register("alice").await.live().await;
    let first = alice.say("lobby", "first").await;
    alice.acknowledged(first).await;
    let second = alice.say("lobby", "second").await;
    assert_eq!(alice.refused(second).await.code, ErrorCode::RateLimited);
    let (id, edit) = command("EditMessage", &json!(second), json!({ "body": "edited" }));
    alice.send(edit).await;
    let refusal = alice.refused(id).await;
    assert_eq!((refusal.code, refusal.after), (ErrorCode::RateLimited, Some(second)));
    // So do those about one that waits behind it.
    let third = alice.say("lobby", "third").await;
    assert_eq!(alice.refused(third).await.after, Some(second));
    let (id, edit) = command("EditMessage", &json!(third), json!({ "body": "edited" }));
    alice.send(edit).await;
    let refusal = alice.refused(id).await;
    assert_eq!((refusal.code, refusal.after), (ErrorCode::RateLimited, Some(second)));
}

#[tokio::test]
async fn a_late_reader_sees_a_message_as_it_now_is_and_its_events_as_they_were() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let bobs = bob.live().await;
    let cursors = bobs.cursors.clone();
    bobs.close().await;
    let said = alice.say("lobby", "secret").await;
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    alice.patch(&path, json!({ "body": "secret too" })).await.is(200);
    alice.put(&format!("{path}/reactions/👍")).await.is(204);
    alice.delete(&path).await.is(204);
    let (_, missed) = bob.resume(&cursors).await;
    let events: Vec<&LogEvent> = missed.iter().filter_map(|event| event.logged()).map(|entry| &entry.event).collect();
    let [
        LogEvent::Message { message },
        LogEvent::MessageEdited { message: edited, .. },
        LogEvent::ReactionAdded { reaction, .. },
        LogEvent::MessageDeleted { target, .. },
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert!(message.deleted && edited.deleted && edited.body.is_empty(), "{events:?}");
    assert_eq!((reaction.count, target.message_id), (1, message.id));
    assert!(!format!("{events:?}").contains("secret"));
}

/// Whether any file of the data folder holds a text.
fn is_on_disk(server: &TestServer, text: &str) -> bool {
    let files = files_below(server.folder()).into_iter().map(|file| std::fs::read(file).unwrap());
    files.into_iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn no_byte_of_what_was_deleted_is_left_on_the_disk() {
    const SECRET: &str = "correct-horse-battery-staple";
    let server = TestServer::with_limits(&["messages=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    let mut ids = Vec::new();
    for number in 0..60 {
        // Short ones share a page, long ones have pages of their own.
        let body = format!("{SECRET} {}", "so it goes, ".repeat(if number % 3 == 0 { 1_000 } else { number }));
        ids.push(alice.say("lobby", &body).await["id"].as_str().unwrap().to_owned());
        alice.say("lobby", "what stays").await;
    }
    for (number, id) in ids.iter().enumerate() {
        let body = format!("{SECRET} edited {}", "again, ".repeat(number * 30));
        alice.patch(&format!("/api/messages/{id}"), json!({ "body": body })).await.is(200);
    }
    assert!(is_on_disk(&server, SECRET));
    for id in &ids {
        alice.delete(&format!("/api/messages/{id}")).await.is(204);
    }
    // A file has no event to wait for.
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
    while is_on_disk(&server, SECRET) {
        looks.tick().await;
    }
    assert!(is_on_disk(&server, "what stays"));
}
