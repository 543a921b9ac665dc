//! Private and direct rooms: who sees them, who gets in, and that nobody else can tell that they are there.

use chat_protocol::{Event, LogEvent, Role, Room, RoomKind};
use chat_server::admin::Database;
use chat_testing::{Person, TestServer, logged, see};
use serde_json::{Value, json};

async fn make(person: &Person, room: Value, status: u16) -> Room {
    serde_json::from_value(person.post("/api/rooms", room).await.is(status).json).unwrap()
}

#[tokio::test]
async fn a_private_room_is_not_there_for_others_in_any_way() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.register("alice").await, server.register("bob").await, server.register("eve").await);
    let mut eves = eve.live().await;
    let room = make(&alice, json!({ "kind": "private", "name": "ops", "members": ["bob"] }), 201).await;
    let said = alice.say(&room.id.to_string(), "@eve @bob secret").await;
    let nowhere = eve.get("/api/rooms/01890a5d-0000-7000-8000-00000000ffff").await.is(404).json;
    let id = &room.id;
    let message = said["id"].as_str().unwrap();
    for path in [
        format!("/api/rooms/{id}"),
        "/api/rooms/ops".to_owned(),
        format!("/api/rooms/{id}/members"),
        format!("/api/rooms/{id}/events"),
        format!("/api/rooms/{id}/pins"),
        format!("/api/messages?room={id}"),
    ] {
        assert_eq!(eve.get(&path).await.is(404).json, nowhere, "{path}");
    }
    for path in [format!("/api/messages/{message}"), format!("/api/messages?thread={message}")] {
        eve.get(&path).await.is_problem(404, "not_found");
    }
    for answer in [
        eve.post("/api/messages", json!({ "room": id, "body": "hi" })).await,
        eve.put(&format!("/api/rooms/{id}/members/me")).await,
        eve.put(&format!("/api/rooms/{id}/members/bob")).await,
        eve.delete(&format!("/api/rooms/{id}")).await,
        eve.patch(&format!("/api/rooms/{id}"), json!({ "topic": "x" })).await,
        eve.patch(&format!("/api/rooms/{id}/settings"), json!({ "hidden": true })).await,
    ] {
        assert_eq!(answer.is(404).json, nowhere);
    }
    assert_eq!(eve.get("/api/rooms").await.is(200).names(), ["lobby"]);
    let seen = eves.settled().await;
    assert!(!seen.iter().any(|event| format!("{event:?}").contains("secret")), "{seen:?}");
    // Its members have all of it, from the start, and mentions of others mention nobody.
    assert_eq!(bob.room("ops").await.mentions, Some(1));
    assert_eq!(said["mentions"], json!([bob.id]));
    let log = bob.log(&id.to_string()).await;
    assert_eq!((&log[1]["user"]["name"], &log[1]["by"]["name"]), (&json!("bob"), &json!("alice")));
    // The name is free for who cannot see it.
    make(&eve, json!({ "name": "ops" }), 201).await;
    eve.post("/api/rooms", json!({ "kind": "private", "name": "ops" })).await.is_problem(409, "name_taken");
}

#[tokio::test]
async fn who_is_added_later_reads_the_whole_log_and_by_name_the_public_room_is_meant() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.register("alice").await, server.register("bob").await, server.register("eve").await);
    let room = make(&alice, json!({ "kind": "private", "name": "ops" }), 201).await;
    let id = room.id.to_string();
    assert_eq!(room.kind, RoomKind::Private);
    alice.say(&id, "before bob").await;
    let mut bobs = bob.live().await;
    alice.put(&format!("/api/rooms/{id}/members/bob")).await.is(204);
    let added = see!(bobs, Event::RoomAdded { room } => room);
    assert_eq!((added.id, added.last_seq), (room.id, 2));
    let by = see!(bobs, logged!(UserJoined { user, by }) if user.name == "bob" => by);
    assert_eq!(by.unwrap().name, "alice");
    assert_eq!(bob.bodies(&id).await, ["before bob"]);
    assert_eq!(bob.room("ops").await.id, room.id, "by its name");
    // Members add others; a public room of the same name is the one that is meant then.
    bob.put(&format!("/api/rooms/{id}/members/eve")).await.is(204);
    bob.put(&format!("/api/rooms/{id}/members/eve")).await.is(204);
    let public = make(&server.register("zoe").await, json!({ "name": "ops" }), 201).await;
    assert_eq!(eve.room("ops").await.id, public.id);
    assert_eq!(eve.room(&id).await.id, room.id, "ids are exact");
}

