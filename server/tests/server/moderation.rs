//! Roles in a room, and what moderators do: each row and each refusal.

use chat_protocol::{ErrorCode, Event, ModerationAction, RemovalReason, RoomRole};
use chat_testing::{Person, TestServer, logged, see};
use serde_json::{Value, json};

async fn act(person: &Person, action: Value) -> chat_testing::Answer {
    person.post("/api/rooms/ops/moderation", action).await
}

#[tokio::test]
async fn who_is_kicked_may_come_back_and_who_is_banned_may_not() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("ops").await;
    bob.join("ops").await;
    let mut bobs = bob.live().await;
    act(&bob, json!({ "action": "kick", "user": "alice" })).await.is_problem(403, "forbidden");
    alice.delete("/api/rooms/ops/members/bob").await.is(204);
    let removed = see!(bobs, Event::RoomRemoved { why, by, .. } => (why, by.unwrap().name));
    assert_eq!(removed, (RemovalReason::Kicked, "alice".to_owned()));
    assert_eq!(alice.room("ops").await.members, 1);
    alice.delete("/api/rooms/ops/members/bob").await.is(204);
    let log = alice.log("ops").await;
    let last = log.last().unwrap();
    assert_eq!((&last["type"], &last["action"], &last["removed"]), (&json!("Moderated"), &json!("kick"), &json!(true)));
    assert!(!log.iter().any(|event| event["type"] == "UserLeft"), "a kick is logged as such alone");

    bob.join("ops").await;
    act(&alice, json!({ "action": "ban", "user": "bob", "reason": "spam" })).await.is(204);
    let removed = see!(bobs, Event::RoomRemoved { why, reason, .. } => (why, reason));
    assert_eq!(removed, (RemovalReason::Banned, Some("spam".to_owned())));
    bob.put("/api/rooms/ops/members/me").await.is_problem(403, "forbidden");
    alice.put("/api/rooms/ops/members/bob").await.is_problem(403, "forbidden");
    assert_eq!(bob.messages("ops").await.len(), 0, "a public room can be read");
    act(&alice, json!({ "action": "unban", "user": "bob" })).await.is(204);
    bob.join("ops").await;
    // A ban may end by itself.
    act(&alice, json!({ "action": "ban", "user": "bob", "until": "2001-01-01T00:00:00.000Z" }))
        .await
        .is_problem(400, "bad_request");
    act(&alice, json!({ "action": "ban", "user": "bob", "until": "2999-01-01T00:00:00.000Z" })).await.is(204);
    bob.put("/api/rooms/ops/members/me").await.is_problem(403, "forbidden");
    let database = rusqlite::Connection::open(server.file("chat.db")).unwrap();
    database.execute("UPDATE restriction SET until = 1", []).unwrap();
    bob.join("ops").await;
}

#[tokio::test]
async fn who_is_muted_reads_and_cannot_write_react_pin_or_be_seen_typing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("ops").await;
    bob.join("ops").await;
    let own = bob.say("ops", "hello").await;
    let mut bobs = bob.live().await;
    act(&alice, json!({ "action": "mute", "user": "bob", "until": "2999-01-01T00:00:00.000Z" })).await.is(204);
    let until = see!(bobs, logged!(Moderated { moderation, .. }) => moderation.until);
    let id = bobs.say("ops", "hi").await;
    let refusal = bobs.refused(id).await;
    assert_eq!((refusal.code, refusal.until), (ErrorCode::Forbidden, Some(until)));
    bobs.send(json!({ "type": "UserTyping", "room": "ops" })).await;
    assert_eq!(bobs.error().await.code, ErrorCode::Forbidden);
    let path = format!("/api/messages/{}", own["id"].as_str().unwrap());
    let refused = bob.post("/api/messages", json!({ "room": "ops", "body": "hi" })).await.is_problem(403, "forbidden");
    assert_eq!(refused["until"], "2999-01-01T00:00:00.000Z");
    bob.patch(&path, json!({ "body": "x" })).await.is_problem(403, "forbidden");
    bob.put(&format!("{path}/reactions/👍")).await.is_problem(403, "forbidden");
    bob.put(&format!("{path}/pin")).await.is_problem(403, "forbidden");
    assert_eq!(bob.bodies("ops").await, ["hello"]);
    act(&alice, json!({ "action": "mute", "user": "bob" })).await.is(204);
    let refused = bob.post("/api/messages", json!({ "room": "ops", "body": "hi" })).await.is(403);
    assert_eq!(refused.json.get("until"), Some(&Value::Null), "for ever");
    act(&alice, json!({ "action": "unmute", "user": "bob" })).await.is(204);
    bob.say("ops", "again").await;
}

