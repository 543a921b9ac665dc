//! Roles in a room, and what moderators do: each row and each refusal.

use chat_protocol::{ErrorCode, Event, MessageId, ModerationAction, RemovalReason, Role, RoomRole};
use chat_server::admin::Database;
use chat_testing::{Person, TestServer, files_below, logged, see};
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
        files_below(server.folder()).into_iter().any(|file| {
            let bytes = std::fs::read(file).unwrap();
            let text = b"moderators do not wait";
            bytes.windows(text.len()).any(|window| window == text)
        })
    };
    while is_there() {
        looks.tick().await;
    }
}

#[tokio::test]
async fn what_is_sent_again_in_slow_mode_is_answered_at_once_and_what_is_so_already_is_no_error() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("ops").await;
    bob.join("ops").await;
    alice.patch("/api/rooms/ops", json!({ "slow_seconds": 3600 })).await.is(200);
    let say = |id: MessageId| json!({ "room": "ops", "id": id, "body": "once" });
    let id = MessageId::now_v7();
    bob.post("/api/messages", say(id)).await.is(201);
    bob.post("/api/messages", say(id)).await.is(200);
    bob.post("/api/messages", say(MessageId::now_v7())).await.is_problem(429, "rate_limited");
    bob.post("/api/messages", json!({ "room": "ops", "id": id, "body": "other" })).await.is_problem(409, "id_conflict");

    alice.patch("/api/rooms/ops", json!({ "archived": true })).await.is(200);
    let before = alice.room("ops").await.last_seq;
    alice.patch("/api/rooms/ops", json!({ "archived": true, "slow_seconds": 3600 })).await.is(200);
    alice.patch("/api/rooms/ops", json!({ "slow_seconds": 0 })).await.is_problem(403, "forbidden");
    assert_eq!(alice.room("ops").await.last_seq, before);
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

/// Makes a user an administrator, as the operator does at the shell.
fn promote(server: &TestServer, name: &str) {
    Database::open(server.folder()).unwrap().set_role(name, Role::Admin).unwrap();
}

#[tokio::test]
async fn the_last_moderator_hands_over_to_someone_else_who_can_sign_in_or_stays() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, boss) = (server.register("alice").await, server.register("boss").await);
    promote(&server, "boss");
    alice.create_room("ops").await;
    let step_down = json!({ "action": "role", "user": "alice", "role": "member" });
    let refused = act(&alice, step_down.clone()).await.is_problem(400, "bad_request");
    assert!(refused["detail"].as_str().unwrap().contains("last moderator"), "{refused:?}");
    assert_eq!(alice.room("ops").await.role, Some(RoomRole::Moderator));
    assert_eq!(alice.log("ops").await.len(), 1, "what is refused leaves nothing");

    let (first, second) = (server.register("first").await, server.register("second").await);
    first.join("ops").await;
    boss.patch("/api/users/first", json!({ "disabled": true })).await.is(200);
    act(&alice, step_down.clone()).await.is_problem(400, "bad_request");
    second.join("ops").await;
    act(&alice, step_down).await.is(204);
    assert_eq!(second.room("ops").await.role, Some(RoomRole::Moderator), "the first one is disabled");
    assert_eq!(alice.room("ops").await.role, Some(RoomRole::Member), "not the one who stepped down");
    // A disabled user no longer moderates: the longest member follows at once.
    boss.patch("/api/users/second", json!({ "disabled": true })).await.is(200);
    assert_eq!(alice.room("ops").await.role, Some(RoomRole::Moderator));
    let log = alice.log("ops").await;
    let last = log.last().unwrap();
    assert_eq!((&last["user"]["name"], &last["by"]["name"]), (&json!("alice"), &json!("boss")));
}

#[tokio::test]
async fn who_comes_into_a_room_that_everyone_left_moderates_it() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob, eve) =
        (server.register("alice").await, server.register("bob").await, server.register("eve").await);
    let mut bobs = bob.live().await;
    alice.create_room("ops").await;
    alice.leave("ops").await;
    bob.join("ops").await;
    let role = see!(bobs, Event::RoomAdded { room } => room.role);
    assert_eq!(role, Some(RoomRole::Moderator));
    assert_eq!(bob.room("ops").await.role, role);
    eve.join("ops").await;
    alice.join("ops").await;
    for later in [&eve, &alice] {
        assert_eq!(later.room("ops").await.role, Some(RoomRole::Member));
    }
}