#[tokio::test]
async fn the_same_people_have_one_direct_room_and_the_others_see_it_with_its_first_message() {
    let server = TestServer::start().await;
    let (alice, bob, eve) =
        (server.register("alice").await, server.register("bob").await, server.register("eve").await);
    let mut bobs = bob.live().await;
    let room = make(&alice, json!({ "kind": "direct", "members": ["bob"] }), 201).await;
    assert_eq!((room.kind, &*room.name, room.members), (RoomKind::Direct, "", 2));
    assert_eq!(room.people.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["alice", "bob"]);
    let id = room.id.to_string();
    bob.get(&format!("/api/rooms/{id}")).await.is_problem(404, "not_found");
    assert_eq!(make(&bob, json!({ "kind": "direct", "members": ["alice"] }), 201).await.id, room.id);
    bob.leave(&id).await;
    see!(bobs, Event::RoomRemoved { room_id, .. } => assert_eq!(room_id, room.id));
    assert_eq!(make(&alice, json!({ "kind": "direct", "members": ["bob", "alice"] }), 200).await.id, room.id);

    alice.post("/api/messages", json!({ "room": "@bob", "body": "did you see this?" })).await.is(201);
    let added = see!(bobs, Event::RoomAdded { room } if room.kind == RoomKind::Direct => room);
    assert_eq!((added.id, added.last_seq, added.unread), (room.id, 0, Some(0)));
    see!(bobs, logged!(Message { message }) => assert_eq!(message.body, "did you see this?"));
    let seen = bob.room("@alice").await;
    assert_eq!((seen.unread, seen.mentions, seen.notify), (Some(1), Some(1), Some(chat_protocol::Notify::All)));
    // Nobody else joins, adds or moderates.
    for path in [format!("/api/rooms/{id}"), format!("/api/rooms/{id}/events")] {
        eve.get(&path).await.is_problem(404, "not_found");
    }
    alice.put(&format!("/api/rooms/{id}/members/eve")).await.is_problem(403, "forbidden");
    let log = alice.log(&id).await;
    assert!(log.iter().all(|event| event["type"] == "Message"), "nobody joins a direct room");

    // Left, it is hidden until something new comes; nothing of it is lost.
    alice.leave("@bob").await;
    assert!(alice.get("/api/rooms?joined=true").await.is(200).json.as_array().unwrap().len() == 1);
    bob.post("/api/messages", json!({ "room": "@alice", "body": "yes" })).await.is(201);
    assert_eq!(alice.bodies("@bob").await, ["did you see this?", "yes"]);
    assert_eq!(alice.room("@bob").await.unread, Some(1));
    // A notebook; and a group.
    let notes = alice.post("/api/messages", json!({ "room": "@alice", "body": "milk" })).await.is(201);
    assert_eq!(alice.room("@alice").await.people.len(), 1);
    assert_ne!(notes["room"], json!(room.id));
    make(&alice, json!({ "kind": "direct", "members": ["bob", "eve"] }), 201).await;
    for (wrong, status) in [
        (json!({ "kind": "direct", "members": ["bob", "nobody"] }), 404),
        (json!({ "kind": "direct", "name": "x", "members": ["bob"] }), 400),
        (json!({ "kind": "secret", "name": "x" }), 400),
    ] {
        alice.post("/api/rooms", wrong).await.is(status);
    }
    alice.post("/api/messages", json!({ "room": "@nobody", "body": "hi" })).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_guest_does_not_write_to_a_member_first() {
    let server = TestServer::start().await;
    let (guest, other, alice) = (server.guest().await, server.guest().await, server.register("alice").await);
    guest.post("/api/messages", json!({ "room": "@alice", "body": "hi" })).await.is_problem(403, "forbidden");
    let room = format!("@{}", guest.name);
    alice.post("/api/messages", json!({ "room": room, "body": "hello" })).await.is(201);
    guest.post("/api/messages", json!({ "room": "@alice", "body": "hi" })).await.is(201);
    let room = format!("@{}", other.name);
    guest.post("/api/messages", json!({ "room": room, "body": "hi" })).await.is(201);
}

#[tokio::test]
async fn direct_rooms_are_sent_to_by_name_over_the_socket_too() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    let id = alices.say("@bob", "hi").await;
    let room = see!(alices, Event::RoomAdded { room } => room);
    assert_eq!(alices.acknowledged(id).await, 1);
    see!(bobs, logged!(Message { message }, room: of) => assert_eq!((message.id, of), (id, room.id)));
    let log = bob.log(&room.id.to_string()).await;
    assert!(matches!(
        serde_json::from_value(log[0].clone()),
        Ok(chat_protocol::LogEntry { event: LogEvent::Message { .. }, .. })
    ));
    alice.patch("/api/rooms/@bob", json!({ "topic": "plans" })).await.is(200);
}

