//! Answers that are compressed, and those that never are.

use std::io::Read as _;

use flate2::read::GzDecoder;
use reqwest::{Method, RequestBuilder, Response, header::HeaderMap};
use serde_json::{Value, json};

use chat_testing::TestServer;

async fn taking(request: RequestBuilder, encodings: &str) -> Response {
    request.header("accept-encoding", encodings).send().await.unwrap()
}

fn encoding(headers: &HeaderMap) -> Option<&str> {
    headers.get("content-encoding").map(|value| value.to_str().unwrap())
}

/// A server with something long to tell of everything.
async fn talkative() -> (TestServer, chat_testing::Person) {
    let server = TestServer::with_limits(&["registrations=off", "messages=off", "requests=off"]).await;
    let alice = server.register_with_password("alice", "correct horse").await;
    for number in 0..8 {
        server.register(&format!("user-number-{number}")).await;
        alice.post("/api/rooms", json!({ "name": format!("room-{number}") })).await.is(201);
        alice.say("lobby", &format!("{number} and a *few* more words to say ").repeat(2_000 / 8)).await;
    }
    (server, alice)
}

#[tokio::test]
async fn what_is_read_is_compressed_for_who_takes_it_and_the_same_to_all() {
    let (server, alice) = talkative().await;
    for path in [
        "/api/messages?blocks=true",
        "/api/rooms/lobby/events",
        "/api/rooms/lobby/members",
        "/api/users",
        "/api/rooms",
        "/api/openapi.json",
    ] {
        let plain = alice.get(path).await.is(200);
        assert_eq!((encoding(&plain.headers), plain.header("vary")), (None, "accept-encoding"), "{path}");
        for refused in ["identity", "br", "gzip;q=0"] {
            let answer = taking(alice.request(Method::GET, path), refused).await;
            assert_eq!(encoding(answer.headers()), None, "{path} for {refused}");
        }
        let answer = taking(alice.request(Method::GET, path), "br, gzip").await;
        assert_eq!(encoding(answer.headers()), Some("gzip"), "{path}");
        assert_eq!(answer.headers()["vary"], "accept-encoding");
        assert_eq!(answer.headers()["content-type"], "application/json");
        let bytes = answer.bytes().await.unwrap();
        assert!(bytes.len() < plain.text.len() / 2, "{path}: {} of {}", bytes.len(), plain.text.len());
        let mut text = String::new();
        GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), plain.json, "{path}");
    }
    let head = taking(server.request(Method::HEAD, "/api/messages"), "gzip").await;
    assert_eq!(head.status(), 200);
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_holds_a_secret_is_never_compressed() {
    let (server, alice) = talkative().await;
    let name = "x".repeat(20);
    let sign_up = json!({ "name": name, "password": "correct horse" });
    let sign_in = json!({ "name": "alice", "password": "correct horse" });
    let long = json!({ "body": "long ".repeat(1_000) });
    for (request, body) in [
        (server.request(Method::POST, "/api/users"), sign_up),
        (server.request(Method::POST, "/api/sessions"), sign_in),
        (alice.request(Method::POST, "/api/link-codes"), json!({})),
        (alice.request(Method::POST, "/api/messages"), long),
    ] {
        let answer = taking(request.json(&body), "gzip").await;
        assert_eq!(answer.status(), 201);
        assert_eq!(encoding(answer.headers()), None);
    }
}
