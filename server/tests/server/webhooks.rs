//! Outgoing webhooks: who may make them, what is sent and where, and how it is signed.

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chat_protocol::{Role, WebhookId};
use chat_server::{Names, Options, admin::Database};
use chat_testing::{Answer, Person, Received, Receiver, TestServer, text, within};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

/// An address that everyone can reach.
const PUBLIC: &str = "https://1.1.1.1/chat";

/// Webhooks may send to this machine.
pub(super) fn allow_private(options: &mut Options) {
    options.allow_private_webhooks = true;
    options.limits.set("messages=off").unwrap();
    options.limits.set("requests=off").unwrap();
}

/// A room of alice's, and someone to send its events to.
pub(super) async fn scene() -> (TestServer, Person, Receiver) {
    with_room(TestServer::with(allow_private).await).await
}

pub(super) async fn with_room(server: TestServer) -> (TestServer, Person, Receiver) {
    let alice = server.register("alice").await;
    alice.create_room("ops").await;
    (server, alice, Receiver::start().await)
}

pub(super) async fn ask(moderator: &Person, room: &str, url: &str, events: &[&str]) -> Answer {
    moderator.post("/api/webhooks", json!({ "room": room, "url": url, "events": events })).await
}

pub(super) async fn make(moderator: &Person, url: &str) -> Value {
    ask(moderator, "ops", url, &["Message"]).await.is(201).json
}

/// The one webhook that someone moderates.
pub(super) async fn only(moderator: &Person) -> Value {
    let listed = moderator.get("/api/webhooks").await.is(200).json;
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    listed[0].clone()
}

/// Looks at the one webhook until it is as it must be.
pub(super) async fn until(moderator: &Person, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let looking = async {
        loop {
            let webhook = only(moderator).await;
            if is_so(&webhook) {
                return webhook;
            }
        }
    };
    within(what, looking).await
}

