//! Incoming hooks: programs that post to an address of a room.

use chat_protocol::{Message, RoomId, blocks};
use chat_testing::{Answer, Method, Person, TestServer};
use serde_json::{Value, json};

/// Payloads as the programs' documentation shows them, and what becomes of them.
const PROGRAMS: [(&str, &str, &str); 5] = [
    ("grafana", include_str!("../hooks/grafana.json"), include_str!("../hooks/grafana.md")),
    ("alertmanager", include_str!("../hooks/alertmanager.json"), include_str!("../hooks/alertmanager.md")),
    ("github-actions", include_str!("../hooks/github-actions.json"), include_str!("../hooks/github-actions.md")),
    ("sentry", include_str!("../hooks/sentry.json"), include_str!("../hooks/sentry.md")),
    ("uptime-kuma", include_str!("../hooks/uptime-kuma.json"), include_str!("../hooks/uptime-kuma.md")),
];

/// A hook that was made.
struct Hook {
    id: String,
    url: String,
}

async fn make(moderator: &Person, room: &str, name: &str) -> Hook {
    let made = moderator.post(&format!("/api/rooms/{room}/hooks"), json!({ "name": name })).await.is(201);
    assert_eq!(made["user"]["name"], name);
    Hook { id: text(&made["id"]), url: text(&made["url"]) }
}

fn text(json: &Value) -> String {
    json.as_str().unwrap().to_owned()
}

async fn send(url: &str, kind: &str, body: impl Into<String>) -> Answer {
    let request = chat_testing::http().request(Method::POST, url).header("content-type", kind).body(body.into());
    Answer::to(request).await
}

async fn send_json(url: &str, body: Value) -> Answer {
    send(url, "application/json; charset=utf-8", body.to_string()).await
}

