//! Guests: they read as members do, and the log speaks of them once they write or choose a name.

use chat_protocol::{Event, Role};
use serde_json::json;

use chat_testing::{TestServer, logged, see};

#[tokio::test]
async fn a_guest_that_only_reads_is_in_no_log_and_no_count() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut alices = alice.live().await;
    let guest = server.guest().await;
    let mut guests = guest.live().await;
    assert_eq!(guests.welcome().user.role, Role::Guest);
    assert!(guests.room("lobby").joined, "it reads as a member");
    alice.post_message("lobby", "hello").await;
    assert_eq!(guests.message().await, "hello");
    let seen = alices.until(|event| matches!(event, logged!(Message { .. }))).await;
    assert_eq!(seen, [], "nobody was told to have joined");
    assert_eq!(alice.room("lobby").await.members, 1);
    alices.send(json!({ "type": "Focus", "rooms": ["lobby"] })).await;
    let (total, online, members) =
        see!(alices, Event::Members { total, online, members, .. } => (total, online, members));
    assert_eq!(total, 1);
    assert_eq!(online, 2, "it is here all the same");
    assert_eq!(members.len(), 2, "and listed while it is");
}

#[tokio::test]
async fn a_guest_that_writes_joins_first() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut alices = alice.live().await;
    let guest = server.guest().await;
    let mut guests = guest.live().await;
    let before = guests.room("lobby").last_seq;
    let seq = guests.post("lobby", "hello all").await;
    assert_eq!(seq, before + 2);
    for socket in [&mut alices, &mut guests] {
        let (joined, user) = see!(socket, logged!(UserJoined { user, .. }, seq) => (seq, user));
        assert_eq!((joined, user.id), (before + 1, guest.user_id()));
    }
    see!(alices, logged!(Message { .. }, seq: told) => assert_eq!(told, seq));
    assert_eq!(guests.post("lobby", "again").await, seq + 1, "joining once is enough");
    assert_eq!(alice.room("lobby").await.members, 2);
    assert_eq!(guest.me().await.role, Role::Guest, "it has not chosen a name");
}

#[tokio::test]
async fn a_guest_that_chooses_a_name_joins_under_it_and_is_a_guest_no_more() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut alices = alice.live().await;
    let guest = server.guest().await;
    let mut guests = guest.live().await;
    guest.patch("/api/users/me", json!({ "name": "gwen" })).await.is(200);
    for socket in [&mut alices, &mut guests] {
        assert_eq!(see!(socket, logged!(UserJoined { user, .. }) => user.name), "gwen");
    }
    assert_eq!(guest.me().await.role, Role::Member);
    assert_eq!(alice.room("lobby").await.members, 2);
    guests.post("lobby", "hello").await;
    assert_eq!(see!(alices, logged!(Message { message }) => message.author.name), "gwen");
}

#[tokio::test]
async fn a_guest_that_has_written_and_then_chooses_a_name_joins_once() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut alices = alice.live().await;
    let guest = server.guest().await;
    guest.post_message("lobby", "hello").await;
    guest.patch("/api/users/me", json!({ "name": "gwen" })).await.is(200);
    guest.post_message("lobby", "it is me").await;
    let seen = alices.until(|event| matches!(event, logged!(Message { message }) if message.body == "it is me")).await;
    assert_eq!(seen.iter().filter(|event| matches!(event, logged!(UserJoined { .. }))).count(), 1, "{seen:?}");
    assert_eq!(alice.room("lobby").await.members, 2);
}

#[tokio::test]
async fn what_is_refused_announces_nobody() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut guests = server.guest().await.live().await;
    for (room, body) in [("lobby", " "), ("nowhere", "hello")] {
        let id = guests.say(room, body).await;
        guests.refused(id).await;
    }
    assert_eq!(alice.room("lobby").await.members, 1);
}

#[tokio::test]
async fn a_guest_may_join_other_rooms_and_is_known_then() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.create_room("dev").await;
    let mut alices = alice.live().await;
    let guest = server.guest().await;
    guest.join("dev").await;
    let rooms = [
        see!(alices, logged!(UserJoined { user, .. }, room) if user.id == guest.user_id() => room),
        see!(alices, logged!(UserJoined { user, .. }, room) if user.id == guest.user_id() => room),
    ];
    assert!(rooms.contains(&alices.lobby()) && rooms.contains(&alices.room("dev").id), "{rooms:?}");
}

#[tokio::test]
async fn a_guest_lost_and_back_is_the_same_guest() {
    let server = TestServer::start().await;
    let guest = server.guest().await;
    drop(guest.live().await);
    let server = server.restart().await;
    let socket = guest.at(&server).live().await;
    assert_eq!((socket.welcome().user.id, &socket.welcome().user.name), (guest.user_id(), &guest.name));
}
