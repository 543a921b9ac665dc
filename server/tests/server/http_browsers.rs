//! What browsers may do: cookies, whose pages, which hosts, which origins.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use chat_testing::{Answer, Method, TestServer};

const APP: &str = "https://app.example.org";

fn own_origin(server: &TestServer) -> String {
    server.url("")
}

fn cookie_name(server: &TestServer) -> String {
    format!("chat_{}", server.address().port())
}

/// A request of the server's own page, in a current browser.
fn of_page(server: &TestServer, method: Method, path: &str) -> RequestBuilder {
    server.request(method, path).header("sec-fetch-site", "same-origin").header("origin", own_origin(server))
}

/// The `name=value` of a `Set-Cookie`.
fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

async fn guest_page(server: &TestServer) -> String {
    cookie(&Answer::to(of_page(server, Method::POST, "/api/users").json(&json!({}))).await.is(201))
}

async fn public_server(urls: &[&str]) -> TestServer {
    let urls = urls.iter().map(|url| url.parse().unwrap()).collect();
    TestServer::with(|options| options.site.public_urls = urls).await
}

async fn server_for_app() -> TestServer {
    TestServer::with(|options| options.site.origins = vec![APP.parse().unwrap()]).await
}

#[tokio::test]
async fn a_page_gets_a_cookie_and_never_a_token() {
    let server = TestServer::start().await;
    let taken =
        of_page(&server, Method::POST, "/api/users").json(&json!({"name": "alice", "password": "correct horse"}));
    let signed_in =
        of_page(&server, Method::POST, "/api/sessions").json(&json!({"name": "alice", "password": "correct horse"}));
    let older = server.request(Method::POST, "/api/users").header("origin", own_origin(&server)).json(&json!({}));
    for request in [taken, signed_in, older] {
        let answer = Answer::to(request).await.is(201);
        assert!(!answer.text.contains("cht_"), "{}", answer.text);
        let (pair, attributes) = answer.header("set-cookie").split_once("; ").unwrap();
        let (name, token) = pair.split_once('=').unwrap();
        assert_eq!(name, cookie_name(&server));
        assert!(token.starts_with("cht_"), "{token}");
        assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000");
        let me = Answer::to(server.request(Method::GET, "/api/users/me").header("cookie", pair)).await.is(200);
        assert_eq!(me["id"], answer["user"]["id"]);
    }
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let server = public_server(&["https://chat.example.org", "http://chat.lan:8080"]).await;
    let make = |host: &str| {
        server
            .request(Method::POST, "/api/users")
            .header("sec-fetch-site", "same-origin")
            .header("host", host)
            .json(&json!({}))
    };
    for host in ["chat.example.org", &server.address().to_string()] {
        let answer = Answer::to(make(host)).await.is(201);
        let set = answer.header("set-cookie");
        assert!(set.starts_with("__Host-chat=cht_"), "{set}");
        assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000; Secure"), "{set}");
    }
    let answer = Answer::to(make("chat.lan:8080")).await.is(201);
    assert!(answer.header("set-cookie").starts_with("chat_8080=cht_"), "{:?}", answer.headers);
    let answer = Answer::to(make("chat.lan")).await.is(201);
    assert!(answer.header("set-cookie").starts_with("chat_80=cht_"), "{:?}", answer.headers);
}

#[tokio::test]
async fn a_page_that_comes_back_is_the_same_guest() {
    let server = TestServer::start().await;
    let first = guest_page(&server).await;
    let again = of_page(&server, Method::POST, "/api/users").header("cookie", &first).json(&json!({}));
    let answer = Answer::to(again).await.is(200);
    assert_eq!(answer["token"], Value::Null);
    assert_eq!(cookie(&answer), first, "it lives as long again");
    assert_eq!(server.get("/api/users").await.names().len(), 1);
}

#[tokio::test]
async fn an_unknown_cookie_is_never_adopted() {
    let server = TestServer::start().await;
    let planted = format!("{}=cht_{}", cookie_name(&server), "A".repeat(43));
    let request = of_page(&server, Method::POST, "/api/users").header("cookie", &planted).json(&json!({}));
    let answer = Answer::to(request).await.is(201);
    assert_ne!(cookie(&answer), planted);
    Answer::to(server.request(Method::GET, "/api/users/me").header("cookie", planted))
        .await
        .is_problem(401, "unauthorized");
}

