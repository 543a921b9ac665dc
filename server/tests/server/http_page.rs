//! The page and its files, the API's description, and the headers of every answer.

use reqwest::RequestBuilder;
use serde_json::Value;

use chat_testing::{Answer, Method, TestServer};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; \
    base-uri 'none'; form-action 'none'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; trusted-types chat; \
    require-trusted-types-for 'script'";

#[tokio::test]
async fn the_page_is_served_from_inside_the_binary() {
    let server = TestServer::start().await;
    let page = server.get("/").await.is(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("content-security-policy"), POLICY);
    assert!(page.text.starts_with("<!doctype html>"), "{}", page.text);
    assert_eq!(server.get("/index.html").await.is(200).text, page.text);
}

#[tokio::test]
async fn every_answer_protects_its_reader() {
    let server = TestServer::start().await;
    for path in ["/", "/sw.js", "/api/info", "/nothing", "/api/users/me", "/healthz", "/metrics"] {
        let answer = server.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("content-security-policy"), POLICY, "{path}");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
        assert_eq!(answer.header("server"), "", "{path}");
    }
}

#[tokio::test]
async fn what_is_said_of_documents_is_not_repeated_with_their_parts() {
    let server = TestServer::start().await;
    for path in parts(&server.get("/").await.text) {
        let part = server.get(&path).await.is(200);
        assert_eq!(part.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(part.header("content-security-policy"), "", "{path}");
    }
}

#[tokio::test]
async fn files_have_their_types() {
    let server = TestServer::start().await;
    for (path, kind) in [
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/icons/icon.svg", "image/svg+xml"),
    ] {
        assert_eq!(server.get(path).await.is(200).header("content-type"), kind, "{path}");
    }
    for path in parts(&server.get("/").await.text) {
        let kind = if path.ends_with(".js") { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" };
        assert_eq!(server.get(&path).await.is(200).header("content-type"), kind, "{path}");
    }
}

#[tokio::test]
async fn what_belongs_to_one_version_stands_under_its_name_and_never_changes() {
    let server = TestServer::start().await;
    let page = server.get("/").await.is(200).text;
    let parts = parts(&page);
    let version = parts[0].split('/').nth(2).unwrap();
    for path in &parts {
        assert!(path.starts_with(&format!("/assets/{version}/")), "{path} is not of {version}");
        let part = server.get(path).await.is(200);
        assert_eq!(part.header("cache-control"), "public, max-age=31536000, immutable", "{path}");
        server.get(&path.replace(version, "0123456789abcdef")).await.is(404);
    }
    let worker = server.get("/sw.js").await.is(200);
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert!(worker.text.contains(&format!("const VERSION = \"{version}\";")), "{}", worker.text);
    for path in &parts {
        assert!(worker.text.contains(&format!("\"{path}\"")), "the worker does not keep {path}");
    }
}

#[tokio::test]
async fn each_room_has_an_address_with_the_same_page() {
    let server = TestServer::start().await;
    let page = server.get("/").await.is(200);
    let room = server.get("/rooms/lobby").await.is(200);
    assert_eq!((room.text, room.headers["etag"].clone()), (page.text, page.headers["etag"].clone()));
}

/// The scripts and style sheets that a document names.
fn parts(document: &str) -> Vec<String> {
    let named = document.split('"').filter(|text| text.starts_with("/assets/"));
    let parts: Vec<_> = named.map(str::to_owned).collect();
    assert!(
        parts.iter().any(|path| path.ends_with(".js")) && parts.iter().any(|path| path.ends_with(".css")),
        "{parts:?}"
    );
    parts
}

#[tokio::test]
async fn a_file_that_is_known_is_not_sent_again() {
    let server = TestServer::start().await;
    let first = server.get("/").await.is(200);
    assert_eq!(first.header("cache-control"), "no-cache");
    let etag = first.header("etag").to_owned();
    assert!(etag.starts_with('"'), "a strong one: {etag}");
    let ask = |known: &str| server.request(Method::GET, "/").header("if-none-match", known.to_owned());
    for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
        let answer = Answer::to(ask(&known)).await.is(304);
        assert_eq!((answer.text.as_str(), answer.header("etag")), ("", etag.as_str()));
    }
    Answer::to(ask("\"x\"")).await.is(200);
}

#[tokio::test]
async fn files_are_compressed_for_those_who_take_it() {
    let server = TestServer::start().await;
    let plain = server.get("/").await.is(200);
    let gzip = |request: RequestBuilder| request.header("accept-encoding", "br, gzip;q=0.8");
    let response = gzip(server.request(Method::GET, "/")).send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.headers()["vary"], "Accept-Encoding");
    assert_ne!(response.headers()["etag"].to_str().unwrap(), plain.header("etag"), "other bytes, another tag");
    let bytes = response.bytes().await.unwrap();
    assert_eq!(bytes[..2], [0x1f, 0x8b]);
    assert!(bytes.len() < plain.text.len());
    assert_eq!(plain.header("content-encoding"), "");
}

