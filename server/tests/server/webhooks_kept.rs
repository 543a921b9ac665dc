//! Outgoing webhooks: what comes late, comes again, or comes no more.

use std::time::Duration;

use chat_protocol::Role;
use chat_server::admin::Database;
use chat_testing::{Person, Receiver, Reply, TestServer, text};
use serde_json::{Value, json};

use super::webhooks::{allow_private, ask, make, only, scene, until, with_room};

const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

async fn with_stopped_clock() -> (TestServer, Person, Receiver) {
    with_room(TestServer::with_stopped_clock_and(allow_private).await).await
}

/// Waits until the last answer that is noted has this status: from then on the server waits for its next attempt.
async fn until_answered(moderator: &Person, status: u16) -> Value {
    let is_last = |webhook: &Value| {
        webhook["answers"].as_array().unwrap().last().is_some_and(|answer| answer["status"] == status)
    };
    until(moderator, "the answer", is_last).await
}

#[tokio::test]
async fn an_event_that_is_not_taken_comes_again_before_the_next_one() {
    let (server, alice, mut receiver) = with_stopped_clock().await;
    make(&alice, &receiver.url("/")).await;
    receiver.reply([Reply::Status(500), Reply::Status(429)]);
    alice.say("ops", "one").await;
    alice.say("ops", "two").await;
    let first = receiver.next().await;
    let webhook = until_answered(&alice, 500).await;
    assert_eq!(text(&webhook["answers"][0]["error"]), "the receiver answered 500");
    assert!(receiver.waiting().is_empty(), "nothing comes before its time");
    server.pass(FIRST_PAUSE).await;
    let second = receiver.next().await;
    until_answered(&alice, 429).await;
    server.pass(FIRST_PAUSE).await;
    let third = receiver.next().await;
    assert_eq!((first.said(), second.id(), third.id()), ("one".to_owned(), first.id(), first.id()));
    let next = receiver.next().await;
    assert_eq!(next.said(), "two");
    assert_ne!(next.id(), first.id());
    assert!(receiver.waiting().is_empty());
}

#[tokio::test]
async fn a_receiver_that_was_down_for_hours_gets_everything_in_order_and_once() {
    let (server, alice, mut receiver) = with_stopped_clock().await;
    make(&alice, &receiver.url("/")).await;
    let statuses = 500..520;
    receiver.reply(statuses.clone().map(Reply::Status));
    let mut down = Duration::ZERO;
    for status in statuses {
        for number in (status - 500) * 5..(status - 499) * 5 {
            alice.say("ops", &format!("message {number}")).await;
        }
        let received = receiver.next().await;
        assert_eq!(received.said(), "message 0");
        assert!(received.id().ends_with("_2"), "{received:?}");
        until_answered(&alice, status).await;
        let pause = down.clamp(FIRST_PAUSE, LONGEST_PAUSE);
        server.pass(pause).await;
        down += pause;
    }
    assert!(down > Duration::from_secs(2 * 60 * 60), "{down:?}");
    for number in 0..100 {
        assert_eq!(receiver.next().await.said(), format!("message {number}"));
    }
    until(&alice, "the last one", |webhook| webhook["delivered_seq"] == 101).await;
    assert!(receiver.waiting().is_empty());
}

