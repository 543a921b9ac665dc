//! Limits: what is too much is refused with a wait, and what was accepted stays.

use serde_json::json;

use chat_testing::{Answer, Method, TestServer};

/// Longer than a server takes to notice that a socket is gone.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// It is refused, and says how many whole seconds to wait.
#[track_caller]
fn wait_of(answer: Answer) -> u64 {
    answer.is_problem(429, "rate_limited").header("retry-after").parse().expect("whole seconds")
}

#[tokio::test]
async fn limits_are_told_before_anyone_signs_in() {
    let server = TestServer::with_limits(&["messages=1:0.5", "commands=off", "message-bytes=100"]).await;
    let limits = server.get("/api/info").await.is(200)["limits"].clone();
    assert_eq!(limits["messages"], "1:0.5");
    assert_eq!(limits["commands"], json!(null));
    assert_eq!(limits["message-bytes"], 100);
    let mut keys: Vec<&str> = limits.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    let mut expected = [
        "message-bytes",
        "frame-bytes",
        "messages",
        "guest-messages",
        "commands",
        "requests",
        "registrations",
        "sign-ins",
        "connections",
        "connections-per-user",
        "connections-per-address",
        "rooms-per-user",
        "sessions-per-user",
        "rooms-created",
        "upload-bytes",
        "storage-per-user",
        "uploads",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
}

#[tokio::test]
async fn whatever_others_are_told_counts_as_a_message() {
    let server = TestServer::with_limits(&["messages=1:0.001", "guest-messages=1:0.001", "registrations=off"]).await;
    let maker = server.register("maker").await;
    maker.create_room("ops").await;
    let ways = [
        (Method::PUT, "/api/rooms/ops/members/me", json!({})),
        (Method::DELETE, "/api/rooms/ops/members/me", json!({})),
        (Method::PATCH, "/api/rooms/lobby", json!({"topic": "x"})),
        (Method::PATCH, "/api/users/me", json!({"display_name": "x"})),
        (Method::PATCH, "/api/users/me", json!({"color": "#123456"})),
        (Method::PATCH, "/api/users/me", json!({"name": "other"})),
        (Method::POST, "/api/rooms", json!({"name": "more"})),
        (Method::POST, "/api/messages", json!({"body": "x"})),
    ];
    for (number, (method, path, body)) in ways.iter().enumerate() {
        let member = server.register(&format!("user-{number}")).await;
        member.post_message("lobby", "the one that is free").await;
        wait_of(Answer::to(member.request(method.clone(), path).json(body)).await);
    }
    server.guest().await.post_message("lobby", "all guests of an address share").await;
    let guest = server.guest().await;
    for (method, path, body) in &ways {
        wait_of(Answer::to(guest.request(method.clone(), path).json(body)).await);
    }
}

#[tokio::test]
async fn a_rename_counts_as_a_registration() {
    let server = TestServer::with_limits(&["registrations=3:0.001", "messages=off"]).await;
    let alice = server.register("alice").await;
    for name in ["alicia", "alina"] {
        alice.patch("/api/users/me", json!({ "name": name })).await.is(200);
    }
    wait_of(alice.patch("/api/users/me", json!({"name": "aline"})).await);
    alice.patch("/api/users/me", json!({"display_name": "Aline"})).await.is(200);
}

#[tokio::test]
async fn the_last_three_names_are_kept_for_their_owner() {
    let server = TestServer::with_limits(&["registrations=off", "messages=off"]).await;
    let alice = server.register("one").await;
    for name in ["two", "three", "four", "five"] {
        alice.patch("/api/users/me", json!({ "name": name })).await.is(200);
    }
    for kept in ["two", "three", "four", "five"] {
        server.post("/api/users", json!({ "name": kept })).await.is_problem(409, "name_taken");
    }
    server.post("/api/users", json!({"name": "one"})).await.is(201);
}

#[tokio::test]
async fn requests_are_counted_by_user_or_else_by_address() {
    let server = TestServer::with_limits(&["requests=3:0.01"]).await;
    let alice = server.register("alice").await;
    for _ in 0..3 {
        alice.get("/api/users/me").await.is(200);
    }
    assert!((1..=100).contains(&wait_of(alice.get("/api/users/me").await)));
    server.get("/api/info").await.is(200);
    server.get("/api/info").await.is(200);
    wait_of(server.get("/api/info").await);
    let wrong = server.request(Method::GET, "/api/users/me").bearer_auth("cht_wrong");
    wait_of(Answer::to(wrong).await);
    for path in ["/", "/healthz", "/readyz", "/metrics"] {
        server.get(path).await.is(200);
    }
}

#[tokio::test]
async fn messages_are_counted_by_user_and_nothing_is_lost() {
    let server = TestServer::with_limits(&["messages=2:0.01"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.say("lobby", "one").await;
    alice.say("lobby", "two").await;
    wait_of(alice.post("/api/messages", json!({"body": "three"})).await);
    bob.say("lobby", "mine").await;
    assert_eq!(server.get("/api/messages").await["messages"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn guests_of_an_address_share_their_messages() {
    let server = TestServer::with_limits(&["guest-messages=1:0.01"]).await;
    let (one, other) = (server.guest().await, server.guest().await);
    one.say("lobby", "hello").await;
    wait_of(other.post("/api/messages", json!({"body": "hello"})).await);
    server.register("alice").await.say("lobby", "not a guest").await;
}

#[tokio::test]
async fn names_are_counted_by_address() {
    let server = TestServer::with_limits(&["registrations=2:0.01"]).await;
    server.register("alice").await;
    server.guest().await;
    wait_of(server.post("/api/users", json!({"name": "bob"})).await);
    wait_of(server.post("/api/users", json!({})).await);
}

#[tokio::test]
async fn wrong_passwords_are_counted_and_right_ones_are_not() {
    let server = TestServer::with_limits(&["sign-ins=2:0.01"]).await;
    server.register_with_password("alice", "correct horse").await;
    let right = json!({"name": "alice", "password": "correct horse"});
    for _ in 0..4 {
        server.post("/api/sessions", right.clone()).await.is(201);
    }
    for _ in 0..2 {
        server
            .post("/api/sessions", json!({"name": "alice", "password": "wrong horse"}))
            .await
            .is_problem(401, "unauthorized");
    }
    wait_of(server.post("/api/sessions", right).await);
    wait_of(server.post("/api/sessions", json!({"link_code": "AAAA"})).await);
}

#[tokio::test]
async fn wrong_link_codes_are_counted_by_address() {
    let server = TestServer::with_limits(&["sign-ins=1:0.01"]).await;
    server.post("/api/sessions", json!({"link_code": "AAAA-AAAA-AAAA-A"})).await.is_problem(401, "unauthorized");
    wait_of(server.post("/api/sessions", json!({"link_code": "AAAA-AAAA-AAAA-A"})).await);
}

#[tokio::test]
async fn guesses_at_the_same_moment_are_as_many_guesses() {
    let server = TestServer::with_limits(&["sign-ins=5:0.01", "requests=off"]).await;
    server.register_with_password("alice", "correct horse").await;
    let guesses = (0..30)
        .map(|i| server.post("/api/sessions", json!({"name": "alice", "password": format!("guess number {i}")})));
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 5);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 25);
}

#[tokio::test]
async fn new_rooms_are_counted_by_user() {
    let server = TestServer::with_limits(&["rooms-created=1:0.01"]).await;
    let alice = server.register("alice").await;
    alice.post("/api/rooms", json!({"name": "tea"})).await.is(201);
    wait_of(alice.post("/api/rooms", json!({"name": "coffee"})).await);
}

#[tokio::test]
async fn proxies_that_are_trusted_name_the_client() {
    let limits = |options: &mut chat_server::Options| options.limits.set("registrations=1:0.01").unwrap();
    let take = async |server: &TestServer, name: &str, forwarded: &[&str]| {
        let mut request = server.request(Method::POST, "/api/users").json(&json!({"name": name}));
        for value in forwarded {
            request = request.header("x-forwarded-for", *value);
        }
        Answer::to(request).await
    };
    let behind = TestServer::with(|options| {
        limits(options);
        options.site.proxies = vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
    })
    .await;
    take(&behind, "alice", &["198.51.100.1"]).await.is(201);
    wait_of(take(&behind, "bob", &["203.0.113.9, 198.51.100.1, 10.1.2.3"]).await);
    wait_of(take(&behind, "bob", &["203.0.113.9", "198.51.100.1"]).await);
    take(&behind, "bob", &["198.51.100.2"]).await.is(201);
    take(&behind, "carol", &["2001:db8:1:2::1"]).await.is(201);
    wait_of(take(&behind, "dora", &["2001:db8:1:2:ffff::2"]).await);

    let direct = TestServer::with(limits).await;
    take(&direct, "alice", &["198.51.100.1"]).await.is(201);
    wait_of(take(&direct, "bob", &["198.51.100.2"]).await);
}

#[tokio::test]
async fn clients_behind_a_proxy_have_as_many_sockets_as_others() {
    let server = TestServer::with(|options| {
        options.limits.set("connections-per-address=1").unwrap();
        options.site.proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    let alice = server.register("alice").await;
    let open = |client: &str| alice.upgrade().header("x-forwarded-for", client).open();
    let first = open("198.51.100.1").await.expect("the first");
    open("198.51.100.1").await.err().expect("one too many").is(429, "rate_limited");
    let _other = open("198.51.100.2").await.expect("of another client");
    drop(first);
    let again = async { while open("198.51.100.1").await.is_err() {} };
    tokio::time::timeout(PATIENCE, again).await.expect("a slot is free again");
}