#[tokio::test]
async fn what_a_client_must_know_is_told_to_everyone() {
    let server = TestServer::start().await;
    let info = server.get("/api/info").await.is(200);
    let mut fields: Vec<&str> = info.json.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["epoch", "id", "limits", "name", "registration", "version"]);
    assert_eq!((&info["name"], &info["registration"]), (&"chat-server".into(), &"open".into()));
    let wrong = server.request(Method::GET, "/api/info").bearer_auth("cht_wrong");
    Answer::to(wrong).await.is_problem(401, "unauthorized");
}

/// What the description lists, by method and path.
const OPERATIONS: &str = "
    DELETE /api/bots/{bot}
    DELETE /api/invites/{id}
    DELETE /api/messages/{id}
    DELETE /api/messages/{id}/follow
    DELETE /api/messages/{id}/pin
    DELETE /api/messages/{id}/reactions/{emoji}
    DELETE /api/reports/{id}
    DELETE /api/rooms/{room}
    DELETE /api/rooms/{room}/hooks/{hook}
    DELETE /api/rooms/{room}/members/me
    DELETE /api/rooms/{room}/members/{user}
    DELETE /api/sessions/{session}
    DELETE /api/uploads/{id}
    DELETE /api/users/me/ignored/{user}
    DELETE /api/webhooks/{webhook}
    GET /api/audit
    GET /api/bots
    GET /api/export
    GET /api/info
    GET /api/invites
    GET /api/messages
    GET /api/messages/{id}
    GET /api/messages/{id}/edits
    GET /api/messages/{id}/reactions
    GET /api/reports
    GET /api/rooms
    GET /api/rooms/{room}
    GET /api/rooms/{room}/events
    GET /api/rooms/{room}/hooks
    GET /api/rooms/{room}/members
    GET /api/rooms/{room}/pins
    GET /api/search
    GET /api/sessions
    GET /api/uploads/{id}/{name}
    GET /api/users
    GET /api/users/me
    GET /api/users/me/ignored
    GET /api/users/{user}
    GET /api/webhooks
    GET /healthz
    GET /metrics
    GET /readyz
    HEAD /api/uploads/{id}
    OPTIONS /api/uploads
    PATCH /api/messages/{id}
    PATCH /api/rooms/{room}
    PATCH /api/rooms/{room}/settings
    PATCH /api/uploads/{id}
    PATCH /api/users/me
    PATCH /api/users/{user}
    POST /api/bots
    POST /api/invites
    POST /api/link-codes
    POST /api/messages
    POST /api/messages/{id}/report
    POST /api/rooms
    POST /api/rooms/{room}/hooks
    POST /api/rooms/{room}/hooks/{hook}/secret
    POST /api/rooms/{room}/moderation
    POST /api/sessions
    POST /api/uploads
    POST /api/users
    POST /api/webhooks
    POST /hooks/{hook}/{secret}
    PUT /api/messages/{id}/follow
    PUT /api/messages/{id}/pin
    PUT /api/messages/{id}/reactions/{emoji}
    PUT /api/rooms/{room}/members/me
    PUT /api/rooms/{room}/members/{user}
    PUT /api/uploads
    PUT /api/users/me/ignored/{user}";

#[tokio::test]
async fn the_api_describes_itself() {
    let server = TestServer::start().await;
    let document = server.get("/api/openapi.json").await.is(200);
    assert_eq!(document.header("content-type"), "application/json");
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let paths = document["paths"].as_object().unwrap();
    let mut operations: Vec<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    operations.sort_unstable();
    assert_eq!(
        operations,
        OPERATIONS.split_whitespace().collect::<Vec<_>>().chunks(2).map(|words| words.join(" ")).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn the_description_is_whole() {
    let server = TestServer::start().await;
    let document = server.get("/api/openapi.json").await.is(200).json;
    let mut ids = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            ids.push(operation["operationId"].as_str().unwrap().to_owned());
            let text = operation["summary"].as_str().or(operation["description"].as_str()).unwrap_or_default();
            assert!(!text.is_empty(), "{method} {path} says what it does");
            if path.starts_with("/api/") {
                let problem = &operation["responses"]["429"]["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(problem, "#/components/schemas/Problem", "{method} {path}");
            }
        }
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "no two operations have one name");
    for reference in references(&document) {
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

/// Every `$ref` in a document.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn the_api_page_is_made_of_own_files() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/docs").await.is(308).header("location"), "/docs/");
    let page = server.get("/docs/").await.is(200);
    assert!(page.header("content-type").starts_with("text/html"), "{:?}", page.headers);
    assert!(page.header("content-security-policy").contains("script-src 'self';"), "{:?}", page.headers);
    assert!(!page.text.contains("://"), "nothing from elsewhere: {}", page.text);
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js"] {
        server.get(&format!("/docs/{file}")).await.is(200);
    }
    assert!(server.get("/docs/swagger-initializer.js").await.text.contains("/api/openapi.json"));
}
