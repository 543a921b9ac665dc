//! A token that no longer counts: its sockets close within a second, and no others.

use std::time::{Duration, Instant};

use chat_server::admin::Database;
use serde_json::json;

use chat_testing::{Connection, TestServer};

/// What the server has to close a socket.
const PROMISED: Duration = Duration::from_secs(1);

/// Closed because its token no longer counts, and in time.
async fn assert_signed_out(socket: &mut Connection, since: Instant) {
    assert_eq!(socket.closed().await.code, 4403);
    assert!(since.elapsed() < PROMISED, "after {:?}", since.elapsed());
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_device() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let phone = alice.another_device().await;
    let (mut first, mut second, mut other) = (alice.live().await, alice.live().await, phone.live().await);
    let since = Instant::now();
    alice.delete("/api/sessions/current").await.is(204);
    for socket in [&mut first, &mut second] {
        assert_signed_out(socket, since).await;
    }
    other.settled().await;
    alice.upgrade().refused().await.is(401, "unauthorized");
}

#[tokio::test]
async fn another_device_can_be_signed_out() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let (mut desk, mut phone) = (alice.live().await, alice.another_device().await.live().await);
    let since = Instant::now();
    alice.delete(&format!("/api/sessions/{}", phone.welcome().session)).await.is(204);
    assert_signed_out(&mut phone, since).await;
    desk.settled().await;
}

#[tokio::test]
async fn a_socket_that_has_said_nothing_yet_is_closed_too() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut socket = alice.open().await;
    socket.send_text("").await;
    socket.error().await;
    let since = Instant::now();
    alice.delete("/api/sessions/current").await.is(204);
    assert_signed_out(&mut socket, since).await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let (mut desk, mut phone) = (alice.live().await, alice.another_device().await.live().await);
    alice.patch("/api/users/me", json!({ "password": "correct horse" })).await.is(200);
    let since = Instant::now();
    assert_signed_out(&mut phone, since).await;
    desk.settled().await;
}

#[tokio::test]
async fn one_session_too_many_ends_the_one_least_recently_used() {
    let server = TestServer::with_limits(&["sessions-per-user=2"]).await;
    let alice = server.register("alice").await;
    let mut oldest = alice.live().await;
    let newer = alice.another_device().await;
    let mut newers = newer.live().await;
    let _newest = newer.another_device().await;
    let since = Instant::now();
    assert_signed_out(&mut oldest, since).await;
    newers.settled().await;
}

#[tokio::test]
async fn the_operator_ends_sessions_beside_the_running_server() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.register("alice").await, server.register("bob").await, server.register("carol").await);
    let (mut alices, mut bobs, mut carols) = (alice.live().await, bob.live().await, carol.live().await);
    let mut database = Database::open(server.folder()).unwrap();
    let since = Instant::now();
    database.disable("alice").unwrap();
    assert_signed_out(&mut alices, since).await;
    alice.upgrade().refused().await.is(401, "unauthorized");
    let since = Instant::now();
    database.reset("bob", &[7; 32], chat_protocol::Timestamp::from_millis(i64::MAX / 2)).unwrap();
    assert_signed_out(&mut bobs, since).await;
    carols.settled().await;
}