#[tokio::test]
async fn moderators_delete_what_others_said_and_the_longest_member_follows_the_last_one() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.register("alice").await, server.register("bob").await, server.register("eve").await);
    assert_eq!(alice.create_room("ops").await.role, Some(RoomRole::Moderator), "its maker is the first moderator");
    bob.join("ops").await;
    eve.join("ops").await;
    let mut eves = eve.live().await;
    let said = eve.say("ops", "spam").await;
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    bob.delete(&path).await.is_problem(403, "forbidden");
    alice.delete(&path).await.is(204);
    act(&alice, json!({ "action": "role", "user": "eve", "role": "moderator" })).await.is(204);
    see!(eves, logged!(Moderated { user, moderation, .. }) => {
        assert_eq!((user.name.as_str(), moderation.action, moderation.role), ("eve", ModerationAction::Role, Some(RoomRole::Moderator)));
    });
    act(&alice, json!({ "action": "role", "user": "eve", "role": "member" })).await.is(204);
    act(&alice, json!({ "action": "role", "user": "bob", "role": "king" })).await.is_problem(400, "bad_request");
    act(&alice, json!({ "action": "role", "user": "nobody", "role": "member" })).await.is_problem(404, "not_found");
    act(&alice, json!({ "action": "kick", "user": "alice" })).await.is_problem(400, "bad_request");
    alice.leave("ops").await;
    assert_eq!(bob.room("ops").await.role, Some(RoomRole::Moderator), "bob was there for longer than eve");
    assert_eq!(eve.room("ops").await.role, Some(RoomRole::Member));
    let log = eve.log("ops").await;
    let last = log.last().unwrap();
    assert_eq!((&last["action"], &last["user"]["name"]), (&json!("role"), &json!("bob")));
}

#[tokio::test]
async fn a_room_is_renamed_archived_slowed_down_and_removed_by_moderators() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = alice.create_room("ops").await;
    bob.join("ops").await;
    let mut bobs = bob.live().await;
    bob.patch("/api/rooms/ops", json!({ "name": "dev" })).await.is_problem(403, "forbidden");
    bob.patch("/api/rooms/ops", json!({ "topic": "ours" })).await.is(200);
    alice.patch("/api/rooms/ops", json!({ "name": "lobby" })).await.is_problem(409, "name_taken");
    let now = alice.patch("/api/rooms/ops", json!({ "name": "Ops-2", "topic": "ours" })).await.is(200);
    assert_eq!((&now["name"], &now["id"]), (&json!("Ops-2"), &json!(room.id)));
    see!(bobs, logged!(RoomUpdated { changes, .. }) if changes.name.is_some() => assert_eq!(changes.topic, None, "only what changed"));
    bob.get("/api/rooms/ops").await.is_problem(404, "not_found");

    alice.patch("/api/rooms/ops-2", json!({ "slow_seconds": 3600 })).await.is(200);
    bob.say("ops-2", "one").await;
    bob.post("/api/messages", json!({ "room": "ops-2", "body": "two" })).await.is_problem(429, "rate_limited");
    alice.say("ops-2", "one").await;
    alice.say("ops-2", "moderators do not wait").await;
    alice.patch("/api/rooms/ops-2", json!({ "slow_seconds": 0 })).await.is(200);
    let said = bob.say("ops-2", "two").await;

    alice.patch("/api/rooms/ops-2", json!({ "archived": true })).await.is(200);
    bob.post("/api/messages", json!({ "room": "ops-2", "body": "three" })).await.is_problem(403, "forbidden");
    let path = format!("/api/messages/{}", said["id"].as_str().unwrap());
    bob.patch(&path, json!({ "body": "x" })).await.is_problem(403, "forbidden");
    alice.patch("/api/rooms/ops-2", json!({ "topic": "x" })).await.is_problem(403, "forbidden");
    assert_eq!(bob.bodies("ops-2").await.len(), 4, "all of it can be read");
    bob.delete(&path).await.is(204);
    alice.patch("/api/rooms/ops-2", json!({ "archived": false })).await.is(200);

    bob.delete("/api/rooms/ops-2").await.is_problem(403, "forbidden");
    alice.delete("/api/rooms/lobby").await.is_problem(403, "forbidden");
    alice.delete("/api/rooms/ops-2").await.is(204);
    let removed = see!(bobs, Event::RoomRemoved { why, by, .. } => (why, by.unwrap().name));
    assert_eq!(removed, (RemovalReason::Deleted, "alice".to_owned()));
    for path in ["/api/rooms/ops-2".to_owned(), format!("/api/rooms/{}", room.id), path] {
        bob.get(&path).await.is_problem(404, "not_found");
    }
    alice.create_room("ops-2").await;
    // A file has no event to wait for.
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
    let is_there = || {
        std::fs::read_dir(server.folder()).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let text = b"moderators do not wait";
            bytes.windows(text.len()).any(|window| window == text)
        })
    };
    while is_there() {
        looks.tick().await;
    }
}

#[tokio::test]
async fn rooms_change_over_the_socket_once_however_often_it_is_asked_for() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.create_room("ops").await;
    let mut alices = alice.live().await;
    let id = chat_protocol::MessageId::now_v7();
    let command = |topic: &str| json!({ "type": "UpdateRoom", "id": id, "room": "ops", "changes": { "topic": topic } });
    alices.send(command("one")).await;
    let seq = alices.acknowledged(id).await;
    alice.set_topic("ops", "two").await;
    alices.send(command("one")).await;
    assert_eq!(alices.acknowledged(id).await, seq);
    assert_eq!(alice.room("ops").await.topic, "two");
    alices.send(command("three")).await;
    assert_eq!(alices.refused(id).await.code, ErrorCode::IdConflict);
}