#[tokio::test]
async fn a_webhook_is_disabled_after_a_day_without_success_and_says_so() {
    let (server, alice, mut receiver) = with_stopped_clock().await;
    make(&alice, &receiver.url("/")).await;
    // Each attempt has a status of its own, so that its answer is known from the one before.
    receiver.reply((420..600).map(Reply::Status));
    alice.say("ops", "hello").await;
    let mut attempts = 0;
    let disabled = loop {
        receiver.next().await;
        let webhook = until_answered(&alice, 420 + attempts).await;
        attempts += 1;
        if webhook["answers"].as_array().is_some_and(|answers| answers.len() == 5) && attempts >= 96 {
            let webhook = only(&alice).await;
            if !webhook["disabled_at"].is_null() {
                break webhook;
            }
        }
        server.pass(LONGEST_PAUSE).await;
    };
    // A day of quarters of an hour, each up to a quarter shorter: 116 to 122 in 4,000 such days. 22 hours have 113 at most.
    assert!((114..=125).contains(&attempts), "{attempts} attempts");
    assert!(text(&disabled["disabled_reason"]).contains("for a day"), "{disabled}");
    alice.say("ops", "nobody is told of this").await;
    Database::open(server.folder()).unwrap().set_role("alice", Role::Admin).unwrap();
    let audit = alice.get("/api/audit").await.is(200).json;
    let line = audit.as_array().unwrap().iter().find(|line| line["action"] == "webhook_disabled").unwrap();
    assert_eq!((&line["by"], &line["user"]["name"]), (&Value::Null, &json!("alice")));
    server.pass(LONGEST_PAUSE).await;
    assert!(receiver.waiting().is_empty());
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone() {
    let (_server, alice, mut receiver) = scene().await;
    make(&alice, &receiver.url("/")).await;
    receiver.reply_status(410, 1);
    alice.say("ops", "hello").await;
    receiver.next().await;
    let webhook = until(&alice, "the end", |webhook| !webhook["disabled_at"].is_null()).await;
    assert!(text(&webhook["disabled_reason"]).contains("410"), "{webhook}");
    alice.delete(&format!("/api/webhooks/{}", text(&webhook["id"]))).await.is(204);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_nobody_is_sent_on() {
    let (_server, alice, mut receiver) = scene().await;
    let mut elsewhere = Receiver::start().await;
    make(&alice, &receiver.url("/")).await;
    for status in ["302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let head = format!("HTTP/1.1 {status}\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url("/"));
        receiver.reply([Reply::Bytes(head.into_bytes())]);
    }
    alice.say("ops", "hello").await;
    receiver.next().await;
    let webhook = until_answered(&alice, 302).await;
    assert!(text(&webhook["answers"][0]["error"]).contains("not followed"), "{webhook}");
    assert!(elsewhere.waiting().is_empty());
}

#[tokio::test]
async fn what_a_receiver_says_for_ever_is_not_listened_to() {
    // No time passes by which it could end.
    let (_server, alice, mut receiver) = with_stopped_clock().await;
    make(&alice, &receiver.url("/")).await;
    receiver.reply([Reply::Endless("HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n")]);
    alice.say("ops", "one").await;
    alice.say("ops", "two").await;
    assert_eq!(receiver.next().await.said(), "one");
    assert_eq!(receiver.next().await.said(), "two");
}

#[tokio::test]
async fn a_server_that_starts_again_goes_on_where_it_was_and_under_the_same_ids() {
    let (server, alice, mut receiver) = scene().await;
    make(&alice, &receiver.url("/")).await;
    alice.say("ops", "one").await;
    alice.say("ops", "two").await;
    let ids = [receiver.next().await, receiver.next().await].map(|received| received.id().to_owned());
    assert_ne!(ids[0], ids[1]);
    until(&alice, "both are delivered", |webhook| webhook["delivered_seq"] == 3).await;
    // The third is under way when the server stops.
    receiver.reply([Reply::Nothing]);
    alice.say("ops", "three").await;
    let under_way = receiver.next().await;
    let server = server.restart().await;
    let alice = alice.at(&server);
    let again = receiver.next().await;
    assert_eq!((again.id(), again.said()), (under_way.id(), "three".to_owned()));
    alice.say("ops", "four").await;
    assert_eq!(receiver.next().await.said(), "four");
    assert!(receiver.waiting().is_empty());
}

#[tokio::test]
async fn a_server_that_is_killed_loses_no_event_and_may_send_one_again() {
    let (server, alice, mut receiver) = scene().await;
    make(&alice, &receiver.url("/")).await;
    for number in 0..50 {
        alice.say("ops", &number.to_string()).await;
    }
    let mut said: Vec<(String, String)> = Vec::new();
    for _ in 0..25 {
        let received = receiver.next().await;
        said.push((received.id().to_owned(), received.said()));
    }
    let server = server.pause().1.resume().await;
    let alice = alice.at(&server);
    alice.say("ops", "50").await;
    while said.last().is_none_or(|(_, said)| said != "50") {
        let received = receiver.next().await;
        said.push((received.id().to_owned(), received.said()));
    }
    let mut known = std::collections::BTreeSet::new();
    said.retain(|(id, _)| known.insert(id.clone()));
    let said: Vec<String> = said.into_iter().map(|(_, said)| said).collect();
    assert_eq!(said, (0..=50).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_text_that_was_deleted_or_changed_meanwhile_is_not_sent() {
    let (server, alice, mut receiver) = with_stopped_clock().await;
    make(&alice, &receiver.url("/")).await;
    receiver.reply_status(500, 1);
    let mut ids = Vec::new();
    for body in ["the first", "a secret", "a typo"] {
        ids.push(text(&alice.say("ops", body).await["id"]));
    }
    assert_eq!(receiver.next().await.said(), "the first");
    until_answered(&alice, 500).await;
    alice.delete(&format!("/api/messages/{}", ids[1])).await.is(204);
    alice.patch(&format!("/api/messages/{}", ids[2]), json!({ "body": "mended" })).await.is(200);
    server.pass(FIRST_PAUSE).await;
    assert_eq!(receiver.next().await.said(), "the first");
    let deleted = receiver.next().await;
    assert_eq!((deleted.event()["message"]["deleted"].clone(), deleted.said()), (json!(true), String::new()));
    assert_eq!(receiver.next().await.said(), "mended");
}

#[tokio::test]
async fn a_webhook_sends_no_more_than_its_maker_may_read() {
    let (server, alice, mut receiver) = scene().await;
    let bob = server.register("bob").await;
    let room =
        alice.create_room_with(json!({ "kind": "private", "name": "den", "members": ["bob"] })).await.id.to_string();
    let moderation = format!("/api/rooms/{room}/moderation");
    alice.post(&moderation, json!({ "action": "role", "user": "bob", "role": "moderator" })).await.is(204);
    ask(&bob, &room, &receiver.url("/"), &["Message"]).await.is(201);
    alice.say(&room, "bob may read this").await;
    assert_eq!(receiver.next().await.said(), "bob may read this");
    alice.delete(&format!("/api/rooms/{room}/members/bob")).await.is(204);
    alice.say(&room, "bob may not read this").await;
    let webhook = until(&alice, "the end", |webhook| !webhook["disabled_at"].is_null()).await;
    assert!(text(&webhook["disabled_reason"]).contains("its maker"), "{webhook}");
    assert!(receiver.waiting().is_empty());
}

#[tokio::test]
async fn a_webhook_of_one_who_is_a_moderator_no_longer_sends_nothing() {
    let (server, alice, mut receiver) = scene().await;
    let bob = server.register("bob").await;
    bob.join("ops").await;
    let role = |role: &str| json!({ "action": "role", "user": "bob", "role": role });
    alice.post("/api/rooms/ops/moderation", role("moderator")).await.is(204);
    ask(&bob, "ops", &receiver.url("/"), &["Message"]).await.is(201);
    alice.post("/api/rooms/ops/moderation", role("member")).await.is(204);
    alice.say("ops", "bob may read this, and send it nowhere").await;
    let webhook = until(&alice, "the end", |webhook| !webhook["disabled_at"].is_null()).await;
    assert!(text(&webhook["disabled_reason"]).contains("its maker"), "{webhook}");
    assert!(receiver.waiting().is_empty());
}

#[tokio::test]
async fn a_webhook_ends_with_its_room_and_with_the_account_of_its_maker() {
    let (server, alice, mut receiver) = scene().await;
    let bob = server.register("bob").await;
    bob.create_room("dev").await;
    ask(&bob, "dev", &receiver.url("/bob"), &["Message"]).await.is(201);
    Database::open(server.folder()).unwrap().set_role("alice", Role::Admin).unwrap();
    alice.patch("/api/users/bob", json!({ "disabled": true })).await.is(200);
    alice.say("lobby", "elsewhere").await;
    alice.join("dev").await;
    alice.say("dev", "nobody is told").await;
    let webhook = until(&alice, "the end", |webhook| !webhook["disabled_at"].is_null()).await;
    assert!(text(&webhook["disabled_reason"]).contains("its maker"), "{webhook}");
    alice.delete("/api/rooms/dev").await.is(204);
    assert_eq!(alice.get("/api/webhooks").await.is(200).json, json!([]));

    make(&alice, &receiver.url("/alice")).await;
    alice.say("ops", "told").await;
    assert_eq!(receiver.next().await.path, "/alice");
    alice.delete("/api/rooms/ops").await.is(204);
    assert_eq!(alice.get("/api/webhooks").await.is(200).json, json!([]));
    assert!(receiver.waiting().is_empty());
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_costs_no_other_one_anything() {
    let (_server, alice, mut receiver) = scene().await;
    let mut slow = Receiver::start().await;
    slow.reply([Reply::Nothing]);
    make(&alice, &slow.url("/")).await;
    make(&alice, &receiver.url("/")).await;
    for number in 0..50 {
        alice.say("ops", &number.to_string()).await;
    }
    for number in 0..50 {
        assert_eq!(receiver.next().await.said(), number.to_string());
    }
    assert_eq!(slow.next().await.said(), "0");
    assert!(slow.waiting().is_empty());
}
