//! Who is here, told to those who look.

use std::time::{Duration, Instant};

use chat_protocol::Event;
use serde_json::json;

use crate::harness::{Connection, Person, TestServer, see};

/// Someone who looks at the lobby.
async fn looking(person: &Person) -> Connection {
    let mut socket = person.live().await;
    socket.send(json!({ "type": "Focus", "rooms": ["lobby"] })).await;
    see!(socket, Event::Members { .. } => ());
    socket
}

/// Waits until this is told of someone; gives how many are online, and all that was told until then.
async fn told(socket: &mut Connection, name: &str, online: bool) -> (u64, Vec<(String, bool)>) {
    let mut all = Vec::new();
    loop {
        let (count, changes) = see!(socket, Event::Presence { online, changes, .. } => (online, changes));
        all.extend(changes.into_iter().map(|change| (change.user.name, change.online)));
        if all.contains(&(name.to_owned(), online)) {
            return (count, all);
        }
    }
}

#[tokio::test]
async fn coming_is_told_to_those_who_look() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut alices, mut elsewhere) = (looking(&alice).await, alice.live().await);
    assert!(!bob.me().await.online);
    let _bobs = bob.live().await;
    assert_eq!(told(&mut alices, "bob", true).await.0, 2);
    assert!(bob.me().await.online);
    let seen = elsewhere.settled().await;
    assert!(!seen.iter().any(|event| matches!(event, Event::Presence { .. })), "{seen:?}");
}

/// Waits for the server's ten seconds, once for all that follows from them.
#[tokio::test]
async fn going_is_told_ten_seconds_after_the_last_connection() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let mut alices = looking(&alice).await;
    let (bob, carol, dora) =
        (server.register("bob").await, server.register("carol").await, server.register("dora").await);
    let (bobs, bobs_phone) = (bob.live().await, bob.another_device().await.live().await);
    let (carols, doras) = (carol.live().await, dora.live().await);
    let begun = Instant::now();
    drop(bobs);
    drop(doras);
    carols.close().await;
    let _back = dora.live().await;
    let (count, changes) = told(&mut alices, "carol", false).await;
    assert!(begun.elapsed() > Duration::from_millis(9_900), "after {:?}", begun.elapsed());
    assert_eq!(count, 3, "alice, bob on the phone, and dora who came back");
    let gone: Vec<_> = changes.iter().filter(|(_, online)| !online).map(|(name, _)| name.as_str()).collect();
    assert_eq!(gone, ["carol"]);
    assert!(!carol.me().await.online);
    assert!(bob.me().await.online && dora.me().await.online);
    drop(bobs_phone);
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
