//! Many at once, and one who does not keep up.

use chat_protocol::{Event, MessageId};
use serde_json::{Value, json};

use chat_testing::{Person, TestServer, logged, see};

fn messages(count: usize, body: &str) -> Vec<Value> {
    let message = || json!({ "type": "Message", "id": MessageId::now_v7(), "room": "lobby", "body": body });
    std::iter::repeat_with(message).take(count).collect()
}

#[tokio::test]
async fn of_a_hundred_who_take_one_name_at_once_one_gets_it() {
    let server = TestServer::with_limits(&["registrations=off", "requests=off"]).await;
    let taking = (0..100).map(|_| server.post("/api/users", json!({ "name": "alice" })));
    let answers = futures_util::future::join_all(taking).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!((taken.len(), refused.len()), (1, 99));
    for answer in refused {
        answer.is_problem(409, "name_taken");
    }
    assert_eq!(server.get("/api/users").await.names(), ["alice"]);
    let page = server.get("/api/rooms/lobby/events").await.is(200);
    assert_eq!(page["last_seq"], 1, "one joined");
}

#[tokio::test]
async fn ten_people_who_talk_at_once_are_all_heard() {
    const PEOPLE: usize = 10;
    const EACH: usize = 200;
    let server = TestServer::with_limits(&["messages=off", "registrations=off"]).await;
    let mut listener = server.register("alice").await.live().await;
    let mut talks = Vec::new();
    for i in 0..PEOPLE {
        let mut socket = server.register(&format!("user{i}")).await.live().await;
        let said = messages(EACH, "x");
        talks.push(async move {
            let ids: Vec<String> = said.iter().map(|message| message["id"].as_str().unwrap().to_owned()).collect();
            let answers = socket.flood(said).await;
            let taken: Vec<String> = answers
                .iter()
                .filter_map(|event| if let Event::Ack { id, .. } = event { Some(id.to_string()) } else { None })
                .collect();
            assert!(taken == ids, "each is acknowledged, in order");
            ids
        });
    }
    let listen = async {
        let mut heard: Vec<(String, String)> = Vec::new();
        while heard.len() < PEOPLE * EACH {
            heard.push(see!(listener, logged!(Message { message }) => (message.author.name, message.id.to_string())));
        }
        heard
    };
    let (said, heard) = tokio::join!(futures_util::future::join_all(talks), listen);
    for (i, ids) in said.into_iter().enumerate() {
        let name = format!("user{i}");
        let own = heard.iter().filter(|(author, _)| *author == name).map(|(_, id)| id);
        assert!(own.eq(ids.iter()), "all of {name}, in order");
    }
}

/// More than memory keeps of a room, and with their bodies more than the buffers between the two ends take.
const SLOW: usize = 3_000;
/// Bytes of each body.
const BODY: usize = 1_000;

async fn slow_reader(bob: &Person) -> chat_testing::Connection {
    let mut socket = bob.upgrade().receive_buffer(4_096).open().await.expect("the upgrade is granted");
    socket.hello(json!({})).await;
    socket.until_live().await;
    socket
}

#[tokio::test]
async fn who_stops_reading_is_nobody_elses_matter_and_misses_nothing() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob, carol) =
        (server.register("alice").await, server.register("bob").await, server.register("carol").await);
    let mut slow = slow_reader(&bob).await;
    let (mut alices, mut carols) = (alice.live().await, carol.live().await);
    let body = "x".repeat(BODY);
    let said = messages(SLOW, &body);
    let ids: Vec<String> = said.iter().map(|message| message["id"].as_str().unwrap().to_owned()).collect();
    let listen = async {
        for id in &ids {
            assert_eq!(see!(carols, logged!(Message { message }) => message.id.to_string()), *id);
        }
    };
    tokio::join!(alices.flood(said), listen);
    // Only now bob reads on: from memory no longer, but from the log.
    for id in &ids {
        match slow.next().await {
            logged!(Message { message }) => assert_eq!(message.id.to_string(), *id),
            logged!(UserJoined { .. }) => panic!("nobody joined"),
            other => panic!("never a Reset, nothing else: {other:?}"),
        }
    }
    slow.post("lobby", "read it all").await;
    alices
        .first("Message", |event| {
            matches!(event, logged!(Message { message }) if message.author.name == "bob").then_some(())
        })
        .await;
}

#[tokio::test]
async fn who_reads_slowly_is_told_no_stale_typing() {
    let server = TestServer::with_limits(&["messages=off", "commands=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut slow = slow_reader(&bob).await;
    slow.send(json!({ "type": "Focus", "rooms": ["lobby"] })).await;
    see!(slow, Event::Members { .. } => ());
    let mut alices = alice.live().await;
    alices.flood(messages(SLOW / 8, &"x".repeat(8 * BODY))).await;
    for _ in 0..200 {
        alices.send(json!({ "type": "UserTyping", "room": "lobby" })).await;
        alices.send(json!({ "type": "UserStoppedTyping", "room": "lobby" })).await;
    }
    alices.settled().await;
    let last = alices.post("lobby", "last").await;
    let seen = slow.until(|event| matches!(event, logged!(Message { .. }, seq) if *seq == last)).await;
    let typing =
        seen.iter().filter(|event| matches!(event, Event::UserTyping { .. } | Event::UserStoppedTyping { .. }));
    assert!(typing.count() < 400, "ephemeral events are dropped first");
    see!(slow, Event::Members { .. } => ());
}
