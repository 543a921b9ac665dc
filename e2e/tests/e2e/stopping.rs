//! An operator stops the server: clients are told, what is under way ends, and the exit code is 0 within 10 s.

use std::time::{Duration, Instant};

use chat_e2e::{
    Person, Server, Socket,
    crash::{Company, Crowd, Pace, Plan},
    database, scale, within,
};
use rustix::process::{Signal, kill_process};
use serde_json::json;
use uuid::Uuid;

/// What an operator can rely on.
const BOUND: Duration = Duration::from_secs(10);

#[tokio::test]
async fn it_ends_with_zero_in_time() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = Server::start().await;
        let alice = Person::take(&server, "alice").await;
        let (mut socket, _) = Socket::hello(&server, &alice).await;
        // One who is connected and never reads must not keep it.
        let (_deaf, _) = Socket::hello(&server, &alice).await;

        let asked = Instant::now();
        kill_process(server.pid(), signal).unwrap();
        let draining = socket.until("Draining").await;
        assert!(draining["retry_after_ms"].is_u64(), "{draining}");
        assert!(within("the connection's end", socket.next()).await.is_err());
        assert_eq!(socket.close_code(), Some(1012));
        let status = server.ended().await;
        assert_eq!(status.code(), Some(0));
        assert!(asked.elapsed() < BOUND, "it took {:?}", asked.elapsed());
        assert!(!server.log().contains("panicked"));
    }
}

#[tokio::test]
async fn what_was_acknowledged_until_then_is_there() {
    const MESSAGES: usize = 500;
    let mut server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    let (mut socket, welcome) = Socket::hello(&server, &alice).await;
    let lobby = &welcome["rooms"][0]["id"];
    for number in 0..MESSAGES {
        let id = Uuid::now_v7().to_string();
        socket.send(json!({ "type": "Message", "id": id, "room": lobby, "body": number.to_string() })).await.unwrap();
    }
    socket.until("Ack").await;
    kill_process(server.pid(), Signal::TERM).unwrap();
    let mut acknowledged = 1;
    while let Ok(frame) = within("the connection's end", socket.next()).await {
        acknowledged += usize::from(frame["type"] == "Ack");
    }
    assert!(server.ended().await.success());
    database::assert_whole(&server.data());

    server.restart().await;
    let log = alice.log("lobby").await;
    let stored = log.iter().filter(|event| event["type"] == "Message").count();
    assert!(stored >= acknowledged, "{acknowledged} were acknowledged, {stored} are there");
}

#[tokio::test]
async fn one_file_holds_everything_then() {
    let mut server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    alice.say("lobby", "hello").await;
    assert!(server.terminate().await.success());

    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::copy(database::file(&server.data()), database::file(elsewhere.path())).unwrap();
    let copy = Server::with(&[]).data(elsewhere.path()).start().await;
    let bob = Person::take(&copy, "bob").await;
    assert_eq!(bob.bodies("lobby").await, ["hello"]);
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let mut server = Server::start().await;
    let alice = Person::take(&server, "alice").await;
    alice.say("lobby", "hello").await;
    let before = (alice.get("/api/info").await.is(200).json, alice.log("lobby").await);
    assert!(server.terminate().await.success());
    server.restart().await;
    let after = (alice.get("/api/info").await.is(200).json, alice.log("lobby").await);
    assert_eq!(before, after);
}

/// Also what `checks/drain.sh` does, with many more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_told_under_load_and_comes_back_to_everything() {
    const PLAN: Plan = Plan { writers: 4, readers: 2, messages: 200 };
    /// Messages on their way to somebody.
    const AHEAD: usize = 8;
    let clients = scale::of("CHAT_DRAIN_CLIENTS", 300);
    let mut server = Server::start().await;
    let pace = Pace::of(AHEAD, clients);
    let mut crowd = Crowd::gather(&server, clients, &pace).await;
    let mut company = Company::begin(&server, PLAN, pace).await;
    company.acknowledged(PLAN.total() / 2).await;

    let asked = Instant::now();
    kill_process(server.pid(), Signal::TERM).unwrap();
    assert_eq!(server.ended().await.code(), Some(0));
    let stopped = asked.elapsed();
    assert!(stopped < BOUND, "it took {stopped:?}");
    let partings = crowd.parted().await;
    let told = partings.iter().filter(|parting| parting.retry_after_ms.is_some() && parting.code == Some(1012)).count();
    assert_eq!(told, clients, "somebody was not told: {:?}", partings.iter().find(|parting| parting.code.is_none()));

    server.restart().await;
    let restarted = Instant::now();
    crowd.come_back().await;
    let back = restarted.elapsed();
    assert!(back < BOUND, "it took {back:?}");
    let history = company.end().await;
    assert_eq!(history.violations(), []);
    crowd.end(history.log.len() as u64).await;
    assert!(server.terminate().await.success());
    database::assert_whole(&server.data());
    println!("{clients} clients: all told, stopped in {stopped:?}; all back in {back:?}; every promise kept");
}