#[tokio::test]
async fn of_two_cookies_of_one_name_the_first_that_can_be_a_token_counts() {
    let server = TestServer::start().await;
    let real = guest_page(&server).await;
    let name = cookie_name(&server);
    for cookies in [format!("{name}=junk; {real}"), format!("other=1; {real}; {name}=cht_{}", "A".repeat(43))] {
        Answer::to(server.request(Method::GET, "/api/users/me").header("cookie", cookies)).await.is(200);
    }
    let elsewhere = real.replacen(&name, "chat_1", 1);
    Answer::to(server.request(Method::GET, "/api/users/me").header("cookie", elsewhere))
        .await
        .is_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_token_wins_over_a_cookie() {
    let server = TestServer::start().await;
    let page = guest_page(&server).await;
    let alice = server.register("alice").await;
    let me = Answer::to(alice.request(Method::GET, "/api/users/me").header("cookie", &page)).await.is(200);
    assert_eq!(me["name"], "alice");
    let wrong = server.request(Method::GET, "/api/users/me").bearer_auth("cht_wrong").header("cookie", page);
    Answer::to(wrong).await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn signing_out_clears_the_cookie() {
    let server = TestServer::start().await;
    let page = guest_page(&server).await;
    let out = of_page(&server, Method::DELETE, "/api/sessions/current").header("cookie", &page);
    let answer = Answer::to(out).await.is(204);
    assert_eq!(
        answer.header("set-cookie"),
        format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0", cookie_name(&server))
    );
    Answer::to(server.request(Method::GET, "/api/users/me").header("cookie", page))
        .await
        .is_problem(401, "unauthorized");
}

#[tokio::test]
async fn pages_of_others_change_nothing() {
    let server = TestServer::start().await;
    let page = guest_page(&server).await;
    let alice = server.register("alice").await;
    let body = json!({"body": "forged"});
    let send = || server.request(Method::POST, "/api/messages").json(&body);
    let own = own_origin(&server);
    let neighbour = "http://localhost:1".to_owned();
    for request in [
        send().header("cookie", &page),
        send().header("cookie", &page).header("origin", "https://evil.example"),
        send().header("cookie", &page).header("origin", "null"),
        send().header("cookie", &page).header("origin", &neighbour),
        send().header("cookie", &page).header("sec-fetch-site", "cross-site"),
        send().header("cookie", &page).header("sec-fetch-site", "same-site").header("origin", &own),
        send().header("cookie", &page).header("sec-fetch-site", "none"),
        send().bearer_auth(&alice.token).header("origin", "https://evil.example"),
        of_page(&server, Method::POST, "/api/messages")
            .header("cookie", &page)
            .header("content-type", "text/plain")
            .body(body.to_string()),
        of_page(&server, Method::POST, "/api/messages")
            .header("cookie", &page)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("body=x"),
        of_page(&server, Method::POST, "/api/messages").header("cookie", &page).body(body.to_string()),
    ] {
        Answer::to(request).await.is_problem(403, "forbidden");
    }
    assert_eq!(server.get("/api/messages").await["messages"], json!([]));
    Answer::to(of_page(&server, Method::POST, "/api/messages").header("cookie", &page).json(&body)).await.is(201);
    let older = send().header("cookie", &page).header("origin", own);
    Answer::to(older).await.is(201);
    let node = send().bearer_auth(&alice.token).header("sec-fetch-mode", "cors").header("user-agent", "node");
    Answer::to(node).await.is(201);
}

#[tokio::test]
async fn a_form_with_the_header_of_our_pages_gets_as_far_as_its_type() {
    let server = TestServer::start().await;
    let page = guest_page(&server).await;
    let form = |page: &str| {
        of_page(&server, Method::POST, "/api/messages")
            .header("cookie", page)
            .header("content-type", "multipart/form-data; boundary=x")
            .body("--x--")
    };
    Answer::to(form(&page)).await.is_problem(403, "forbidden");
    Answer::to(form(&page).header("x-chat", "1")).await.is_problem(415, "unsupported_media");
}

#[tokio::test]
async fn with_a_public_url_that_alone_is_the_own_origin() {
    let server = public_server(&["https://chat.example.org"]).await;
    let make = |origin: &str| {
        server
            .request(Method::POST, "/api/users")
            .header("host", "chat.example.org")
            .header("origin", origin)
            .json(&json!({}))
    };
    Answer::to(make("https://chat.example.org")).await.is(201);
    for origin in ["http://chat.example.org", "https://chat.example.org:8443", "https://example.org"] {
        Answer::to(make(origin)).await.is_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn other_hosts_are_misdirected() {
    let server = public_server(&["https://chat.example.org"]).await;
    let get = |path: &str, host: &str| server.request(Method::GET, path).header("host", host.to_owned());
    for host in ["evil.example", "evil.example:3000", "chat.example.org.evil.example", "127.0.0.1.nip.io"] {
        for path in ["/", "/api/info", "/ws", "/nothing"] {
            let answer = Answer::to(get(path, host)).await.is_problem(421, "misdirected");
            assert!(answer["detail"].as_str().unwrap().contains("--public-url"), "{}", answer.text);
        }
        for path in ["/healthz", "/readyz", "/metrics"] {
            Answer::to(get(path, host)).await.is(200);
        }
    }
    for host in [
        "chat.example.org",
        "CHAT.example.org:444",
        "localhost",
        "localhost:1",
        "127.0.0.1",
        "192.0.2.7:80",
        "[::1]:3000",
    ] {
        Answer::to(get("/api/info", host)).await.is(200);
    }
    for host in ["", "a b", "user@localhost"] {
        Answer::to(get("/api/info", host)).await.is_problem(400, "bad_request");
    }
}

#[tokio::test]
async fn nobody_gets_cors_headers_unless_named() {
    let server = server_for_app().await;
    let alice = server.register("alice").await;
    for origin in ["https://evil.example", "null", "http://app.example.org", "https://app.example.org.evil.example"] {
        let answer = Answer::to(alice.request(Method::GET, "/api/users/me").header("origin", origin)).await.is(200);
        assert!(
            answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")),
            "{:?}",
            answer.headers
        );
        assert_eq!(answer.header("vary"), "Origin, accept-encoding");
    }
    let plain = TestServer::start().await;
    let answer = Answer::to(plain.request(Method::GET, "/api/info").header("origin", APP)).await.is(200);
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{:?}", answer.headers);
}

#[tokio::test]
async fn a_named_origin_may_call_with_a_token() {
    let server = server_for_app().await;
    let alice = server.register("alice").await;
    let of_app = |request: RequestBuilder| request.header("origin", APP).header("sec-fetch-site", "cross-site");
    let said = of_app(alice.request(Method::POST, "/api/messages")).json(&json!({"body": "hello"}));
    let answer = Answer::to(said).await.is(201);
    assert_eq!(answer.header("access-control-allow-origin"), APP);
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert_eq!(answer.header("vary"), "Origin");
    let refused =
        Answer::to(of_app(server.request(Method::GET, "/api/users/me"))).await.is_problem(401, "unauthorized");
    assert_eq!(refused.header("access-control-allow-origin"), APP, "an error can be read too");

    let page = guest_page(&server).await;
    let by_cookie =
        of_app(server.request(Method::POST, "/api/messages")).header("cookie", page).json(&json!({"body": "x"}));
    Answer::to(by_cookie).await.is_problem(403, "forbidden");
    let without = of_app(server.request(Method::POST, "/api/users")).json(&json!({}));
    Answer::to(without).await.is_problem(403, "forbidden");
    let page_of_server = Answer::to(of_app(server.request(Method::GET, "/"))).await.is(200);
    assert_eq!(page_of_server.header("access-control-allow-origin"), "", "only the API");
}

#[tokio::test]
async fn a_preflight_tells_methods_and_headers() {
    let server = server_for_app().await;
    let preflight = |origin: &str| {
        server
            .request(Method::OPTIONS, "/api/messages")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
    };
    let answer = Answer::to(preflight(APP)).await.is(204);
    assert_eq!(answer.header("access-control-allow-origin"), APP);
    assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, POST, PUT, PATCH, DELETE");
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "Authorization, Content-Type, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset"
    );
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    let answer = Answer::to(preflight("https://evil.example")).await.is_problem(405, "method_not_allowed");
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_page_that_names_its_user_never_acts_as_another() {
    let server = TestServer::start().await;
    let (alice, bob) = (guest_page(&server).await, guest_page(&server).await);
    let me = Answer::to(server.request(Method::GET, "/api/users/me").header("cookie", &alice)).await.is(200);
    let id = me["id"].as_str().unwrap();
    let write = |cookie: &str| {
        of_page(&server, Method::POST, "/api/messages")
            .header("cookie", cookie)
            .header("x-chat-user", id)
            .json(&json!({"body": "hello"}))
    };
    Answer::to(write(&alice)).await.is(201);
    let refused = Answer::to(write(&bob)).await.is(401);
    assert_eq!(refused["code"], "unauthorized");
}
