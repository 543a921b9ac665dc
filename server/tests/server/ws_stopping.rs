//! A server that stops: clients are told, and what was acknowledged is there when it comes back.

use std::time::{Duration, Instant};

use chat_protocol::{Event, MessageId};
use serde_json::json;

use chat_testing::{Connection, TestServer, see};

/// What the server has to end.
const PROMISED: Duration = Duration::from_secs(10);

async fn assert_told_to_come_back(socket: &mut Connection) {
    let wait = see!(socket, Event::Draining { retry_after_ms } => retry_after_ms);
    assert!((1..60_000).contains(&wait), "{wait}");
    let closed = socket.closed().await;
    assert_eq!(closed.code, 1012);
    assert!((1..60_000).contains(&closed.retry_after_ms()), "{closed:?}");
}

#[tokio::test]
async fn clients_are_told_to_come_back() {
    let mut server = TestServer::start().await;
    let alice = server.register("alice").await;
    let (mut first, mut second, mut silent) = (alice.live().await, alice.live().await, alice.open().await);
    let since = Instant::now();
    server.begin_stop();
    for socket in [&mut first, &mut second, &mut silent] {
        assert_told_to_come_back(socket).await;
    }
    drop((first, second, silent));
    server.stop().await;
    assert!(since.elapsed() < PROMISED, "after {:?}", since.elapsed());
}

#[tokio::test]
async fn a_client_that_does_not_close_holds_nothing_up() {
    let mut server = TestServer::start().await;
    let _silent = server.register("alice").await.live().await;
    let since = Instant::now();
    server.stop().await;
    assert!(since.elapsed() < PROMISED, "after {:?}", since.elapsed());
}

#[tokio::test]
async fn no_socket_opens_any_more() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    // A client that has not closed yet: until then the server is stopping, and not gone.
    let mut socket = alice.live().await;
    server.begin_stop();
    see!(socket, Event::Draining { .. } => ());
    alice.upgrade().refused().await.is(503, "unavailable");
}

#[tokio::test]
async fn what_was_said_just_before_is_answered_and_what_was_acknowledged_is_there() {
    const SAID: usize = 200;
    let server = TestServer::with_limits(&["messages=off"]).await;
    let alice = server.register("alice").await;
    let mut socket = alice.live().await;
    let ids: Vec<MessageId> = (0..SAID).map(|_| MessageId::now_v7()).collect();
    for id in &ids {
        socket.send(json!({ "type": "Message", "id": id, "room": "lobby", "body": "in flight" })).await;
    }
    // The first answer says that the others have arrived, or are about to.
    socket.acknowledged(ids[0]).await;
    server.begin_stop();
    let said = socket.until(|event| matches!(event, Event::Draining { .. })).await;
    let mut taken = vec![ids[0]];
    taken.extend(said.iter().filter_map(|event| if let Event::Ack { id, .. } = event { Some(*id) } else { None }));
    assert_eq!(socket.closed().await.code, 1012);
    assert_eq!(taken, ids[..taken.len()], "in order");
    drop(socket);

    let server = server.restart().await;
    let mut socket = alice.at(&server).live().await;
    let page = server.get(&format!("/api/messages?limit={SAID}")).await.is(200);
    let stored: Vec<String> =
        page["messages"].as_array().unwrap().iter().map(|message| message["id"].as_str().unwrap().to_owned()).collect();
    assert!(stored.len() >= taken.len(), "{} of {}", stored.len(), taken.len());
    for (stored, id) in stored.iter().zip(&ids) {
        assert_eq!(*stored, id.to_string());
    }
    // The client sends the rest again, and those whose answer was lost too: all are there once.
    for id in &ids {
        socket.send(json!({ "type": "Message", "id": id, "room": "lobby", "body": "in flight" })).await;
        socket.acknowledged(*id).await;
    }
    let page = server.get("/api/messages?limit=200").await.is(200);
    assert_eq!(page["messages"].as_array().unwrap().len(), SAID);
    assert_eq!(page["has_more_before"], false);
}
