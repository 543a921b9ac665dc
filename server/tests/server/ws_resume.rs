//! Coming back: everything after the cursors, exactly; or the truth that this is not possible.

use std::collections::HashMap;

use chat_protocol::{Cursor, Epoch, Event, MessageId, RemovalReason, ResetReason, RoomId, Timestamp};
use serde_json::json;

use chat_testing::{Person, TestServer, logged, see};

/// A room at most so far behind is caught up with.
const BEHIND: usize = 2_000;

fn at(room: RoomId, seq: u64) -> HashMap<RoomId, Cursor> {
    HashMap::from([(room, Cursor { seq, at: None })])
}

/// The log of a room after a position, as REST tells it.
async fn log_after(person: &Person, room: RoomId, seq: u64) -> Vec<Event> {
    let page = person.get(&format!("/api/rooms/{room}/events?after={seq}&limit=1000")).await.is(200);
    serde_json::from_value(page["events"].clone()).unwrap()
}

#[tokio::test]
async fn who_comes_back_is_told_what_they_missed_and_nothing_else() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.post_message("lobby", "seen").await;
    let mut socket = bob.live().await;
    alice.post_message("lobby", "seen too").await;
    socket.message().await;
    let cursors = socket.cursors.clone();
    let lobby = socket.lobby();
    drop(socket);
    alice.post_message("lobby", "one").await;
    alice.set_topic("lobby", "news").await;
    server.register("carol").await;
    bob.post_message("lobby", "two, from a script").await;
    let (mut socket, missed) = bob.resume(&cursors).await;
    assert_eq!(missed, log_after(&alice, lobby, cursors[&lobby].seq).await);
    let kinds: Vec<_> = missed.iter().map(|event| json!(event)["type"].clone()).collect();
    assert_eq!(kinds, ["Message", "RoomUpdated", "UserJoined", "Message"]);
    alice.post_message("lobby", "live").await;
    assert_eq!(socket.message().await, "live");
}

#[tokio::test]
async fn after_a_rename_what_is_in_memory_reads_as_the_log_does() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    // Somebody reads, so that the room's newest events are kept in memory.
    let mut reader = server.register("carol").await.live().await;
    let socket = bob.live().await;
    let (cursors, lobby) = (socket.cursors.clone(), socket.lobby());
    drop(socket);
    alice.post_message("lobby", "one").await;
    alice.set_topic("lobby", "news").await;
    assert_eq!(reader.message().await, "one");
    alice.patch("/api/users/me", json!({"name": "alicia"})).await.is(200);
    bob.post_message("lobby", "two").await;
    let (_, missed) = bob.resume(&cursors).await;
    assert_eq!(missed, log_after(&alice, lobby, cursors[&lobby].seq).await);
    assert!(!json!(missed).to_string().contains("\"alice\""), "nobody is told the old name any more: {missed:?}");
}

#[tokio::test]
async fn the_same_after_a_restart() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let socket = bob.live().await;
    let (cursors, epoch) = (socket.cursors.clone(), socket.welcome().epoch);
    drop(socket);
    alice.post_message("lobby", "one").await;
    let server = server.restart().await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    alice.post_message("lobby", "two").await;
    let (socket, missed) = bob.resume_with(json!({ "cursors": cursors, "epoch": epoch })).await;
    assert_eq!(socket.welcome().epoch, epoch);
    assert_eq!(missed, log_after(&alice, socket.lobby(), cursors[&socket.lobby()].seq).await);
    assert_eq!(missed.len(), 2);
}

#[tokio::test]
async fn with_nothing_missed_live_follows_at_once() {
    let server = TestServer::start().await;
    let bob = server.register("bob").await;
    let socket = bob.live().await;
    let epoch = socket.welcome().epoch;
    let (socket, missed) = bob.resume(&socket.cursors).await;
    assert_eq!(missed, []);
    let (_, missed) = bob.resume_with(json!({ "cursors": socket.cursors, "epoch": epoch })).await;
    assert_eq!(missed, []);
}

