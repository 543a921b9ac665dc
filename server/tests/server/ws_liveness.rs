//! Whether anyone is still there: pings, silence, and sockets that accept nothing.

use std::time::Duration;

use chat_protocol::MessageId;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message as Frame;

use chat_testing::{Connection, TestServer, logged};

/// More than the server lets pass between two pings.
const A_PING: Duration = Duration::from_secs(24);

/// Waits for the protocol's ping, and answers it.
async fn pinged(socket: &mut Connection) {
    while !matches!(socket.frame().await, Frame::Ping(_)) {}
    socket.flush().await;
}

#[tokio::test]
async fn the_server_pings_after_sixteen_to_twenty_four_seconds() {
    let server = TestServer::with_stopped_clock().await;
    let mut socket = server.register("alice").await.live().await;
    server.pass(Duration::from_millis(15_900)).await;
    socket.send_frame(Frame::Ping("still".into())).await;
    let first = socket.frame().await;
    assert!(matches!(&first, Frame::Pong(payload) if *payload == "still"), "no ping before: {first:?}");
    server.pass(Duration::from_millis(8_200)).await;
    pinged(&mut socket).await;
}

#[tokio::test]
async fn who_answers_pings_stays() {
    let server = TestServer::with_stopped_clock().await;
    let mut socket = server.register("alice").await.live().await;
    for _ in 0..5 {
        server.pass(A_PING).await;
        pinged(&mut socket).await;
        // An answer to what was sent later: the pong has arrived.
        server.pass(Duration::ZERO).await;
    }
    socket.settled().await;
}

#[tokio::test]
async fn who_is_silent_for_forty_five_seconds_is_dropped() {
    let server = TestServer::with_stopped_clock().await;
    let alice = server.register("alice").await;
    let (mut silent, mut late) = (alice.live().await, alice.live().await);
    server.pass(Duration::from_secs(44)).await;
    // Its pong comes just in time.
    pinged(&mut late).await;
    server.pass(Duration::ZERO).await;
    server.pass(Duration::from_millis(1_100)).await;
    assert_eq!(silent.closed().await.code, 4408);
    late.settled().await;
}

/// Messages to someone who does not read: more bytes than the buffers between the two ends take.
const UNREAD: usize = 300;

/// Bob, who was sent so many and has read none of them.
async fn unread(server: &TestServer, count: usize) -> Connection {
    let mut bob = server.register("bob").await.upgrade().receive_buffer(4_096).open().await.unwrap();
    bob.hello(json!({})).await;
    bob.until_live().await;
    let mut alice = server.register("alice").await.live().await;
    let body = "x".repeat(16_000);
    let message = || json!({ "type": "Message", "id": MessageId::now_v7(), "room": "lobby", "body": body });
    alice.flood(std::iter::repeat_with(message).take(count).collect()).await;
    bob
}

#[tokio::test]
async fn a_socket_that_accepts_nothing_for_a_minute_is_dropped() {
    let server = TestServer::with_stopped_clock().await;
    let mut bob = unread(&server, UNREAD).await;
    server.pass(Duration::from_secs(59)).await;
    assert!(server.get("/api/users?online=true").await.names().contains(&"bob"));
    server.pass(Duration::from_millis(1_100)).await;
    // The time to close, then that to come back.
    server.pass(Duration::from_secs(3)).await;
    server.pass(Duration::from_secs(11)).await;
    assert!(server.get("/api/users?online=true").await.names().is_empty());
    assert!(bob.rest().await < UNREAD, "it was not given all");
}

#[tokio::test]
async fn a_socket_that_accepts_something_stays_however_slow() {
    let server = TestServer::with_stopped_clock().await;
    let mut bob = unread(&server, 5 * UNREAD).await;
    // Each time more than the kernel holds, so that it takes more; and more than that is left in the end.
    for _ in 0..3 {
        // The server has gone round since bob read, and so has written what his socket accepts.
        assert!(server.get("/api/users?online=true").await.names().contains(&"bob"));
        server.pass(Duration::from_secs(40)).await;
        for _ in 0..UNREAD {
            bob.message().await;
        }
    }
    for _ in 0..2 * UNREAD {
        bob.message().await;
    }
    bob.post("lobby", "read it all").await;
    let seen = bob.settled().await;
    assert!(matches!(seen[..], [logged!(Message { .. })]), "{seen:?}");
}
