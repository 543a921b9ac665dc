//! Who may open a socket: decided before the upgrade.

use chat_server::Options;
use serde_json::json;

use chat_testing::{Answer, Method, TestServer};

const FOREIGN: &str = "https://evil.example";
const ALLOWED: &str = "https://app.example";

async fn server() -> TestServer {
    TestServer::with(|options: &mut Options| options.site.origins = vec![ALLOWED.parse().unwrap()]).await
}

/// Signs a page of the server in; gives its cookie as the browser sends it back.
async fn cookie(server: &TestServer) -> String {
    let request = server.request(Method::POST, "/api/users").header("origin", server.url(""));
    let signed_in = Answer::to(request.json(&json!({ "name": "alice" }))).await.is(201);
    signed_in.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_program_opens_with_its_token() {
    let server = server().await;
    let alice = server.register("alice").await;
    assert_eq!(alice.live().await.welcome().user.name, "alice");
}

#[tokio::test]
async fn a_page_with_a_token_is_the_servers_own_or_an_allowed_one() {
    let server = server().await;
    let alice = server.register("alice").await;
    alice.upgrade().origin(&server.url("")).open().await.expect("an own page");
    alice.upgrade().origin(ALLOWED).open().await.expect("an allowed page");
    for origin in [FOREIGN, "null", "http://127.0.0.1:1", "not an origin"] {
        alice.upgrade().origin(origin).refused().await.is(403, "forbidden");
    }
}

#[tokio::test]
async fn a_page_with_the_cookie_is_the_servers_own() {
    let server = server().await;
    let cookie = cookie(&server).await;
    let mut socket = server.upgrade().header("cookie", &cookie).origin(&server.url("")).open().await.unwrap();
    socket.hello(json!({})).await;
    socket.until_live().await;
    assert_eq!(socket.welcome().user.name, "alice");
}

#[tokio::test]
async fn no_other_page_uses_the_cookie() {
    let server = server().await;
    let cookie = cookie(&server).await;
    server.upgrade().header("cookie", &cookie).refused().await.is(403, "forbidden");
    for origin in [FOREIGN, ALLOWED, "null"] {
        server.upgrade().header("cookie", &cookie).origin(origin).refused().await.is(403, "forbidden");
    }
}

#[tokio::test]
async fn without_a_token_that_counts_there_is_no_socket() {
    let server = server().await;
    let alice = server.register("alice").await;
    server.upgrade().refused().await.is(401, "unauthorized");
    server.upgrade().origin(&server.url("")).refused().await.is(401, "unauthorized");
    for token in ["", "cht_wrong", &format!("{}x", alice.token), &"A".repeat(47)] {
        server.upgrade().bearer(token).refused().await.is(401, "unauthorized");
    }
    server.upgrade().header("authorization", format!("Basic {}", alice.token)).refused().await.is(401, "unauthorized");
    let port = server.address().port();
    let cookie = format!("chat_{port}=cht_{}", "A".repeat(43));
    server.upgrade().header("cookie", cookie).origin(&server.url("")).refused().await.is(401, "unauthorized");
}

#[tokio::test]
async fn a_token_in_the_url_does_not_count() {
    let server = server().await;
    let alice = server.register("alice").await;
    for name in ["token", "access_token", "authorization"] {
        server.upgrade().query(&format!("{name}={}", alice.token)).refused().await.is(401, "unauthorized");
    }
}

#[tokio::test]
async fn with_a_public_url_that_is_the_own_origin() {
    let public = "https://chat.example.org";
    let server = TestServer::with(|options| options.site.public_urls = vec![public.parse().unwrap()]).await;
    let alice = server.register("alice").await;
    alice.upgrade().origin(public).open().await.expect("an own page");
    alice.upgrade().header("host", "chat.example.org").origin(public).open().await.expect("an own page, by its host");
    alice.upgrade().origin(&server.url("")).refused().await.is(403, "forbidden");
    alice.upgrade().origin("http://chat.example.org").refused().await.is(403, "forbidden");
}

#[tokio::test]
async fn a_host_that_is_not_the_servers_is_misdirected() {
    let server = server().await;
    let alice = server.register("alice").await;
    alice.upgrade().header("host", "evil.example").refused().await.is(421, "misdirected");
}

#[tokio::test]
async fn what_does_not_ask_for_a_socket_is_told_to() {
    let server = server().await;
    let alice = server.register("alice").await;
    alice.get("/ws").await.is_problem(400, "bad_request");
    alice.upgrade().header("sec-websocket-version", "8").refused().await.is(400, "bad_request");
    alice.post("/ws", json!({})).await.is_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_server_with_all_its_connections_refuses_the_upgrade() {
    let server = TestServer::with_limits(&["connections=4"]).await;
    let alice = server.register("alice").await;
    let mut open = Vec::new();
    let refused = loop {
        match alice.upgrade().open().await {
            Ok(socket) => open.push(socket),
            Err(refused) => break refused,
        }
        assert!(open.len() <= 4, "more than the limit");
    };
    refused.is(503, "unavailable");
    assert!(refused.headers.contains_key("retry-after"), "{refused:?}");
}