#[tokio::test]
async fn a_room_without_a_cursor_begins_after_welcome() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let dev = alice.create_room("dev").await.id;
    bob.join("dev").await;
    alice.post_message("dev", "missed").await;
    alice.post_message("lobby", "not asked for").await;
    let (mut socket, missed) = bob.resume(&at(dev, 0)).await;
    assert_eq!(missed, log_after(&alice, dev, 0).await, "all of dev, nothing of the lobby");
    alice.post_message("lobby", "live").await;
    let (room, seq) = see!(socket, logged!(Message { .. }, room, seq) => (room, seq));
    assert_eq!((room, seq), (socket.lobby(), socket.room("lobby").last_seq + 1));
}

#[tokio::test]
async fn joining_meanwhile_in_many_rooms_is_missed_room_by_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut wanted = HashMap::new();
    for i in 0..5 {
        let room = alice.create_room(&format!("room{i}")).await;
        bob.join(&room.name).await;
        wanted.insert(room.id, Cursor { seq: i.min(2), at: None });
    }
    let (_socket, missed) = bob.resume(&wanted).await;
    for (room, cursor) in &wanted {
        let of_room: Vec<_> =
            missed.iter().filter(|event| event.logged().is_some_and(|entry| entry.room == *room)).cloned().collect();
        assert_eq!(of_room, log_after(&alice, *room, cursor.seq).await);
    }
}

#[tokio::test]
async fn while_others_go_on_talking_each_event_comes_once() {
    const SAID: usize = 300;
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let socket = bob.live().await;
    let (mut cursors, lobby) = (socket.cursors.clone(), socket.lobby());
    drop(socket);
    let mut alices = alice.live().await;
    let messages = (0..SAID)
        .map(|i| json!({ "type": "Message", "id": MessageId::now_v7(), "room": "lobby", "body": i.to_string() }))
        .collect();
    let come_and_go = async {
        let mut seen = Vec::new();
        while seen.len() < SAID {
            // Lost after a few events, again and again; that no cursor skips is looked at with every event.
            let (mut socket, missed) = bob.resume(&cursors).await;
            for event in missed {
                if let logged!(Message { message }) = event {
                    seen.push(message.body);
                }
            }
            for _ in 0..10.min(SAID - seen.len()) {
                seen.push(socket.message().await);
            }
            cursors = socket.cursors.clone();
        }
        seen
    };
    let (_, seen) = tokio::join!(alices.flood(messages), come_and_go);
    assert_eq!(seen, (0..SAID).map(|i| i.to_string()).collect::<Vec<_>>());
    assert!(cursors.contains_key(&lobby));
}

#[tokio::test]
async fn two_thousand_events_are_caught_up_with_and_one_more_is_too_far() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let lobby = bob.live().await.lobby();
    let first = alice.room("lobby").await.last_seq;
    say_many(&server, BEHIND + 1).await;
    let room = bob.room("lobby").await;
    let behind = room.last_seq - BEHIND as u64;
    assert!(behind > first);

    let (_, missed) = bob.resume(&at(lobby, behind)).await;
    assert_eq!(missed.len(), BEHIND);
    let (mut socket, missed) = bob.resume(&at(lobby, behind - 1)).await;
    let reset = Event::Reset { room: lobby, last_seq: room.last_seq, at: room.last_at, why: ResetReason::TooFar };
    assert_eq!(missed, [reset], "never a part of it as the whole");
    alice.post_message("lobby", "live").await;
    assert_eq!(see!(socket, logged!(Message { .. }, seq) => seq), room.last_seq + 1, "it goes on from last_seq");
}

/// A few people say so many things together: what waits at the same time is committed together.
async fn say_many(server: &TestServer, count: usize) {
    const PEOPLE: usize = 4;
    let mut talks = Vec::new();
    for i in 0..PEOPLE {
        let mut socket = server.register(&format!("talker{i}")).await.live().await;
        let own = count / PEOPLE + usize::from(i < count % PEOPLE);
        let message = || json!({ "type": "Message", "id": MessageId::now_v7(), "room": "lobby", "body": "x" });
        let messages = std::iter::repeat_with(message).take(own).collect();
        talks.push(async move { socket.flood(messages).await });
    }
    futures_util::future::join_all(talks).await;
}

