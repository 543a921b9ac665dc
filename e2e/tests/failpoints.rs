//! The server dies at the worst moments: before and after a commit, before an acknowledgement, before a delivery.
//!
//! `cargo test --workspace --features chat-e2e/failpoints --test failpoints`

#[path = "failpoints/files.rs"]
mod files;

use std::{os::unix::process::ExitStatusExt as _, path::Path};

use chat_e2e::{
    Person, Server, Socket,
    crash::{Company, Outcome, Pace, Plan},
    database,
    server::Start,
    within,
};
use rustix::process::Signal;
use serde_json::json;
use uuid::Uuid;

const PLAN: Plan = Plan { writers: 4, readers: 2, messages: 150 };

/// What can be known of the one message that was under way when the server died.
struct Scene {
    stored: bool,
    acknowledged: bool,
    /// To how many of the two connections it was shown.
    shown: usize,
}

/// A server that dies when it comes to this place once more than so often.
async fn server(place: &str, passes: usize) -> Server {
    start(place, passes).start().await
}

/// The same, to be started.
fn start(place: &str, passes: usize) -> Start {
    Server::unlimited().program(program()).at_first("FAILPOINTS", &format!("{place}={passes}*off->return"))
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_chat-server-failpoints"))
}

async fn assert_aborted(server: &mut Server, place: &str) {
    assert_eq!(server.ended().await.signal(), Some(Signal::ABORT.as_raw()));
    // Another thread may still write a line after it.
    let said = format!("aborting at {place}");
    assert!(server.log().lines().any(|line| line == said), "{}", server.log());
}

/// Under writers and readers: every promise is kept.
async fn dies_under_load(place: &str, passes: usize) {
    let mut server = server(place, passes).await;
    let company = Company::begin(&server, PLAN, Pace::free()).await;
    assert_aborted(&mut server, place).await;
    let acknowledged = company.acknowledgements();
    assert!(acknowledged > 0 && acknowledged < PLAN.total(), "not under load: {acknowledged} acknowledged");

    server.restart().await;
    let history = company.end().await;
    assert_eq!(history.violations(), []);
    assert_eq!(history.count(|outcome| matches!(outcome, Outcome::Acknowledged { .. })), PLAN.total());
    assert!(server.terminate().await.success());
    database::assert_whole(&server.data());
}

/// With one message at a time under way, so that what became of it can be known.
async fn dies_with_one_under_way(place: &str, passes: usize) -> Scene {
    let mut server = server(place, passes).await;
    let (alice, bob) = (Person::take(&server, "alice").await, Person::take(&server, "bob").await);
    let (mut writer, welcome) = Socket::hello(&server, &alice).await;
    let (mut reader, _) = Socket::hello(&server, &bob).await;
    let lobby = &welcome["rooms"][0]["id"];

    let mut sent = Vec::new();
    let (message, acknowledged, shown) = loop {
        let id = Uuid::now_v7().to_string();
        let message = json!({ "type": "Message", "id": id, "room": lobby, "body": format!("message {}", sent.len()) });
        sent.push(id.clone());
        // When it has died already, that shows below.
        _ = writer.send(message.clone()).await;
        let (mut acknowledged, mut written, mut read) = (false, false, false);
        within("the message or the end", async {
            while !(acknowledged && written) {
                let Ok(frame) = writer.next().await else { break };
                acknowledged |= frame["type"] == "Ack" && frame["id"] == *id;
                written |= frame["message"]["id"] == *id;
            }
            while !read {
                let Ok(frame) = reader.next().await else { break };
                read |= frame["message"]["id"] == *id;
            }
        })
        .await;
        if !(acknowledged && written && read) {
            break (message, acknowledged, usize::from(written) + usize::from(read));
        }
    };
    assert_aborted(&mut server, place).await;
    let stored = database::message_ids(&server.data());
    let (last, before) = sent.split_last().expect("one was sent");
    assert!(before.iter().all(|id| stored.contains(id)), "an acknowledged message is not in the file");

    server.restart().await;
    let (mut writer, _) = Socket::hello(&server, &alice).await;
    writer.send(message).await.expect("the server is back");
    writer.until_some("the acknowledgement", |frame| frame["type"] == "Ack" && frame["id"] == **last).await;
    let log = bob.log("lobby").await;
    let logged: Vec<&str> = log.iter().filter_map(|event| event["message"]["id"].as_str()).collect();
    assert_eq!(logged, sent, "each once, in order");
    Scene { stored: stored.contains(last), acknowledged, shown }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_a_commit_nothing_is_stored_nor_said() {
    dies_under_load("before-commit", 30).await;
    let Scene { stored, acknowledged, shown } = dies_with_one_under_way("before-commit", 20).await;
    assert_eq!((stored, acknowledged, shown), (false, false, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_commit_it_is_stored_and_nobody_knows() {
    dies_under_load("after-commit", 20).await;
    let Scene { stored, acknowledged, shown } = dies_with_one_under_way("after-commit", 20).await;
    assert_eq!((stored, acknowledged, shown), (true, false, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_an_acknowledgement_it_is_stored_and_may_be_shown() {
    dies_under_load("before-acknowledgement", 200).await;
    let Scene { stored, acknowledged, .. } = dies_with_one_under_way("before-acknowledgement", 20).await;
    assert_eq!((stored, acknowledged), (true, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_a_delivery_it_is_stored_and_somebody_has_not_seen_it() {
    dies_under_load("before-delivery", 30).await;
    let Scene { stored, shown, .. } = dies_with_one_under_way("before-delivery", 20).await;
    assert!(stored && shown < 2, "stored: {stored}, shown to {shown} of two");
}
