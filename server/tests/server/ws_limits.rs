//! Too much, too fast: refused with a wait, and nothing that was accepted is lost or changes its place.

use std::time::Duration;

use chat_protocol::{ErrorCode, Event, MessageId};
use serde_json::json;

use chat_testing::{Connection, Refusal, TestServer, logged, see};

/// One message, and the next one a second later: long enough that the second of two at once is refused.
const SLOWLY: &[&str] = &["messages=1:1"];

/// Waits as a client does that was told to.
async fn wait(refusal: &Refusal) {
    tokio::time::sleep(Duration::from_millis(refusal.retry_after_ms.expect("a wait"))).await;
}

/// Sends two messages at once, of which the second is refused with a wait.
async fn refused_with_a_wait(socket: &mut Connection, room: &str) -> (MessageId, Refusal) {
    socket.say(room, "taken").await;
    let id = socket.say(room, "too fast").await;
    let refusal = socket.refused(id).await;
    assert_eq!((refusal.code, refusal.after), (ErrorCode::RateLimited, None));
    (id, refusal)
}

/// Sends a message again as often as the server says to.
async fn send_patiently(socket: &mut Connection, id: MessageId, room: &str, body: &str) -> u64 {
    loop {
        socket.say_as(id, room, body).await;
        match socket.answer(id).await {
            Ok(seq) => return seq,
            Err(refusal) => wait(&refusal).await,
        }
    }
}

#[tokio::test]
async fn a_message_too_many_is_refused_with_a_wait_and_taken_after_it() {
    let server = TestServer::with_limits(SLOWLY).await;
    let mut alice = server.register("alice").await.live().await;
    let (id, refusal) = refused_with_a_wait(&mut alice, "lobby").await;
    assert!((1..=1_001).contains(&refusal.retry_after_ms.unwrap()), "{refusal:?}");
    wait(&refusal).await;
    alice.say_as(id, "lobby", "too fast").await;
    alice.acknowledged(id).await;
}

#[tokio::test]
async fn the_later_ones_wait_for_the_refused_one_and_other_rooms_do_not() {
    // One more than `SLOWLY`: making the room counts, too.
    let server = TestServer::with_limits(&["messages=2:1"]).await;
    let alice = server.register("alice").await;
    alice.create_room("dev").await;
    let mut socket = alice.live().await;
    let (first, refusal) = refused_with_a_wait(&mut socket, "lobby").await;
    wait(&refusal).await;
    let second = socket.say("#LOBBY", "second").await;
    let held = socket.refused(second).await;
    assert_eq!((held.code, held.after), (ErrorCode::RateLimited, Some(first)), "there is room again, but not its turn");
    assert!(held.retry_after_ms.is_some());
    socket.post("dev", "elsewhere").await;
    let first_seq = send_patiently(&mut socket, first, "lobby", "too fast").await;
    let second_seq = send_patiently(&mut socket, second, "lobby", "second").await;
    assert_eq!(second_seq, first_seq + 1);
}

#[tokio::test]
async fn they_wait_also_where_one_joins_meanwhile() {
    let server = TestServer::with_limits(&["messages=2:1"]).await;
    server.register("alice").await.create_room("dev").await;
    let bob = server.register("bob").await;
    let mut socket = bob.live().await;
    for _ in 0..2 {
        socket.post("lobby", "quick").await;
    }
    let first = socket.say("dev", "first").await;
    let refusal = socket.refused(first).await;
    assert_eq!(refusal.code, ErrorCode::RateLimited, "{refusal:?}");
    wait(&refusal).await;
    bob.join("dev").await;
    see!(socket, Event::RoomAdded { .. } => ());
    let second = socket.say("dev", "second").await;
    assert_eq!(socket.refused(second).await.after, Some(first));
    let first_seq = send_patiently(&mut socket, first, "dev", "first").await;
    let second_seq = send_patiently(&mut socket, second, "dev", "second").await;
    assert!(first_seq < second_seq);
}

#[tokio::test]
async fn what_is_given_up_holds_nothing_any_more() {
    let server = TestServer::with_limits(SLOWLY).await;
    let mut alice = server.register("alice").await.live().await;
    let (first, refusal) = refused_with_a_wait(&mut alice, "lobby").await;
    alice.send(json!({ "type": "Forget", "id": MessageId::now_v7() })).await;
    wait(&refusal).await;
    let second = alice.say("lobby", "second").await;
    assert_eq!(alice.refused(second).await.after, Some(first), "another one was given up");
    alice.send(json!({ "type": "Forget", "id": first })).await;
    alice.say_as(second, "lobby", "second").await;
    alice.acknowledged(second).await;
}

#[tokio::test]
async fn an_answer_without_a_wait_lets_the_later_ones_pass() {
    let server = TestServer::with_limits(SLOWLY).await;
    let mut alice = server.register("alice").await.live().await;
    let (first, refusal) = refused_with_a_wait(&mut alice, "lobby").await;
    wait(&refusal).await;
    alice.say_as(first, "lobby", " ").await;
    assert_eq!(alice.refused(first).await.code, ErrorCode::BadRequest);
    alice.post("lobby", "second").await;
}