#[tokio::test]
async fn banning_or_muting_again_up_to_the_same_time_tells_nobody_and_another_time_does() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("ops").await;
    bob.join("ops").await;
    let (soon, later) = ("2998-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z");
    for action in ["mute", "ban"] {
        for (until, is_new) in
            [(Some(soon), true), (Some(soon), false), (Some(later), true), (None, true), (None, false)]
        {
            let before = alice.room("ops").await.last_seq;
            let mut moderation = json!({ "action": action, "user": "bob" });
            if let Some(until) = until {
                moderation["until"] = json!(until);
            }
            act(&alice, moderation).await.is(204);
            assert_eq!(alice.room("ops").await.last_seq - before, u64::from(is_new), "{action} {until:?}");
        }
        // What ended by itself needs no end.
        let database = rusqlite::Connection::open(server.file("chat.db")).unwrap();
        database.execute("UPDATE restriction SET until = 1 WHERE kind = ?", [action]).unwrap();
        let before = alice.room("ops").await.last_seq;
        act(&alice, json!({ "action": format!("un{action}"), "user": "bob" })).await.is(204);
        assert_eq!(alice.room("ops").await.last_seq, before, "un{action}");
    }
}

#[tokio::test]
async fn in_public_rooms_only_admins_act_on_admins() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, boss, other) =
        (server.register("alice").await, server.register("boss").await, server.register("other").await);
    for admin in ["boss", "other"] {
        promote(&server, admin);
    }
    alice.create_room("ops").await;
    boss.join("ops").await;
    act(&alice, json!({ "action": "role", "user": "boss", "role": "moderator" })).await.is(204);
    let deeds = [
        json!({ "action": "kick", "user": "boss" }),
        json!({ "action": "ban", "user": "boss" }),
        json!({ "action": "mute", "user": "boss" }),
        json!({ "action": "role", "user": "boss", "role": "member" }),
    ];
    let before = alice.room("ops").await.last_seq;
    for deed in &deeds {
        act(&alice, deed.clone()).await.is_problem(403, "forbidden");
    }
    alice.delete("/api/rooms/ops/members/boss").await.is_problem(403, "forbidden");
    alice.put_json("/api/rooms/ops/members/boss", json!({ "role": "member" })).await.is_problem(403, "forbidden");
    assert_eq!(alice.room("ops").await.last_seq, before);
    for deed in deeds.into_iter().rev() {
        act(&other, deed).await.is(204);
    }
    act(&alice, json!({ "action": "unban", "user": "boss" })).await.is(204);
    // In a private room they are as everyone there.
    alice.create_room_with(json!({ "kind": "private", "name": "den", "members": ["boss"] })).await;
    alice.delete("/api/rooms/den/members/boss").await.is(204);
}

#[tokio::test]
async fn adding_someone_in_a_role_is_one_command() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let eve = server.register("eve").await;
    alice.create_room("ops").await;
    let mut alices = alice.live().await;
    let id = chat_protocol::MessageId::now_v7();
    let add = json!({ "id": id, "role": "moderator" });
    alice.put_json("/api/rooms/ops/members/bob", add.clone()).await.is(204);
    see!(alices, logged!(UserJoined { user, .. }) if user.name == "bob" => ());
    see!(alices, logged!(Moderated { user, .. }) if user.name == "bob" => ());
    assert_eq!(bob.room("ops").await.role, Some(RoomRole::Moderator));
    let before = alice.room("ops").await.last_seq;
    alice.put_json("/api/rooms/ops/members/bob", add.clone()).await.is(204);
    alice.put_json("/api/rooms/ops/members/eve", add.clone()).await.is_problem(409, "id_conflict");
    let other = json!({ "id": id, "role": "member" });
    alice.put_json("/api/rooms/ops/members/bob", other).await.is_problem(409, "id_conflict");
    // The same once more, after they left: it was done before.
    bob.leave("ops").await;
    alice.put_json("/api/rooms/ops/members/bob", add).await.is(204);
    assert_eq!(alice.room("ops").await.last_seq, before + 1);
    // Who may not say in which role adds nobody; nor is someone added whose role is refused.
    eve.join("ops").await;
    let server_wide = server.register("later").await;
    eve.put_json("/api/rooms/ops/members/later", json!({ "role": "member" })).await.is_problem(403, "forbidden");
    assert!(!server_wide.room("ops").await.joined);
    let log = alice.log("lobby").await.len();
    alice.put_json("/api/rooms/lobby/members/eve", json!({ "role": "moderator" })).await.is_problem(403, "forbidden");
    assert_eq!(alice.log("lobby").await.len(), log);
}