#[tokio::test]
async fn a_name_means_the_room_that_has_it_now_on_every_connection() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let first = alice.create_room("ops").await;
    let mut alices = alice.live().await;
    alice.patch("/api/rooms/ops", json!({ "name": "ops-2" })).await.is(200);
    let second = make(&alice, json!({ "name": "ops" }), 201).await;
    for (name, room) in [("ops", second.id), ("ops-2", first.id)] {
        let id = alices.say(name, "hello").await;
        alices.acknowledged(id).await;
        assert_eq!(alice.get(&format!("/api/messages/{id}")).await.is(200).json["room"], json!(room), "{name}");
    }
}

#[tokio::test]
async fn limits_on_rooms_hold_whoever_adds_and_however_a_room_is_made() {
    let server = TestServer::with_limits(&["rooms-per-user=3", "rooms-created=off", "messages=off"]).await;
    let (alice, bob, eve) =
        (server.register("alice").await, server.register("bob").await, server.register("eve").await);
    make(&bob, json!({ "name": "bobs" }), 201).await;
    let direct = make(&bob, json!({ "kind": "direct", "members": ["eve"] }), 201).await;
    // Bob is in three: the lobby, his own, and that with eve.
    bob.post("/api/rooms", json!({ "name": "more" })).await.is_problem(403, "forbidden");
    bob.post("/api/messages", json!({ "room": "@alice", "body": "hi" })).await.is_problem(403, "forbidden");
    assert_eq!(make(&bob, json!({ "kind": "direct", "members": ["eve"] }), 200).await.id, direct.id, "it is there");
    bob.post("/api/messages", json!({ "room": "@eve", "body": "hi" })).await.is(201);
    for kind in ["public", "private"] {
        let new = json!({ "kind": kind, "name": "ops", "members": ["eve", "bob"] });
        alice.post("/api/rooms", new).await.is_problem(403, "forbidden");
        alice.get("/api/rooms/ops").await.is_problem(404, "not_found");
    }
    make(&alice, json!({ "name": "ops" }), 201).await;
    alice.put("/api/rooms/ops/members/bob").await.is_problem(403, "forbidden");
    assert!(!bob.room("ops").await.joined);
    // What others write still reaches those who are in as many rooms as they may be.
    alice.post("/api/messages", json!({ "room": "@bob", "body": "hello" })).await.is(201);
    assert_eq!(bob.bodies("@alice").await, ["hello"]);
    bob.leave("@alice").await;
    bob.join("@alice").await;
    let many = vec![eve.id.clone(); 101];
    let refused = alice.post("/api/rooms", json!({ "kind": "private", "name": "x", "members": many })).await;
    refused.is_problem(400, "bad_request");
}

#[tokio::test]
async fn an_invite_leads_into_as_many_rooms_as_a_user_may_be_in() {
    let server = TestServer::with_limits(&["rooms-per-user=3"]).await;
    let (alice, other, boss) =
        (server.register("alice").await, server.register("other").await, server.register("boss").await);
    Database::open(server.folder()).unwrap().set_role("boss", Role::Admin).unwrap();
    let mut rooms = Vec::new();
    for (maker, name) in [(&alice, "one"), (&alice, "two"), (&other, "three")] {
        rooms.push(make(maker, json!({ "name": name }), 201).await.id);
    }
    let made = boss.post("/api/invites", json!({ "rooms": rooms })).await.is(201);
    let join = json!({ "name": "newcomer", "invite": made["code"] });
    let newcomer = server.person(server.post("/api/users", join).await.is(201));
    let joined = newcomer.get("/api/rooms?joined=true").await.is(200);
    assert_eq!(joined.names(), ["lobby", "one", "two"]);
}