fn is_signed(received: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    let signed = format!("{}.{}.{}", received.id(), received.header("webhook-timestamp"), received.body);
    mac.update(signed.as_bytes());
    received.header("webhook-signature") == format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_receiver_gets_what_the_socket_gets_in_order_and_signed() {
    let (_server, alice, mut receiver) = scene().await;
    alice.say("ops", "before it was made").await;
    let wanted = ["MessageEdited", "Message", "ReactionAdded", "Message"];
    let made = ask(&alice, "ops", &receiver.url("/chat?key=a%20b"), &wanted).await.is(201);
    let secret = text(&made["secret"]);
    assert_eq!(STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap().len(), 32);
    assert_eq!(made["events"], json!(["Message", "MessageEdited", "ReactionAdded"]));

    let mut ids = Vec::new();
    let mut next = async || {
        let (received, log) = (receiver.next().await, alice.log("ops").await);
        let event = received.event();
        assert_eq!(Some(&event), log.last());
        assert!(is_signed(&received, &secret), "{received:?}");
        assert_eq!((received.path.as_str(), received.header("content-type")), ("/chat?key=a%20b", "application/json"));
        assert!(received.header("user-agent").starts_with("chat-server/"));
        assert!(!received.id().contains('.') && received.id().ends_with(&format!("_{}", event["seq"])));
        assert!(!ids.contains(&received.id().to_owned()), "an id stands for one event");
        ids.push(received.id().to_owned());
        text(&event["type"])
    };
    let first = text(&alice.say("ops", "the disk is **full**").await["id"]);
    assert_eq!(next().await, "Message");
    alice.patch(&format!("/api/messages/{first}"), json!({ "body": "the disk is fine" })).await.is(200);
    assert_eq!(next().await, "MessageEdited");
    alice.set_topic("ops", "disks").await;
    alice.put(&format!("/api/messages/{first}/reactions/👍")).await.is(204);
    assert_eq!(next().await, "ReactionAdded");
    alice.say("ops", "last").await;
    assert_eq!(next().await, "Message");
    let webhook = until(&alice, "all is delivered", |webhook| webhook["delivered_seq"] == 7).await;
    let answers = webhook["answers"].as_array().unwrap();
    assert!(answers.iter().all(|answer| answer["status"] == 204 && answer["error"].is_null()), "{answers:?}");
    assert_eq!(answers.len(), 4);
}

#[tokio::test]
async fn moderators_make_list_and_end_webhooks_and_nobody_else_sees_them() {
    let (server, alice, mut receiver) = scene().await;
    let (bob, carol) = (server.register("bob").await, server.register("carol").await);
    bob.create_room("dev").await;
    carol.join("dev").await;
    ask(&carol, "dev", PUBLIC, &["Message"]).await.is_problem(403, "forbidden");
    ask(&carol, "nowhere", PUBLIC, &["Message"]).await.is_problem(404, "not_found");
    ask(&bob, "@carol", PUBLIC, &["Message"]).await.is_problem(404, "not_found");
    server.post("/api/webhooks", json!({ "room": "dev", "url": PUBLIC })).await.is_problem(401, "unauthorized");

    let made = bob.post("/api/webhooks", json!({ "room": "dev", "url": receiver.url("/") })).await.is(201);
    let (id, secret) = (text(&made["id"]), text(&made["secret"]));
    assert_eq!((&made["events"], &made["by"]["name"]), (&json!(["Message"]), &json!("bob")));
    let listed = bob.get("/api/webhooks").await.is(200);
    let mut shown = made.json.clone();
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(listed.json, json!([shown]));
    assert!(!listed.text.contains(&secret));
    assert_eq!(carol.get("/api/webhooks").await.is(200).json, json!([]));
    server.get("/api/webhooks").await.is_problem(401, "unauthorized");

    carol.delete(&format!("/api/webhooks/{id}")).await.is_problem(404, "not_found");
    bob.delete(&format!("/api/webhooks/{}", WebhookId::now_v7())).await.is_problem(404, "not_found");
    carol.say("dev", "while it sends").await;
    assert_eq!(receiver.next().await.said(), "while it sends");
    bob.delete(&format!("/api/webhooks/{id}")).await.is(204);
    bob.delete(&format!("/api/webhooks/{id}")).await.is_problem(404, "not_found");
    let made = ask(&bob, "dev", &receiver.url("/again"), &["Message"]).await.is(201);
    carol.say("dev", "after it ended").await;
    let received = receiver.next().await;
    assert_eq!((received.path.as_str(), received.said().as_str()), ("/again", "after it ended"));
    assert!(receiver.waiting().is_empty());
    assert!(is_signed(&received, &text(&made["secret"])) && !is_signed(&received, &secret));

    Database::open(server.folder()).unwrap().set_role("alice", Role::Admin).unwrap();
    let audit = alice.get("/api/audit").await.is(200).json;
    let noted: Vec<&Value> = audit.as_array().unwrap().iter().map(|line| &line["action"]).collect();
    assert_eq!(noted[1..], ["webhook_created", "webhook_ended", "webhook_created"], "{audit}");
    assert!(!audit.to_string().contains("127.0.0.1"), "an address may hold a secret");
}

#[tokio::test]
async fn what_is_no_use_is_refused_with_a_reason() {
    let (_server, alice, receiver) = scene().await;
    let refused = async |fields: Value| {
        let mut new = json!({ "room": "ops", "url": PUBLIC, "events": ["Message"] });
        new.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        text(&alice.post("/api/webhooks", new).await.is_problem(400, "bad_request")["detail"])
    };
    assert!(refused(json!({ "url": "bot.example.org" })).await.contains("http or https"));
    assert!(refused(json!({ "url": "ftp://1.1.1.1/" })).await.contains("http or https"));
    assert!(refused(json!({ "url": "https://me:secret@1.1.1.1/" })).await.contains("leave them out"));
    assert!(refused(json!({ "url": format!("https://1.1.1.1/{}", "x".repeat(2048)) })).await.contains("2048"));
    assert!(refused(json!({ "events": [] })).await.contains("`events`"));
    for event in ["Typing", "message", ""] {
        assert!(refused(json!({ "events": ["Message", event] })).await.contains("`events[1]`"), "{event}");
    }
    for _ in 0..20 {
        ask(&alice, "ops", &receiver.url("/"), &["UserLeft"]).await.is(201);
    }
    assert!(refused(json!({})).await.contains("at most 20"));
    alice.create_room("other").await;
    ask(&alice, "other", &receiver.url("/"), &["UserLeft"]).await.is(201);
}

#[tokio::test]
async fn a_private_address_is_refused_unless_the_operator_allows_it() {
    let names = |options: &mut Options| {
        options.limits.set("messages=off").unwrap();
        options.names = Names::Given(Arc::new(|name| match name {
            "public.example" => Ok(vec!["1.1.1.1".parse().unwrap()]),
            "private.example" => Ok(vec!["1.1.1.1".parse().unwrap(), "10.0.0.1".parse().unwrap()]),
            _ => Err(io::Error::other("no such name")),
        }));
    };
    let server = TestServer::with(names).await;
    let (_server, alice, receiver) = with_room(server).await;
    let private = [
        receiver.url("/"),
        format!("http://localhost:{}/", receiver.address().port()),
        "http://2130706433/".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[::1]/".to_owned(),
        "http://[::ffff:10.0.0.1]/".to_owned(),
        "http://[64:ff9b::a00:1]/".to_owned(),
        "https://private.example/".to_owned(),
    ];
    for url in private {
        let refused = ask(&alice, "ops", &url, &["UserLeft"]).await.is_problem(400, "bad_request");
        assert!(text(&refused["detail"]).contains("--allow-private-webhooks"), "{url}: {}", refused.text);
    }
    for url in [PUBLIC, "https://public.example/", "https://not-yet.example/"] {
        ask(&alice, "ops", url, &["UserLeft"]).await.is(201);
    }
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_later_is_refused_at_each_sending() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let server = TestServer::with_stopped_clock_and(|options| {
        options.names = Names::Given(Arc::new(move |_| match counted.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(vec!["1.1.1.1".parse().unwrap()]),
            _ => Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
        }));
    })
    .await;
    let (server, alice, mut receiver) = with_room(server).await;
    make(&alice, &format!("http://rebinding.example:{}/", receiver.address().port())).await;
    alice.say("ops", "hello").await;
    for attempts in 1..=2 {
        let webhook = until(&alice, "an attempt", |webhook| webhook["answers"][attempts - 1].is_object()).await;
        let answer = &webhook["answers"][attempts - 1];
        assert!(answer["status"].is_null() && text(&answer["error"]).contains("private address"), "{answer}");
        assert_eq!(asked.load(Ordering::SeqCst), 1 + attempts, "resolved once for each attempt");
        server.pass(std::time::Duration::from_secs(5)).await;
    }
    assert!(receiver.waiting().is_empty());
}

#[tokio::test]
async fn a_name_is_kept_for_the_receiver_and_its_address_for_the_connection() {
    let server = TestServer::with(|options| {
        allow_private(options);
        options.names = Names::Given(Arc::new(|name| match name {
            "bot.example" => Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
            _ => Err(io::Error::other("no such name")),
        }));
    })
    .await;
    let (_server, alice, mut receiver) = with_room(server).await;
    let port = receiver.address().port();
    make(&alice, &format!("http://bot.example:{port}/")).await;
    alice.say("ops", "hello").await;
    assert_eq!(receiver.next().await.header("host"), format!("bot.example:{port}"));
}
