//! Rooms on screen: who is there, and who changes.

use chat_protocol::{ErrorCode, Event, User};
use serde_json::{Value, json};

use chat_testing::{Connection, TestServer, logged, see};

async fn focus(socket: &mut Connection, rooms: &[&str]) {
    socket.send(json!({ "type": "Focus", "rooms": rooms })).await;
}

/// The names of the rooms that `Members` came of.
async fn listed(socket: &mut Connection) -> Vec<String> {
    let events = socket.settled().await;
    let room = |event: &Event| match event {
        Event::Members { room, .. } => {
            socket.rooms.iter().find(|other| other.id == *room).map(|room| room.name.clone())
        }
        _ => None,
    };
    events.iter().filter_map(room).collect()
}

fn names(members: &[User]) -> Vec<(&str, bool)> {
    members.iter().map(|user| (user.name.as_str(), user.online)).collect()
}

#[tokio::test]
async fn a_room_in_focus_lists_its_people_those_who_are_here_first() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    for name in ["dora", "bob", "carol"] {
        server.register(name).await;
    }
    let _zoe = server.register("zoe").await.live().await;
    let mut socket = alice.live().await;
    focus(&mut socket, &["lobby"]).await;
    let (room, total, online, members) =
        see!(socket, Event::Members { room, total, online, members, .. } => (room, total, online, members));
    assert_eq!((room, total, online), (socket.lobby(), 5, 2));
    assert_eq!(names(&members), [("alice", true), ("zoe", true), ("bob", false), ("carol", false), ("dora", false)]);
    assert_eq!(members[0], alice.me().await, "whole, as REST tells them");
}

#[tokio::test]
async fn only_what_is_new_in_focus_is_listed() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.create_room("dev").await;
    let mut socket = alice.live().await;
    for (rooms, wanted) in [
        (vec!["lobby"], vec!["lobby"]),
        (vec!["lobby"], vec![]),
        (vec!["dev", "#LOBBY", "dev"], vec!["dev"]),
        (vec![], vec![]),
        (vec!["dev", "lobby"], vec!["dev", "lobby"]),
    ] {
        focus(&mut socket, &rooms).await;
        assert_eq!(listed(&mut socket).await, wanted, "after {rooms:?}");
    }
}

#[tokio::test]
async fn at_most_eight_rooms_are_in_focus() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut rooms = vec!["lobby".to_owned()];
    for i in 0..8 {
        rooms.push(alice.create_room(&format!("room{i}")).await.name);
    }
    let rooms: Vec<&str> = rooms.iter().map(String::as_str).collect();
    let mut socket = alice.live().await;
    focus(&mut socket, &rooms).await;
    assert_eq!(socket.error().await.code, ErrorCode::BadRequest);
    focus(&mut socket, &rooms[..8]).await;
    assert_eq!(listed(&mut socket).await, rooms[..8]);
}

#[tokio::test]
async fn only_rooms_that_one_is_in_can_be_in_focus() {
    let server = TestServer::start().await;
    server.register("bob").await.create_room("dev").await;
    let mut socket = server.register("alice").await.live().await;
    for (room, code) in [("nowhere", ErrorCode::NotFound), ("dev", ErrorCode::Forbidden)] {
        focus(&mut socket, &[room]).await;
        assert_eq!(socket.error().await.code, code, "{room}");
    }
}

#[tokio::test]
async fn a_room_that_was_left_and_joined_again_is_new_in_focus() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.create_room("dev").await;
    let mut socket = alice.live().await;
    focus(&mut socket, &["dev"]).await;
    see!(socket, Event::Members { .. } => ());
    alice.leave("dev").await;
    see!(socket, Event::RoomRemoved { .. } => ());
    alice.join("dev").await;
    see!(socket, Event::RoomAdded { .. } => ());
    focus(&mut socket, &["dev"]).await;
    assert_eq!(listed(&mut socket).await, ["dev"]);
    let bob = server.register("bob").await;
    bob.join("dev").await;
    bob.live().await.send(json!({ "type": "UserTyping", "room": "dev" })).await;
    see!(socket, Event::UserTyping { .. } => ());
}