#[tokio::test]
async fn a_direct_room_made_by_writing_counts_as_one_that_is_made() {
    let server = TestServer::with_limits(&["rooms-created=2:0.001"]).await;
    let alice = server.register("alice").await;
    for name in ["b1", "b2", "b3"] {
        server.register(name).await;
    }
    let say = async |room: &str, status: u16| {
        alice.post("/api/messages", json!({ "room": room, "body": "hi" })).await.is(status);
    };
    say("@b1", 201).await;
    say("@b1", 201).await;
    make(&alice, json!({ "kind": "direct", "members": ["b2"] }), 201).await;
    make(&alice, json!({ "kind": "direct", "members": ["b2"] }), 200).await;
    say("@b2", 201).await;
    say("@b3", 429).await;
    alice.post("/api/rooms", json!({ "kind": "direct", "members": ["b3"] })).await.is_problem(429, "rate_limited");
    alice.post("/api/rooms", json!({ "name": "ops" })).await.is_problem(429, "rate_limited");
    assert_eq!(alice.get("/api/rooms?joined=true").await.is(200).names().len(), 3, "nothing of it was made");
}

#[tokio::test]
async fn a_message_that_is_refused_makes_and_reopens_no_direct_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let own = alice.say("lobby", "hello").await;
    let id = own["id"].as_str().unwrap();
    for (refused, status) in [
        (json!({ "room": "@bob", "body": "hi", "reply_to": id }), 400),
        (json!({ "room": "@bob", "body": "hi", "id": id }), 409),
        (json!({ "room": "@nobody", "body": "hi" }), 404),
    ] {
        alice.post("/api/messages", refused).await.is(status);
        assert_eq!(alice.get("/api/rooms?joined=true").await.is(200).names().len(), 1);
    }
    let first = json!({ "room": "@bob", "body": "hi", "id": chat_protocol::MessageId::now_v7() });
    alice.post("/api/messages", first.clone()).await.is(201);
    bob.leave("@alice").await;
    // Sent once more it is the same message: nothing new came.
    alice.post("/api/messages", first).await.is(200);
    assert_eq!(bob.get("/api/rooms?joined=true").await.is(200).names().len(), 1);
}

#[tokio::test]
async fn a_direct_room_lists_all_its_people_from_the_start() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let bobs = bob.live().await;
    let mut alices = alice.live().await;
    let room = make(&alice, json!({ "kind": "direct", "members": ["bob"] }), 201).await;
    see!(alices, Event::RoomAdded { .. } => ());
    alices.send(json!({ "type": "Focus", "rooms": [room.id] })).await;
    let listed = see!(alices, Event::Members { total, online, members, .. } => (total, online, members));
    let people: Vec<_> = listed.2.iter().map(|user| (user.name.as_str(), user.online)).collect();
    assert_eq!((listed.0, listed.1, people), (2, 2, vec![("alice", true), ("bob", true)]));
    assert_eq!(alice.get(&format!("/api/rooms/{}/members", room.id)).await.is(200).names(), ["alice", "bob"]);
    // One who left it, or comes back before anything was said, is still one of them.
    drop(bobs);
    let mut bobs = bob.live().await;
    alices.post(room.id, "hi").await;
    see!(bobs, Event::RoomAdded { .. } => ());
    bob.leave("@alice").await;
    let listed = alice.get(&format!("/api/rooms/{}/members?online=true", room.id)).await.is(200);
    assert_eq!(listed.names(), ["alice", "bob"]);
    bob.patch("/api/users/me", json!({ "display_name": "Bob" })).await.is(200);
    see!(alices, Event::UserUpdated { user } => assert_eq!(user.display_name.as_deref(), Some("Bob")));
}

#[tokio::test]
async fn nobody_knows_of_a_direct_room_before_its_first_message_whatever_else_happens_there() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let room = make(&alice, json!({ "kind": "direct", "members": ["bob"] }), 201).await;
    let path = format!("/api/rooms/{}", room.id);
    alice.patch(&path, json!({ "topic": "lunch" })).await.is(200);
    bob.get(&path).await.is_problem(404, "not_found");
    alice.leave(&room.id.to_string()).await;
    make(&alice, json!({ "kind": "direct", "members": ["bob"] }), 201).await;
    bob.post("/api/messages", json!({ "room": "@alice", "body": "hi" })).await.is(201);
    assert_eq!(bob.room("@alice").await.topic, "lunch");
}