async fn server_with_room() -> (TestServer, Person) {
    let server = TestServer::with_limits(&["messages=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    alice.create_room("ops").await;
    (server, alice)
}

#[tokio::test]
async fn a_program_posts_to_the_address_of_a_hook_as_a_user_of_its_own() {
    let (server, alice) = server_with_room().await;
    let bob = server.register("bob").await;
    bob.join("ops").await;
    let mut live = bob.live().await;
    let hook = make(&alice, "ops", "alerts").await;
    assert!(hook.url.starts_with(&server.url(&format!("/hooks/{}/", hook.id))), "{}", hook.url);

    let done = send_json(&hook.url, json!({ "text": "*disk* full, @bob" })).await.is(200);
    assert_eq!((done.text.as_str(), done.header("content-type")), ("ok", "text/plain; charset=utf-8"));
    assert_eq!(live.message().await, "**disk** full, @bob");
    send(&hook.url, "text/plain", "plain *words*").await.is(200);
    send(&hook.url, "application/x-www-form-urlencoded", "payload=%7B%22text%22%3A%22as+a+form%22%7D").await.is(200);
    let said: Vec<Message> =
        alice.messages("ops").await.into_iter().map(|message| serde_json::from_value(message).unwrap()).collect();
    let bodies: Vec<&str> = said.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["**disk** full, @bob", "plain *words*", "as a form"]);
    assert!(said.iter().all(|message| message.author.name == "alerts"));
    assert_eq!(said[0].mentions, [bob.user_id()]);
    let user = alice.get("/api/users/alerts").await.is(200);
    assert_eq!((&user["bot"], &user["role"]), (&json!(true), &json!("member")));
    assert_eq!(alice.get("/api/rooms/ops/members").await.names(), ["alerts", "alice", "bob"]);
}

#[tokio::test]
async fn what_programs_send_to_slack_is_readable() {
    let (_server, alice) = server_with_room().await;
    let hook = make(&alice, "ops", "alerts").await;
    for (program, payload, expected) in PROGRAMS {
        send(&hook.url, "application/json", payload).await.is(200);
        // Older ones send a form.
        let form: String = payload.bytes().map(|byte| format!("%{byte:02X}")).collect();
        send(&hook.url, "application/x-www-form-urlencoded", format!("payload={form}")).await.is(200);
        let said = alice.bodies("ops").await;
        let [.., as_json, as_form] = said.as_slice() else { panic!("two messages") };
        assert_eq!(as_json, expected.trim_end(), "{program}");
        assert_eq!(as_form, as_json, "{program}");
        // No markup is left where a reader looks at the text.
        let shown = blocks::plain(&blocks::parse(as_json, &|_| None));
        assert!(!shown.contains("**") && !shown.contains("](") && !shown.contains("&lt;"), "{program}: {shown}");
    }
}

#[tokio::test]
async fn what_is_sent_twice_with_a_key_is_posted_once() {
    let (_server, alice) = server_with_room().await;
    let (one, other) = (make(&alice, "ops", "one").await, make(&alice, "ops", "other").await);
    let with_key = async |hook: &Hook, key: &str, body: &str| {
        let request = chat_testing::http().post(&hook.url).header("idempotency-key", key).body(body.to_owned());
        Answer::to(request).await
    };
    for _ in 0..2 {
        with_key(&one, "run-7", "built").await.is(200);
        with_key(&other, "run-7", "built").await.is(200);
        with_key(&one, "run-8", "built").await.is(200);
    }
    with_key(&one, "run-7", "something else").await.is_problem(409, "id_conflict");
    with_key(&one, &"x".repeat(256), "built").await.is_problem(400, "bad_request");
    assert_eq!(alice.bodies("ops").await, ["built"; 3]);
}

#[tokio::test]
async fn an_address_that_is_wrong_in_whatever_way_is_answered_alike() {
    let (server, alice) = server_with_room().await;
    let hook = make(&alice, "ops", "alerts").await;
    let secret = hook.url.rsplit('/').next().unwrap();
    let refusal = async |path: String| {
        let refused = send(&server.url(&path), "text/plain", "hello").await.is_problem(404, "not_found");
        (text(&refused["detail"]), refused["title"].clone())
    };
    let wrong = refusal(format!("/hooks/{}/{}", hook.id, "x".repeat(secret.len()))).await;
    for path in [
        format!("/hooks/{}/{secret}", RoomId::now_v7()),
        format!("/hooks/{}/{}", hook.id, &secret[1..]),
        format!("/hooks/{}/{secret}x", hook.id),
        format!("/hooks/nothing/{secret}"),
    ] {
        assert_eq!(refusal(path.clone()).await, wrong, "{path}");
    }
    // The secret may do this one thing.
    let request = server.request(Method::GET, "/api/users/me").bearer_auth(secret);
    Answer::to(request).await.is_problem(401, "unauthorized");

    let path = format!("/api/rooms/ops/hooks/{}", hook.id);
    let replaced = alice.post(&format!("{path}/secret"), json!({})).await.is(200);
    assert_eq!(refusal(format!("/hooks/{}/{secret}", hook.id)).await, wrong);
    let url = text(&replaced["url"]);
    send(&url, "text/plain", "with the new one").await.is(200);
    alice.delete(&path).await.is(204);
    send(&url, "text/plain", "too late").await.is_problem(404, "not_found");
    alice.delete(&path).await.is_problem(404, "not_found");
    assert_eq!(alice.bodies("ops").await, ["with the new one"]);
}

#[tokio::test]
async fn moderators_make_list_and_end_hooks_and_a_name_can_be_used_again() {
    let (server, alice) = server_with_room().await;
    let bob = server.register("bob").await;
    bob.join("ops").await;
    alice.post("/api/rooms/ops/hooks", json!({ "name": "bob" })).await.is_problem(409, "name_taken");
    alice.post("/api/rooms/ops/hooks", json!({ "name": "not a name" })).await.is_problem(400, "bad_request");
    bob.post("/api/rooms/ops/hooks", json!({ "name": "mine" })).await.is_problem(403, "forbidden");
    let hook = make(&alice, "ops", "alerts").await;
    send(&hook.url, "text/plain", "first").await.is(200);
    let listed = alice.get("/api/rooms/ops/hooks").await.is(200);
    assert_eq!((&listed.json[0]["id"], &listed.json[0]["by"]["name"]), (&json!(hook.id), &json!("alice")));
    assert!(!listed.text.contains("url") && !listed.text.contains(hook.url.rsplit('/').next().unwrap()));
    bob.get("/api/rooms/ops/hooks").await.is_problem(403, "forbidden");
    alice.post("/api/rooms/ops/hooks", json!({ "name": "alerts" })).await.is_problem(409, "name_taken");

    alice.delete(&format!("/api/rooms/ops/hooks/{}", hook.id)).await.is(204);
    assert_eq!(alice.get("/api/rooms/ops/hooks").await.is(200).json, json!([]));
    assert_eq!(alice.get("/api/rooms/ops/members").await.names(), ["alice", "bob"]);
    // Its user says on what the first one said.
    let again = make(&alice, "ops", "alerts").await;
    send(&again.url, "text/plain", "second").await.is(200);
    let said = alice.messages("ops").await;
    assert_eq!((said.len(), &said[0]["author"]), (2, &said[1]["author"]));

    // A hook goes with its room.
    alice.delete("/api/rooms/ops").await.is(204);
    send(&again.url, "text/plain", "nowhere").await.is_problem(404, "not_found");
    alice.create_room("ops").await;
    make(&alice, "ops", "alerts").await;
    alice.post("/api/rooms/@bob/hooks", json!({ "name": "direct" })).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_hook_is_moderated_as_any_member_is() {
    let (_server, alice) = server_with_room().await;
    let hook = make(&alice, "ops", "alerts").await;
    alice.post("/api/rooms/ops/moderation", json!({ "action": "mute", "user": "alerts" })).await.is(204);
    send(&hook.url, "text/plain", "muted").await.is_problem(403, "forbidden");
    alice.delete("/api/rooms/ops/members/alerts").await.is(204);
    send(&hook.url, "text/plain", "kicked").await.is_problem(403, "forbidden");
    assert_eq!(alice.get("/api/rooms/ops/hooks").await.json.as_array().unwrap().len(), 1);
    // Nobody follows the last moderator but people.
    make(&alice, "ops", "others").await;
    let role = json!({ "action": "role", "user": "alice", "role": "member" });
    alice.post("/api/rooms/ops/moderation", role).await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn a_long_alert_is_cut_and_what_says_nothing_is_refused() {
    let server = TestServer::with_limits(&["message-bytes=1024", "frame-bytes=2048", "messages=off"]).await;
    let alice = server.register("alice").await;
    alice.create_room("ops").await;
    let hook = make(&alice, "ops", "alerts").await;
    send_json(&hook.url, json!({ "text": "ß".repeat(100_000) })).await.is(200);
    let [body] = &*alice.bodies("ops").await else { panic!("one message") };
    assert!(body.len() <= 1024 && body.len() > 900 && body.ends_with("longer than a message may be)"), "{body}");

    send(&hook.url, "application/json", "{").await.is_problem(400, "bad_request");
    send_json(&hook.url, json!({ "attachments": [] })).await.is_problem(400, "bad_request");
    send(&hook.url, "text/plain", " ").await.is_problem(400, "bad_request");
    send(&hook.url, "image/png", "x").await.is_problem(415, "unsupported_media");
    send(&hook.url, "text/plain", "x".repeat(1024 * 1024 + 1)).await.is_problem(413, "too_large");
}

#[tokio::test]
async fn a_hook_is_held_to_the_rate_of_a_user_and_its_senders_to_that_of_an_address() {
    let server = TestServer::with_limits(&["messages=3:0.001", "requests=40:0.001"]).await;
    let alice = server.register("alice").await;
    alice.create_room("ops").await;
    let hook = make(&alice, "ops", "alerts").await;
    for _ in 0..3 {
        send(&hook.url, "text/plain", "alert").await.is(200);
    }
    let refused = send(&hook.url, "text/plain", "alert").await.is_problem(429, "rate_limited");
    assert!(!refused.header("retry-after").is_empty());
    let guesses = async || send(&server.url("/hooks/x/y"), "text/plain", "guess").await.status;
    let mut statuses = Vec::new();
    while statuses.last() != Some(&429) {
        assert!(statuses.len() <= 40, "{statuses:?}");
        statuses.push(guesses().await);
    }
}