#[tokio::test]
async fn a_new_connection_and_rest_start_free() {
    let server = TestServer::with_limits(SLOWLY).await;
    let alice = server.register("alice").await;
    let mut socket = alice.live().await;
    let mut other = alice.live().await;
    let (first, refusal) = refused_with_a_wait(&mut socket, "lobby").await;
    wait(&refusal).await;
    let (_, refusal) = refused_with_a_wait(&mut other, "lobby").await;
    wait(&refusal).await;
    alice.post_message("lobby", "from a script").await;
    let second = socket.say("lobby", "second").await;
    assert_eq!(socket.refused(second).await.after, Some(first), "this one still waits");
}

#[tokio::test]
async fn messages_are_counted_by_user_whatever_the_device() {
    let server = TestServer::with_limits(&["messages=2:0.001"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut desk, mut phone) = (alice.live().await, alice.another_device().await.live().await);
    desk.post("lobby", "one").await;
    phone.post("lobby", "two").await;
    let id = desk.say("lobby", "three").await;
    assert_eq!(desk.refused(id).await.code, ErrorCode::RateLimited);
    bob.live().await.post("lobby", "hello").await;
}

#[tokio::test]
async fn the_guests_of_an_address_are_counted_together() {
    let server = TestServer::with_limits(&["guest-messages=2:0.001"]).await;
    let (mut first, mut second) = (server.guest().await.live().await, server.guest().await.live().await);
    first.post("lobby", "one").await;
    second.post("lobby", "two").await;
    let id = first.say("lobby", "three").await;
    assert_eq!(first.refused(id).await.code, ErrorCode::RateLimited);
    server.register("alice").await.live().await.post("lobby", "a member is not a guest").await;
}

#[tokio::test]
async fn commands_too_many_are_refused_with_a_wait_and_typing_without_a_word() {
    let server = TestServer::with_limits(&["commands=3:0.001"]).await;
    let alice = server.register("alice").await;
    let mut socket = alice.live().await;
    let mut fresh = alice.live().await;
    for _ in 0..3 {
        socket.send(json!({ "type": "Focus", "rooms": [] })).await;
    }
    socket.send(json!({ "type": "UserTyping", "room": "lobby" })).await;
    socket.send(json!({ "type": "UserStoppedTyping", "room": "lobby" })).await;
    socket.send(json!({ "type": "Read", "room": "lobby", "seq": 1 })).await;
    let Event::Error { code, retry_after_ms, .. } = socket.next().await else { panic!("one Error, for Read") };
    assert_eq!(code, ErrorCode::RateLimited);
    assert!(retry_after_ms.is_some());
    socket.post("lobby", "messages have their own limit").await;
    fresh.settled().await;
}

#[tokio::test]
async fn a_user_has_so_many_connections() {
    let server = TestServer::with_limits(&["connections-per-user=2"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut first, second) = (alice.live().await, alice.another_device().await.live().await);
    let mut third = alice.open().await;
    third.hello(json!({})).await;
    let closed = third.closed().await;
    assert_eq!(closed.code, 4429);
    assert!(closed.retry_after_ms() > 0);
    bob.live().await;
    first.settled().await;
    second.close().await;
    // The server has closed its side, and may be about to give the place back.
    loop {
        let mut socket = alice.open().await;
        socket.hello(json!({})).await;
        match socket.welcomed().await {
            Ok(()) => break,
            Err(closed) => assert_eq!(closed.code, 4429),
        }
    }
}

#[tokio::test]
async fn ten_thousand_messages_at_once_are_all_answered_and_keep_their_order() {
    const ALL: usize = 10_000;
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.register("alice").await.live().await, server.register("bob").await.live().await);
    let ids: Vec<MessageId> = (0..ALL).map(|_| MessageId::now_v7()).collect();
    let message = |id: &MessageId| json!({ "type": "Message", "id": id, "room": "lobby", "body": "x" });
    let events = alice.flood(ids.iter().map(message).collect()).await;
    let (mut taken, mut answered) = (Vec::new(), Vec::new());
    let mut refused_first = None;
    for event in events {
        match event {
            Event::Ack { id, .. } => {
                assert!(refused_first.is_none(), "nothing is taken after the first refusal");
                taken.push(id);
                answered.push(id);
            }
            Event::Error { id: Some(id), code, retry_after_ms, after, .. } => {
                assert_eq!(code, ErrorCode::RateLimited);
                assert!(retry_after_ms.is_some());
                assert_eq!(after, refused_first, "all wait for the first one that was refused");
                refused_first.get_or_insert(id);
                answered.push(id);
            }
            _ => {}
        }
    }
    assert!(answered == ids, "each is answered, in order");
    assert_eq!(taken, ids[..taken.len()]);
    assert!(taken.len() >= 10, "the burst at least: {}", taken.len());
    let mut seen = Vec::new();
    while seen.len() < taken.len() {
        seen.push(
            bob.first("Message", |event| match event {
                logged!(Message { message }) => Some(message.id),
                _ => None,
            })
            .await,
        );
    }
    assert_eq!(seen, taken, "what was taken is shown, in order");
    let next = ids[taken.len()];
    assert_eq!(send_patiently(&mut alice, next, "lobby", "x").await, bob.cursors[&bob.lobby()].seq + 1);
}

#[tokio::test]
async fn opening_sockets_counts_as_requests() {
    let server = TestServer::with_limits(&["requests=3:0.001"]).await;
    let alice = server.register("alice").await;
    for _ in 0..3 {
        alice.live().await;
    }
    server.upgrade().bearer(&alice.token).refused().await.is(429, "rate_limited");
    let bob = server.register("bob").await;
    bob.live().await;
}
