//! The first words on a socket.

use std::time::Duration;

use chat_protocol::{ErrorCode, Room};
use serde_json::json;

use chat_testing::{TestServer, logged, see};

#[tokio::test]
async fn welcome_tells_who_where_and_how_much_and_live_follows() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.create_room("dev").await;
    let (socket, between) = alice.resume_with(json!({})).await;
    assert_eq!(between, [], "nothing was missed");
    let welcome = socket.welcome();
    assert_eq!((welcome.user.id, welcome.user.name.as_str()), (alice.user_id(), "alice"));
    assert!(welcome.user.online, "who is welcomed is here");
    let info = server.get("/api/info").await;
    assert_eq!(json!(welcome.epoch), info["epoch"]);
    assert_eq!(json!(welcome.limits), info["limits"]);
    assert_eq!(
        (json!(welcome.server.name), json!(welcome.server.version)),
        (info["name"].clone(), info["version"].clone())
    );
    let sessions = alice.get("/api/sessions").await.is(200);
    assert_eq!(json!(welcome.session), sessions.json[0]["id"]);
    let rooms: Vec<Room> = serde_json::from_value(alice.get("/api/rooms?joined=true").await.is(200).json).unwrap();
    assert_eq!(socket.rooms, rooms, "the caller's rooms, as REST tells them");
    assert_eq!(rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(), ["dev", "lobby"]);
}

#[tokio::test]
async fn only_the_callers_rooms_are_told() {
    let server = TestServer::start().await;
    server.register("alice").await.create_room("dev").await;
    let socket = server.register("bob").await.live().await;
    assert_eq!(socket.rooms.len(), 1);
    assert!(socket.room("lobby").joined);
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.live_with(json!({ "capabilities": ["x"], "v": { "deep": [1] } })).await;
}

#[tokio::test]
async fn another_command_first_is_the_end() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    for command in [json!({ "type": "Ping", "n": 1 }), json!({ "type": "Focus", "rooms": [] })] {
        let mut socket = alice.open().await;
        socket.send(command).await;
        assert_eq!(socket.closed().await.code, 4401);
    }
    assert!(!alice.me().await.online, "without Hello nobody is here");
}

#[tokio::test]
async fn a_message_first_is_the_end_and_not_stored() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut socket = alice.open().await;
    socket.say("lobby", "hello").await;
    assert_eq!(socket.closed().await.code, 4401);
    assert_eq!(alice.get("/api/messages").await.is(200)["messages"], json!([]));
}

#[tokio::test]
async fn hello_comes_within_ten_seconds() {
    let server = TestServer::with_stopped_clock().await;
    let alice = server.register("alice").await;
    let (mut late, mut too_late) = (alice.open().await, alice.open().await);
    server.pass(Duration::from_millis(9_900)).await;
    late.hello(json!({})).await;
    late.until_live().await;
    server.pass(Duration::from_millis(200)).await;
    assert_eq!(too_late.closed().await.code, 4401);
    late.settled().await;
}

#[tokio::test]
async fn garbage_instead_of_hello_is_told_and_hello_may_follow() {
    let server = TestServer::start().await;
    let mut socket = server.register("alice").await.open().await;
    for garbage in ["", "hello", "[]", r#"{"type":"Hello","cursors":7}"#, r#"{"type":"Hullo"}"#] {
        socket.send_text(garbage).await;
        assert_eq!(socket.error().await.code, ErrorCode::BadRequest, "{garbage}");
    }
    socket.hello(json!({})).await;
    socket.until_live().await;
}

#[tokio::test]
async fn hello_twice_is_refused_and_the_connection_stays() {
    let server = TestServer::start().await;
    let mut socket = server.register("alice").await.live().await;
    socket.hello(json!({})).await;
    assert_eq!(socket.error().await.code, ErrorCode::BadRequest);
    socket.post("lobby", "still here").await;
}

#[tokio::test]
async fn every_connection_is_welcomed_for_itself() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let phone = alice.another_device().await;
    let (mut first, mut second, third) = (alice.live().await, alice.live().await, phone.live().await);
    assert_eq!(first.welcome().session, second.welcome().session, "two connections of one session");
    assert_ne!(first.welcome().session, third.welcome().session, "another device");
    let seq = first.post("lobby", "hello").await;
    assert_eq!(see!(second, logged!(Message { .. }, seq) => seq), seq);
}
