//! How far one has read, on all one's devices, and what is left.

use chat_protocol::{ErrorCode, Event};
use serde_json::{Value, json};

use chat_testing::{Connection, Person, TestServer, logged, see};

/// Moves the marker, and gives what this connection is told then: `seq`, `unread`, `mentions`.
async fn read(socket: &mut Connection, fields: Value) -> (u64, u64, u64) {
    let mut command = json!({ "type": "Read", "room": "lobby" });
    command.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    socket.send(command).await;
    marker(socket).await
}

async fn marker(socket: &mut Connection) -> (u64, u64, u64) {
    see!(socket, Event::ReadMarker { seq, unread, mentions, .. } => (seq, unread, mentions))
}

/// What a room says of someone: `read_seq`, `unread`, `mentions`.
async fn standing(person: &Person, room: &str) -> (u64, u64, u64) {
    let room = person.room(room).await;
    (room.read_seq.unwrap(), room.unread.unwrap(), room.mentions.unwrap())
}

#[tokio::test]
async fn the_marker_moves_on_all_devices_and_nobody_elses() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut desk, mut phone) = (alice.live().await, alice.another_device().await.live().await);
    let mut bobs = bob.live().await;
    let seq = bobs.post("lobby", "@alice hello").await;
    assert_eq!(read(&mut desk, json!({ "seq": seq })).await, (seq, 0, 0));
    assert_eq!(marker(&mut phone).await, (seq, 0, 0));
    let seen = bobs.settled().await;
    assert!(!seen.iter().any(|event| matches!(event, Event::ReadMarker { .. })), "{seen:?}");
}

#[tokio::test]
async fn the_marker_moves_forward_only_unless_told_back() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut socket = alice.live().await;
    let first = bob.post_message("lobby", "@alice one").await;
    let last = bob.post_message("lobby", "two").await;
    assert_eq!(read(&mut socket, json!({ "seq": last })).await, (last, 0, 0));
    assert_eq!(read(&mut socket, json!({ "seq": first })).await, (last, 0, 0), "not back");
    assert_eq!(read(&mut socket, json!({ "seq": first - 1, "back": true })).await, (first - 1, 2, 1));
    assert_eq!(read(&mut socket, json!({ "seq": first })).await, (first, 1, 0));
    assert_eq!(read(&mut socket, json!({ "seq": 0, "back": true })).await, (0, 2, 1));
}

#[tokio::test]
async fn above_the_last_event_is_the_last_event() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut socket = alice.live().await;
    let last = bob.post_message("lobby", "one").await;
    for seq in [last + 1, 9_007_199_254_740_991, u64::MAX] {
        assert_eq!(read(&mut socket, json!({ "seq": seq })).await, (last, 0, 0));
    }
    let next = bob.post_message("lobby", "two").await;
    assert_eq!(standing(&alice, "lobby").await, (last, 1, 0), "it is not ahead");
    assert_eq!(read(&mut socket, json!({ "seq": next })).await, (next, 0, 0));
}

#[tokio::test]
async fn one_reads_in_a_room_that_one_is_in() {
    let server = TestServer::start().await;
    server.register("bob").await.create_room("dev").await;
    let mut socket = server.register("alice").await.live().await;
    for (room, code) in [("nowhere", ErrorCode::NotFound), ("dev", ErrorCode::Forbidden)] {
        socket.send(json!({ "type": "Read", "room": room, "seq": 1 })).await;
        assert_eq!(socket.error().await.code, code, "{room}");
    }
}

#[tokio::test]
async fn unread_counts_messages_of_others_and_nothing_else() {
    let server = TestServer::with_limits(&["messages=off", "registrations=off", "commands=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    // Whether each event after bob came counts for him, and whether it mentions him.
    let mut log = Vec::new();
    for (who, body) in [
        (&alice, "one"),
        (&bob, "two"),
        (&alice, "@bob three"),
        (&bob, "@bob @alice four"),
        (&alice, "@BOB @bob five"),
        (&alice, "`@bob` six"),
    ] {
        let seq = who.post_message("lobby", body).await;
        let others = who.name != "bob";
        log.push((seq, others, others && body.to_lowercase().starts_with("@bob")));
        match body {
            "two" => drop(server.register("carol").await),
            "@bob three" => alice.set_topic("lobby", "counting").await,
            _ => {}
        }
    }
    let mut socket = bob.live().await;
    let came = alice.room("lobby").await.read_seq.unwrap() + 1;
    let last = bob.room("lobby").await.last_seq;
    assert_eq!(standing(&bob, "lobby").await, (came, 4, 2), "sending moved nothing");
    for seq in (0..=last).rev() {
        let unread = log.iter().filter(|(at, others, _)| *at > seq && *others).count() as u64;
        let mentions = log.iter().filter(|(at, _, mentions)| *at > seq && *mentions).count() as u64;
        assert_eq!(read(&mut socket, json!({ "seq": seq, "back": true })).await, (seq, unread, mentions));
        assert_eq!(standing(&bob, "lobby").await, (seq, unread, mentions));
    }
    drop(socket);
    let room = bob.live().await.room("lobby").clone();
    assert_eq!((room.read_seq, room.unread, room.mentions), (Some(0), Some(4), Some(2)), "Welcome tells the same");
}

#[tokio::test]
async fn a_new_member_has_read_up_to_their_own_coming() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("dev").await;
    alice.post_message("dev", "before").await;
    let mut socket = bob.live().await;
    bob.join("dev").await;
    let joined = see!(socket, logged!(UserJoined { user, .. }, seq) if user.name == "bob" => seq);
    assert_eq!(standing(&bob, "dev").await, (joined, 0, 0));
    alice.post_message("dev", "after").await;
    assert_eq!(standing(&bob, "dev").await, (joined, 1, 0));
    bob.post_message("dev", "an answer").await;
    bob.leave("dev").await;
    alice.post_message("dev", "@bob are you gone?").await;
    bob.join("dev").await;
    let again = see!(socket, logged!(UserJoined { user, .. }, seq) if user.name == "bob" && seq > joined => seq);
    assert_eq!(standing(&bob, "dev").await, (again, 0, 0));
    alice.post_message("dev", "@bob welcome back").await;
    assert_eq!(standing(&bob, "dev").await, (again, 1, 1));
    assert_eq!(standing(&alice, "dev").await, (1, 1, 0), "bob's one message");
}

#[tokio::test]
async fn a_guest_has_read_up_to_where_it_came() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let before = alice.post_message("lobby", "before").await;
    let guest = server.guest().await;
    assert_eq!(standing(&guest, "lobby").await, (before, 0, 0));
    alice.post_message("lobby", "after").await;
    assert_eq!(standing(&guest, "lobby").await, (before, 1, 0));
    guest.post_message("lobby", "hello").await;
    assert_eq!(standing(&guest, "lobby").await, (before, 1, 0), "writing moves nothing");
    let mut socket = guest.live().await;
    assert_eq!(read(&mut socket, json!({ "seq": 1_000 })).await, (alice.room("lobby").await.last_seq, 0, 0));
}
