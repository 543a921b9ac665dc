//! `/healthz`, `/readyz`, `/metrics`, and how a server stops.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use chat_testing::{Answer, Method, TestServer};

#[tokio::test]
async fn a_server_that_is_well_says_so() {
    let server = TestServer::start().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.get(path).await.is(200).json, json!({"status": "ok"}));
    }
}

#[tokio::test]
async fn metrics_count_what_happened() {
    let server = TestServer::start().await;
    server.register("alice").await.say("lobby", "hello").await;
    server.get("/nothing").await;
    let metrics = server.get("/metrics").await.is(200);
    assert!(metrics.header("content-type").starts_with("text/plain"), "{:?}", metrics.headers);
    for line in [
        r#"chat_http_requests_total{route="/api/messages",method="POST",status="201"}"#,
        r#"chat_http_requests_total{route="unmatched",method="GET",status="404"}"#,
        r#"chat_http_request_seconds_bucket{route="/api/messages",le="0.001"}"#,
        "chat_connections ",
    ] {
        assert!(metrics.text.contains(line), "{line} is not in\n{}", metrics.text);
    }
    assert!(!metrics.text.contains("/nothing"), "a path that a client made up is no label");
}

#[tokio::test]
async fn through_a_proxy_metrics_are_for_admins() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    for header in ["x-forwarded-for", "x-forwarded-proto", "forwarded", "x-real-ip", "via"] {
        let by_proxy = |request: reqwest::RequestBuilder| request.header(header, "198.51.100.1");
        Answer::to(by_proxy(server.request(Method::GET, "/metrics"))).await.is_problem(401, "unauthorized");
        Answer::to(by_proxy(alice.request(Method::GET, "/metrics"))).await.is_problem(403, "forbidden");
    }
    let mut database = chat_server::admin::Database::open(server.folder()).unwrap();
    database.set_role("alice", chat_protocol::Role::Admin).unwrap();
    Answer::to(alice.request(Method::GET, "/metrics").header("via", "1.1 proxy")).await.is(200);
}

#[tokio::test]
async fn a_trusted_proxy_is_one_whatever_it_adds() {
    let server = TestServer::with(|options| options.site.proxies = vec!["127.0.0.1/32".parse().unwrap()]).await;
    server.get("/metrics").await.is_problem(401, "unauthorized");
    let elsewhere = TestServer::with(|options| options.site.proxies = vec!["192.0.2.1/32".parse().unwrap()]).await;
    elsewhere.get("/metrics").await.is(200);
}

#[tokio::test]
async fn a_server_that_stops_ends_what_is_under_way_and_takes_nothing_new() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    // Half a request: the server has taken it on.
    let mut slow = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    let body = r#"{"body":"just in time"}"#;
    let head = format!(
        "POST /api/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        alice.token,
        body.len()
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    let mut buffer = [0; 1024];
    // The handler asks for the body: from here on the request is under way.
    let read = slow.read(&mut buffer).await.unwrap();
    assert!(String::from_utf8_lossy(&buffer[..read]).starts_with("HTTP/1.1 100 "));

    server.begin_stop();
    // Anyone who asks meanwhile is told; the very first may have been faster than the signal.
    while server.get("/readyz").await.status == 200 {}
    server.get("/readyz").await.is_problem(503, "unavailable");
    slow.write_all(body.as_bytes()).await.unwrap();
    slow.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 201 "), "{text}");
    assert!(text.to_lowercase().contains("connection: close"), "{text}");

    let server = server.restart().await;
    assert_eq!(server.get("/api/messages").await["messages"][0]["body"], "just in time");
}

#[tokio::test]
async fn what_was_sent_before_the_stop_is_answered_on_new_and_on_kept_connections() {
    const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let server = TestServer::start().await;
    let mut connections = Vec::new();
    for number in 0..40 {
        let mut connection = tokio::net::TcpStream::connect(server.address()).await.unwrap();
        if number % 2 == 0 {
            connection.write_all(REQUEST).await.unwrap();
            read_answer(&mut connection).await;
        }
        connections.push(connection);
    }
    for connection in &mut connections {
        connection.write_all(REQUEST).await.unwrap();
    }
    server.begin_stop();
    for (number, connection) in connections.iter_mut().enumerate() {
        let mut text = String::new();
        connection.read_to_string(&mut text).await.unwrap();
        assert!(text.starts_with("HTTP/1.1 "), "connection {number} was closed without an answer");
    }
}

/// Reads one answer, of `/healthz`, from a connection that stays open.
async fn read_answer(connection: &mut tokio::net::TcpStream) {
    let mut text = Vec::new();
    while !text.ends_with(br#"{"status":"ok"}"#) {
        text.push(connection.read_u8().await.unwrap());
    }
}
