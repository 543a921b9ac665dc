//! Connections themselves: how many, how slow, how broken.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use chat_testing::{Answer, Method, TestServer};

/// Longer than the server gives anyone to send the head of a request.
const PATIENCE: Duration = Duration::from_secs(9);

/// Sends bytes and reads until the server closes.
async fn exchange(server: &TestServer, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    read_to_end(&mut stream).await
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the server closes").unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn requests_in_a_row_are_answered_in_a_row() {
    let server = TestServer::start().await;
    let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let last = "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answers = exchange(&server, format!("{request}{request}{last}").as_bytes()).await;
    let statuses: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["200", "200", "404"], "{answers}");
}

#[tokio::test]
async fn a_request_names_its_host_once() {
    let server = TestServer::start().await;
    for head in [
        "GET /api/info HTTP/1.1\r\n",
        "GET /api/info HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n",
        "GET /api/info HTTP/1.0\r\n",
    ] {
        let answer = exchange(&server, format!("{head}Connection: close\r\n\r\n").as_bytes()).await;
        assert!(answer.contains(" 400 ") && answer.contains("bad_request"), "{answer}");
    }
    let absolute = "GET http://evil.example/api/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(exchange(&server, absolute.as_bytes()).await.contains(" 421 "), "the target wins over Host");
}

#[tokio::test]
async fn noise_is_refused() {
    let server = TestServer::start().await;
    for noise in ["\0\0\0\0\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\0\x01\0\r\n\r\n"] {
        let answer = exchange(&server, noise.as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    // The server may close before all is sent.
    _ = stream.write_all(long.as_bytes()).await;
    let mut start = [0; 12];
    _ = stream.read_exact(&mut start).await;
    assert!(start == *b"HTTP/1.1 431" || start == [0; 12], "{start:?}");
    server.get("/healthz").await.is(200);
}

#[tokio::test]
async fn a_client_that_sends_half_a_head_is_dropped() {
    let server = TestServer::start().await;
    let answer = exchange(&server, b"GET / HTTP/1.1\r\nHost: local").await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test]
async fn a_client_that_says_nothing_is_dropped() {
    let server = TestServer::start().await;
    assert_eq!(exchange(&server, b"").await, "");
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let server = TestServer::with_limits(&["connections=1"]).await;
    let mut first = TcpStream::connect(server.address()).await.unwrap();
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut start = [0; 12];
    first.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    let refused = exchange(&server, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("retry-after: ") && refused.contains("\"unavailable\""), "{refused}");
    // Once the first is gone there is room: the server sees it go when it reads the end.
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    read_to_end(&mut first).await;
    room_again(&server).await;
}

#[tokio::test]
async fn a_socket_is_a_connection_as_long_as_it_lives() {
    let server = TestServer::with_limits(&["connections=1"]).await;
    let request = server.request(Method::POST, "/api/users").header("connection", "close");
    let alice = server.person(Answer::to(request.json(&json!({"name": "alice"}))).await.is(201));
    let opened = async {
        // There is room once the server has seen the first connection go.
        loop {
            if let Ok(socket) = alice.upgrade().open().await {
                break socket;
            }
        }
    };
    let mut socket = tokio::time::timeout(PATIENCE, opened).await.expect("a slot is free again");
    socket.hello(json!({})).await;
    socket.until_live().await;
    let refused = exchange(&server, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    drop(socket);
    room_again(&server).await;
}

/// Waits until one more connection is served.
async fn room_again(server: &TestServer) {
    let served = async {
        let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        while !exchange(server, request).await.contains(" 200 ") {}
    };
    tokio::time::timeout(PATIENCE, served).await.expect("a slot is free again");
}

#[tokio::test]
async fn loopback_is_not_counted_by_address() {
    let server = TestServer::with_limits(&["connections-per-address=1"]).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 200");
        open.push(stream);
    }
}

/// Sends the head of a request with a body, then nothing; gives the answer's head.
async fn refused_early(server: &TestServer, head: &str, body: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(format!("{head}Host: localhost\r\n\r\n{body}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    while !answer.contains("\r\n\r\n") {
        answer.push(stream.read_u8().await.expect("the answer comes before the body") as char);
    }
    (stream, answer.to_lowercase())
}

#[tokio::test]
async fn a_refusal_before_the_body_ends_the_connection_or_the_next_request_is_answered() {
    let server = TestServer::with_limits(&["requests=1:0.001", "frame-bytes=1000"]).await;
    let alice = server.register("alice").await;
    let json = "Content-Type: application/json\r\n";
    let bearer = format!("Authorization: Bearer {}\r\n", alice.token);
    for (status, head) in [
        (421, "POST http://evil.example/api/messages HTTP/1.1\r\n".to_owned()),
        (403, format!("POST /api/messages HTTP/1.1\r\nOrigin: https://evil.example\r\n{json}")),
        (404, "POST /nowhere HTTP/1.1\r\n".to_owned()),
        (405, "POST /api/users/me HTTP/1.1\r\n".to_owned()),
        (413, format!("POST /api/users HTTP/1.1\r\n{json}{bearer}")),
        (429, format!("POST /api/messages HTTP/1.1\r\n{json}")),
        (417, "POST /api/messages HTTP/1.1\r\nExpect: a miracle\r\n".to_owned()),
        (417, "GET /api/info HTTP/1.1\r\nExpect: 200-ok\r\n".to_owned()),
        (415, "POST /api/messages HTTP/1.1\r\nContent-Encoding: gzip\r\n".to_owned()),
        (429, format!("POST /api/messages HTTP/1.1\r\n{json}Expect: 100-continue\r\n")),
    ] {
        let announced = format!("{head}Content-Length: 2000\r\n");
        let some = if status == 413 { "x".repeat(1_500) } else { String::new() };
        let (mut stream, answer) = refused_early(&server, &announced, &some).await;
        assert!(answer.starts_with(&format!("http/1.1 {status} ")), "{head}: {answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{head}: {answer}");
        read_to_end(&mut stream).await;
    }
    // A body that is there already is read, and the connection goes on.
    let head = format!("POST /api/messages HTTP/1.1\r\n{json}Content-Length: 11\r\n");
    let (mut stream, answer) = refused_early(&server, &head, r#"{"body":""}"#).await;
    assert!(answer.starts_with("http/1.1 429 ") && !answer.contains("connection: close"), "{answer}");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let rest = read_to_end(&mut stream).await;
    assert!(rest.contains("HTTP/1.1 200 OK"), "{rest}");
}
