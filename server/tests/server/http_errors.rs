//! Requests that are wrong: each gets the specified answer, in the form that all refusals have.

use serde_json::json;

use chat_testing::{Answer, Method, TestServer};

#[tokio::test]
async fn there_is_nothing_at_an_unknown_path() {
    let server = TestServer::start().await;
    for path in [
        "/nothing",
        "/api",
        "/api/",
        "/api/nothing",
        "/api/users/",
        "/index.html/x",
        "/..%2f..%2fetc%2fpasswd",
        "//",
        "/tests/",
    ] {
        server.get(path).await.is_problem(404, "not_found");
        server.post(path, json!({})).await.is_problem(404, "not_found");
    }
    server.get("/docs/nothing.js").await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_known_path_says_which_methods_it_takes() {
    let server = TestServer::start().await;
    for (method, path, allowed) in [
        (Method::PUT, "/api/users", "POST,GET,HEAD"),
        (Method::DELETE, "/api/users/me", "GET,HEAD,PATCH"),
        (Method::POST, "/api/info", "GET,HEAD"),
        (Method::GET, "/api/link-codes", "POST"),
        (Method::GET, "/api/rooms/lobby/members/me", "PUT,DELETE"),
        (Method::GET, "/api/sessions/current", "DELETE"),
        (Method::POST, "/healthz", "GET,HEAD"),
        (Method::POST, "/", "GET,HEAD"),
        (Method::TRACE, "/api/messages", "GET,HEAD,POST"),
        (Method::from_bytes(b"BREW").unwrap(), "/api/messages", "GET,HEAD,POST"),
    ] {
        let answer = Answer::to(server.request(method.clone(), path)).await.is_problem(405, "method_not_allowed");
        let sorted = |list: &str| {
            let mut methods: Vec<String> = list.split(',').map(|method| method.trim().to_owned()).collect();
            methods.sort_unstable();
            methods
        };
        assert_eq!(sorted(answer.header("allow")), sorted(allowed), "{method} {path}");
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let server = TestServer::start().await;
    for path in
        ["/", "/api/info", "/api/users", "/api/rooms/lobby", "/api/messages", "/healthz", "/api/openapi.json", "/docs/"]
    {
        let get = server.get(path).await.is(200);
        let head = Answer::to(server.request(Method::HEAD, path)).await.is(200);
        assert_eq!(head.text, "");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        assert_eq!(head.header("content-length"), get.header("content-length"), "{path}");
    }
    let missing = Answer::to(server.request(Method::HEAD, "/api/rooms/nowhere")).await.is(404);
    assert_eq!(missing.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_list_is_no_object() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    server.post("/api/users", json!(["bob", "a long password"])).await.is_problem(400, "bad_request");
    alice.post("/api/rooms", json!(["ops"])).await.is_problem(400, "bad_request");
    let patch = alice.request(Method::PATCH, "/api/users/me").json(&json!([null, null]));
    Answer::to(patch).await.is_problem(400, "bad_request");
    assert!(server.get("/api/users?q=bob").await.is(200).names().is_empty());
}

#[tokio::test]
async fn only_json_is_taken() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let body = r#"{"body":"x"}"#;
    let send = || alice.request(Method::POST, "/api/messages").body(body);
    Answer::to(send()).await.is_problem(415, "unsupported_media");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json", "text/json"] {
        Answer::to(send().header("content-type", kind)).await.is_problem(415, "unsupported_media");
    }
    for kind in ["application/json", "Application/JSON; charset=utf-8"] {
        Answer::to(send().header("content-type", kind)).await.is(201);
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused_with_its_place() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let deep = format!("{{\"body\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let texts: [&[u8]; 10] = [
        b"",
        b"{",
        b"{\"body\":\"x\"",
        b"{\"body\":\"x\"} x",
        b"{'body':'x'}",
        b"{\"body\":\"\xff\"}",
        b"{\"body\":\"\\ud800\"}",
        b"{\"body\":\"a\nb\"}",
        b"{\"body\":\"x\",\"body\":\"y\"}",
        deep.as_bytes(),
    ];
    for text in texts {
        let request =
            alice.request(Method::POST, "/api/messages").header("content-type", "application/json").body(text.to_vec());
        Answer::to(request).await.is_problem(400, "bad_request");
    }
    let wrong = alice.post("/api/messages", json!({"body": "x", "id": 5})).await.is_problem(400, "bad_request");
    assert!(wrong["detail"].as_str().unwrap().starts_with("id: "), "{}", wrong.text);
}

#[tokio::test]
async fn unknown_fields_and_parameters_are_ignored() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.post("/api/messages", json!({"body": "x", "colour": "green"})).await.is(201);
    server.get("/api/messages?colour=green").await.is(200);
}

#[tokio::test]
async fn a_body_above_the_limit_is_too_large() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    for size in [65_537, 1_000_000, 3_000_000] {
        alice.post("/api/messages", json!({"body": "x".repeat(size)})).await.is_problem(413, "too_large");
        // Of unknown length, sent in chunks.
        let part = hyper::body::Frame::data(bytes::Bytes::from("x".repeat(size)));
        let parts = futures_util::stream::iter([Ok::<_, std::io::Error>(part)]);
        let chunked = alice
            .request(Method::POST, "/api/messages")
            .header("content-type", "application/json")
            .body(reqwest::Body::wrap(http_body_util::StreamBody::new(parts)));
        Answer::to(chunked).await.is_problem(413, "too_large");
    }
    alice.get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let server = TestServer::start().await;
    let mut ids = Vec::new();
    for path in ["/", "/api/info", "/nothing", "/healthz", "/docs/", "/api/users/me", "/ws"] {
        let request = server.request(Method::GET, path).header("x-request-id", "mine");
        ids.push(Answer::to(request).await.header("x-request-id").to_owned());
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "{ids:?}");
    assert!(ids.iter().all(|id| id.len() == 36), "{ids:?}");
}

#[tokio::test]
async fn a_plain_get_is_no_socket() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    server.get("/ws").await.is_problem(401, "unauthorized");
    alice.get("/ws").await.is_problem(400, "bad_request");
}
