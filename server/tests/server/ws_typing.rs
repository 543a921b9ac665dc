//! Who is writing, told to those who look.

use std::time::Duration;

use chat_protocol::{ErrorCode, Event};
use serde_json::json;

use chat_testing::{Connection, Person, TestServer, see};

/// Someone who looks at the lobby.
async fn looking(person: &Person) -> Connection {
    let mut socket = person.live().await;
    socket.send(json!({ "type": "Focus", "rooms": ["lobby"] })).await;
    see!(socket, Event::Members { .. } => ());
    socket
}

async fn start(socket: &mut Connection) {
    socket.send(json!({ "type": "UserTyping", "room": "lobby" })).await;
}

/// What was told of typing: the name, and whether it began.
fn typing(events: &[Event]) -> Vec<(&str, bool)> {
    let told = events.iter().filter_map(|event| match event {
        Event::UserTyping { user, .. } => Some((user.name.as_str(), true)),
        Event::UserStoppedTyping { user, .. } => Some((user.name.as_str(), false)),
        _ => None,
    });
    told.collect()
}

#[tokio::test]
async fn typing_is_told_once_until_it_ends() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut bobs) = (looking(&alice).await, bob.live().await);
    for _ in 0..3 {
        start(&mut bobs).await;
    }
    bobs.send(json!({ "type": "UserStoppedTyping", "room": "lobby" })).await;
    bobs.send(json!({ "type": "UserStoppedTyping", "room": "lobby" })).await;
    start(&mut bobs).await;
    bobs.settled().await;
    assert_eq!(typing(&alices.settled().await), [("bob", true), ("bob", false), ("bob", true)]);
}

#[tokio::test]
async fn only_those_who_look_are_told() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut looking, mut elsewhere) = (looking(&alice).await, alice.live().await);
    let mut bobs = bob.live().await;
    start(&mut bobs).await;
    let (room, user) = see!(looking, Event::UserTyping { room, user } => (room, user));
    assert_eq!((room, user), (looking.lobby(), bob.me().await.to_ref()));
    looking.send(json!({ "type": "Focus", "rooms": [] })).await;
    looking.settled().await;
    bobs.send(json!({ "type": "UserStoppedTyping", "room": "lobby" })).await;
    bobs.settled().await;
    assert_eq!(typing(&looking.settled().await), [], "no longer on screen");
    assert_eq!(typing(&elsewhere.settled().await), [], "never on screen");
}

#[tokio::test]
async fn sending_ends_typing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut bobs) = (looking(&alice).await, bob.live().await);
    start(&mut bobs).await;
    bobs.post("lobby", "done").await;
    assert_eq!(typing(&alices.settled().await), [("bob", true), ("bob", false)]);
}

#[tokio::test]
async fn a_lost_connection_ends_typing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut bobs) = (looking(&alice).await, bob.live().await);
    start(&mut bobs).await;
    see!(alices, Event::UserTyping { .. } => ());
    drop(bobs);
    see!(alices, Event::UserStoppedTyping { user, .. } if user.name == "bob" => ());
}

#[tokio::test]
async fn leaving_the_room_ends_typing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("dev").await;
    bob.join("dev").await;
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    alices.send(json!({ "type": "Focus", "rooms": ["dev"] })).await;
    see!(alices, Event::Members { .. } => ());
    bobs.send(json!({ "type": "UserTyping", "room": "dev" })).await;
    see!(alices, Event::UserTyping { .. } => ());
    bob.leave("dev").await;
    see!(alices, Event::UserStoppedTyping { .. } => ());
}

#[tokio::test]
async fn six_seconds_of_silence_end_typing() {
    let server = TestServer::with_stopped_clock().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut bobs) = (looking(&alice).await, bob.live().await);
    start(&mut bobs).await;
    bobs.settled().await;
    server.pass(Duration::from_secs(4)).await;
    start(&mut bobs).await;
    bobs.settled().await;
    server.pass(Duration::from_millis(5_900)).await;
    assert_eq!(typing(&alices.settled().await), [("bob", true)], "it was not silent for six seconds");
    server.pass(Duration::from_millis(200)).await;
    assert_eq!(typing(&alices.settled().await), [("bob", false)]);
}

#[tokio::test]
async fn of_ten_people_is_told_and_of_no_more() {
    let server = TestServer::with_limits(&["registrations=off"]).await;
    let mut alices = looking(&server.register("alice").await).await;
    let mut typists = Vec::new();
    for i in 0..12 {
        let mut socket = server.register(&format!("user{i}")).await.live().await;
        start(&mut socket).await;
        socket.settled().await;
        typists.push(socket);
    }
    let told = alices.settled().await;
    let names: Vec<String> = (0..10).map(|i| format!("user{i}")).collect();
    assert_eq!(typing(&told), names.iter().map(|name| (name.as_str(), true)).collect::<Vec<_>>());
    typists[0].send(json!({ "type": "UserStoppedTyping", "room": "lobby" })).await;
    see!(alices, Event::UserStoppedTyping { user, .. } if user.name == "user0" => ());
    start(&mut typists[11]).await;
    see!(alices, Event::UserTyping { user, .. } if user.name == "user11" => ());
}

#[tokio::test]
async fn one_types_in_a_room_that_one_is_in() {
    let server = TestServer::start().await;
    server.register("bob").await.create_room("dev").await;
    let mut socket = server.register("alice").await.live().await;
    for room in ["nowhere", "dev"] {
        socket.send(json!({ "type": "UserTyping", "room": room })).await;
        let code = socket.error().await.code;
        assert!(matches!(code, ErrorCode::NotFound | ErrorCode::Forbidden), "{room}: {code}");
    }
}
