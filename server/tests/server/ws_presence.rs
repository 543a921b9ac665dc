//! Who is here, told to those who look.

use std::time::{Duration, Instant};

use chat_protocol::{Event, PresenceChange};
use serde_json::json;

use chat_testing::{Connection, Person, TestServer, see};

/// Someone who looks at the lobby.
async fn looking(person: &Person) -> Connection {
    let mut socket = person.live().await;
    socket.send(json!({ "type": "Focus", "rooms": ["lobby"] })).await;
    see!(socket, Event::Members { .. } => ());
    socket
}

/// Who came and who went.
fn changes(events: &[Event]) -> Vec<(String, bool)> {
    let told = events.iter().filter_map(|event| match event {
        Event::Presence { changes, .. } => Some(changes),
        _ => None,
    });
    told.flatten().map(|change| (change.user.name.clone(), change.online)).collect()
}

#[tokio::test]
async fn coming_is_told_to_those_who_look() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut elsewhere) = (looking(&alice).await, alice.live().await);
    assert!(!bob.me().await.online);
    let _bobs = bob.live().await;
    let is_bob = |change: &PresenceChange| change.user.name == "bob" && change.online;
    let online = see!(alices, Event::Presence { online, changes, .. } if changes.iter().any(is_bob) => online);
    assert_eq!(online, 2);
    assert!(bob.me().await.online);
    let seen = elsewhere.settled().await;
    assert!(!seen.iter().any(|event| matches!(event, Event::Presence { .. })), "{seen:?}");
}

#[tokio::test]
async fn going_is_told_ten_seconds_after_the_last_connection() {
    let server = TestServer::with_stopped_clock().await;
    let mut alices = looking(&server.register("alice").await).await;
    let (bob, carol, dora) =
        (server.register("bob").await, server.register("carol").await, server.register("dora").await);
    let (bobs, _bobs_phone) = (bob.live().await, bob.another_device().await.live().await);
    let (carols, doras) = (carol.live().await, dora.live().await);
    server.pass(Duration::from_secs(1)).await;
    let came = changes(&alices.settled().await);
    assert!(["bob", "carol", "dora"].iter().all(|name| came.contains(&(name.to_string(), true))), "{came:?}");

    bobs.close().await;
    carols.close().await;
    doras.close().await;
    server.pass(Duration::from_millis(9_900)).await;
    assert_eq!(changes(&alices.settled().await), [], "they may come back");
    assert!(carol.me().await.online);
    let _back = dora.live().await;
    server.pass(Duration::from_millis(200)).await;
    let seen = alices.settled().await;
    assert_eq!(changes(&seen), [("carol".to_owned(), false)]);
    assert!(seen.iter().any(|event| matches!(event, Event::Presence { online: 3, .. })), "{seen:?}");
    for (person, online) in [(&bob, true), (&carol, false), (&dora, true)] {
        assert_eq!(person.me().await.online, online, "{}", person.name);
    }
}

#[tokio::test]
async fn many_who_come_at_once_are_told_together() {
    let server = TestServer::with_limits(&["registrations=off"]).await;
    let alice = server.register("alice").await;
    let mut people = Vec::new();
    for i in 0..20 {
        people.push(server.register(&format!("user{i}")).await);
    }
    let mut alices = looking(&alice).await;
    alices.settled().await;
    let begun = Instant::now();
    let mut sockets = Vec::new();
    for person in &people {
        sockets.push(person.live().await);
    }
    let (mut came, mut told) = (0, 0);
    while came < people.len() {
        let (online, changes) = see!(alices, Event::Presence { online, changes, .. } => (online, changes));
        came += changes.iter().filter(|change| change.user.name != "alice").count();
        told += 1;
        assert!(online as usize > came, "the count is of all: {online}");
    }
    let most = 2 + begun.elapsed().as_secs();
    assert!(told <= most, "{told} times in {:?}", begun.elapsed());
}