#[tokio::test]
async fn the_first_two_hundred_are_listed_and_who_is_here_is_among_them() {
    let server = TestServer::with_limits(&["registrations=off", "requests=off"]).await;
    for i in 0..201 {
        server.register(&format!("user{i:03}")).await;
    }
    let mut zoe = server.register("zoe").await.live().await;
    focus(&mut zoe, &["lobby"]).await;
    let (total, online, members) = see!(zoe, Event::Members { total, online, members, .. } => (total, online, members));
    assert_eq!((total, online, members.len()), (202, 1, 200));
    assert_eq!(names(&members)[..2], [("zoe", true), ("user000", false)]);
    assert_eq!(members[199].name, "user198");
}

#[tokio::test]
async fn a_change_of_someone_is_told_where_they_are_in_focus() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    bob.create_room("dev").await;
    let (mut looking, mut elsewhere) = (alice.live().await, alice.live().await);
    focus(&mut looking, &["lobby"]).await;
    see!(looking, Event::Members { .. } => ());
    elsewhere.settled().await;
    for (patch, field) in [
        (json!({ "display_name": "Bob B." }), "display_name"),
        (json!({ "color": "#aabbcc" }), "color"),
        (json!({ "name": "robert" }), "name"),
    ] {
        bob.patch("/api/users/me", patch.clone()).await.is(200);
        let told = see!(looking, Event::UserUpdated { user } => user);
        assert_eq!(told, bob.me().await);
        assert_eq!(json!(told)[field], patch[field]);
    }
    let seen = elsewhere.settled().await;
    assert!(!seen.iter().any(|event| matches!(event, Event::UserUpdated { .. })), "{seen:?}");
}

#[tokio::test]
async fn messages_carry_the_name_that_one_has_now() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut socket = alice.live().await;
    let mut bobs = bob.live().await;
    bobs.post("lobby", "as bob").await;
    bob.patch("/api/users/me", json!({ "name": "robert" })).await.is(200);
    bobs.post("lobby", "as robert").await;
    for name in ["bob", "robert"] {
        assert_eq!(see!(socket, logged!(Message { message }) => message.author.name), name);
    }
    let page: Value = alice.get("/api/messages").await.is(200).json;
    assert_eq!(page["messages"][0]["author"]["name"], "robert", "history has it too");
}

/// The ids of those who moderate the room in focus.
async fn moderators(socket: &mut Connection, room: &Value) -> Vec<String> {
    socket.send(json!({ "type": "Focus", "rooms": [room] })).await;
    see!(socket, Event::Members { moderators, .. } => moderators.iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn who_moderates_a_room_is_listed_with_its_people() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let ops = &alice.post("/api/rooms", json!({ "name": "ops" })).await.is(201).json["id"];
    bob.join("ops").await;
    let mut bobs = bob.live().await;
    assert_eq!(moderators(&mut bobs, ops).await, [alice.id.as_str()]);
    let role = json!({ "action": "role", "user": "bob", "role": "moderator" });
    alice.post("/api/rooms/ops/moderation", role).await.is(204);
    alice.leave("ops").await;
    bobs.send(json!({ "type": "Focus", "rooms": [] })).await;
    assert_eq!(moderators(&mut bobs, ops).await, [bob.id.as_str()]);
    // A direct room has none.
    let direct = &alice.post("/api/rooms", json!({ "kind": "direct", "members": ["bob"] })).await.is(201).json["id"];
    alice.post("/api/messages", json!({ "room": direct, "body": "hi" })).await.is(201);
    see!(bobs, Event::RoomAdded { .. } => ());
    assert!(moderators(&mut bobs, direct).await.is_empty());
}