#[tokio::test]
async fn a_cursor_of_another_history_is_told_why() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.post_message("lobby", "one").await;
    let last = alice.post_message("lobby", "two").await;
    let socket = bob.live().await;
    let (lobby, epoch) = (socket.lobby(), socket.welcome().epoch);
    let last_at = socket.cursors[&lobby].at;
    let wrong = Timestamp::from_millis(last_at.unwrap().millis() + 1);
    let other = Epoch::now_v7();
    for (seq, at, epoch, why) in [
        (last, last_at, other, ResetReason::Epoch),
        (1, None, other, ResetReason::Epoch),
        (0, None, other, ResetReason::Epoch),
        (last + 1, last_at, epoch, ResetReason::Ahead),
        (last + 1, None, epoch, ResetReason::Ahead),
        (last, Some(wrong), epoch, ResetReason::Mismatch),
        (last - 1, Some(wrong), epoch, ResetReason::Mismatch),
    ] {
        let cursors = HashMap::from([(lobby, Cursor { seq, at })]);
        let (socket, missed) = bob.resume_with(json!({ "cursors": cursors, "epoch": epoch })).await;
        let room = socket.room("lobby").clone();
        assert_eq!(missed, [Event::Reset { room: lobby, last_seq: room.last_seq, at: room.last_at, why }]);
    }
}

#[tokio::test]
async fn a_cursor_without_a_time_is_not_compared() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let last = alice.post_message("lobby", "one").await;
    let lobby = bob.live().await.lobby();
    let (_, missed) = bob.resume(&at(lobby, last - 1)).await;
    assert!(matches!(missed[..], [logged!(Message { .. })]), "{missed:?}");
    let (_, missed) = bob.resume(&at(lobby, 0)).await;
    assert_eq!(missed, log_after(&alice, lobby, 0).await, "from the beginning");
}

#[tokio::test]
async fn one_room_reset_is_not_the_others_matter() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let dev = alice.create_room("dev").await.id;
    bob.join("dev").await;
    let lobby = bob.live().await.lobby();
    let cursors = HashMap::from([(lobby, Cursor { seq: 1_000, at: None }), (dev, Cursor { seq: 1, at: None })]);
    let (_, missed) = bob.resume(&cursors).await;
    let resets: Vec<_> = missed.iter().filter(|event| matches!(event, Event::Reset { .. })).collect();
    assert!(matches!(resets[..], [Event::Reset { room, why: ResetReason::Ahead, .. }] if *room == lobby), "{missed:?}");
    assert!(matches!(missed.last(), Some(logged!(UserJoined { .. }, room, seq: 2)) if *room == dev), "{missed:?}");
}

#[tokio::test]
async fn a_cursor_of_a_room_that_one_is_not_in_is_answered_with_its_removal() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let dev = alice.create_room("dev").await.id;
    bob.join("dev").await;
    let socket = bob.live().await;
    let cursors = socket.cursors.clone();
    drop(socket);
    bob.leave("dev").await;
    alice.post_message("dev", "unheard").await;
    let (_, missed) = bob.resume(&cursors).await;
    assert_eq!(missed, [Event::RoomRemoved { room_id: dev, why: RemovalReason::Left, by: None, reason: None }]);
    let nowhere = RoomId::now_v7();
    let (_, missed) = bob.resume(&at(nowhere, 7)).await;
    assert_eq!(missed, [Event::RoomRemoved { room_id: nowhere, why: RemovalReason::Left, by: None, reason: None }]);
}

#[tokio::test]
async fn leaving_and_coming_back_meanwhile_is_missed_like_everything_else() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let dev = alice.create_room("dev").await.id;
    bob.join("dev").await;
    let cursors = bob.live().await.cursors;
    bob.leave("dev").await;
    alice.post_message("dev", "between").await;
    bob.join("dev").await;
    let (_, missed) = bob.resume(&cursors).await;
    assert_eq!(missed, log_after(&alice, dev, cursors[&dev].seq).await);
    assert!(
        matches!(missed[..], [logged!(UserLeft { .. }), logged!(Message { .. }), logged!(UserJoined { .. })]),
        "{missed:?}"
    );
}
