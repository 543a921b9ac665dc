//! `/api/sessions` and `/api/link-codes`: more than one device.

use serde_json::json;

use chat_testing::{Person, TestServer};

async fn link_code(person: &Person) -> String {
    person.post("/api/link-codes", json!({})).await.is(201)["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_password_signs_in_another_device() {
    let server = TestServer::start().await;
    let alice = server.register_with_password("alice", "correct horse").await;
    let answer = server.post("/api/sessions", json!({"name": "ALICE", "password": "correct horse"})).await.is(201);
    assert_eq!(answer["user"]["id"], alice.id);
    assert_ne!(answer["token"], alice.token, "every sign-in makes a new one");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    let server = TestServer::start().await;
    server.register_with_password("alice", "correct horse").await;
    server.register("bob").await;
    let mut details = Vec::new();
    for (name, password) in [("alice", "wrong horse"), ("nobody", "correct horse"), ("bob", "correct horse"), ("", "")]
    {
        let answer = server.post("/api/sessions", json!({"name": name, "password": password})).await;
        details.push(answer.is_problem(401, "unauthorized")["detail"].clone());
    }
    details.dedup();
    assert_eq!(details.len(), 1, "{details:?}");
}

#[tokio::test]
async fn either_password_or_link_code_never_half_of_one() {
    let server = TestServer::start().await;
    for body in [
        json!({}),
        json!({"name": "alice"}),
        json!({"password": "correct horse"}),
        json!({"name": "alice", "password": "correct horse", "link_code": "AAAA"}),
        json!({"name": 7, "password": "correct horse"}),
        json!([]),
        json!("alice"),
    ] {
        server.post("/api/sessions", body).await.is_problem(400, "bad_request");
    }
}

#[tokio::test]
async fn a_link_code_signs_in_once() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let made = alice.post("/api/link-codes", json!({})).await.is(201);
    let code = made["code"].as_str().unwrap();
    assert_eq!(made["url"], server.url(&format!("/#link={code}")));
    assert!(made["expires_at"].as_str().unwrap().ends_with('Z'));
    assert!(code.chars().filter(char::is_ascii_alphanumeric).count() >= 12, "at least 60 random bits: {code}");
    let typed = code.to_lowercase().replace('-', " ");
    let answer = server.post("/api/sessions", json!({"link_code": typed})).await.is(201);
    assert_eq!(answer["user"]["id"], alice.id);
    server.post("/api/sessions", json!({"link_code": code})).await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn of_many_at_once_one_uses_a_link_code() {
    let server = TestServer::with_limits(&["sign-ins=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    let code = link_code(&alice).await;
    let tries = (0..50).map(|_| server.post("/api/sessions", json!({"link_code": code})));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 49);
}

#[tokio::test]
async fn a_new_link_code_ends_the_old_one() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let (old, new) = (link_code(&alice).await, link_code(&alice).await);
    server.post("/api/sessions", json!({"link_code": old})).await.is_problem(401, "unauthorized");
    server.post("/api/sessions", json!({"link_code": new})).await.is(201);
}

#[tokio::test]
async fn a_link_code_ends_with_the_session_that_made_it_and_with_a_new_password() {
    let server = TestServer::start().await;
    let alice = server.register_with_password("alice", "correct horse").await;
    let laptop = alice.another_device().await;
    let code = link_code(&laptop).await;
    laptop.delete("/api/sessions/current").await.is(204);
    server.post("/api/sessions", json!({"link_code": code})).await.is_problem(401, "unauthorized");
    let code = link_code(&alice).await;
    let patch = json!({"password": "battery staple", "current_password": "correct horse"});
    alice.patch("/api/users/me", patch).await.is(200);
    server.post("/api/sessions", json!({"link_code": code})).await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_link_code_is_made_only_for_who_is_signed_in() {
    let server = TestServer::start().await;
    server.post("/api/link-codes", json!({})).await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn links_use_the_public_url() {
    let server = TestServer::with(|options| {
        options.site.public_urls =
            vec!["https://chat.example.org".parse().unwrap(), "http://chat.lan".parse().unwrap()];
    })
    .await;
    let alice = server.register("alice").await;
    let made = alice.post("/api/link-codes", json!({})).await.is(201);
    assert!(made["url"].as_str().unwrap().starts_with("https://chat.example.org/#link="), "{}", made.text);
}

#[tokio::test]
async fn devices_are_listed_and_signed_out() {
    let server = TestServer::start().await;
    let desk = server.register("alice").await;
    let code = link_code(&desk).await;
    let phone = server.person(server.post("/api/sessions", json!({"link_code": code})).await.is(201));

    let sessions = desk.get("/api/sessions").await.is(200);
    let sessions = sessions.json.as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let mut fields: Vec<&str> = sessions[0].as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["client", "created_at", "current", "id", "last_used_at"]);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();

    desk.delete(&format!("/api/sessions/{}", other["id"].as_str().unwrap())).await.is(204);
    phone.get("/api/users/me").await.is_problem(401, "unauthorized");
    desk.delete("/api/sessions/current").await.is(204);
    desk.get("/api/users/me").await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn the_device_is_named_after_its_program() {
    let server = TestServer::start().await;
    let name = format!("chat-tui/1.0 {}", "x".repeat(200));
    let request = server
        .request(chat_testing::Method::POST, "/api/users")
        .header("user-agent", &name)
        .json(&json!({"name": "alice"}));
    let alice = server.person(chat_testing::Answer::to(request).await.is(201));
    let sessions = alice.get("/api/sessions").await;
    let client = sessions.json[0]["client"].as_str().unwrap();
    assert!(client.starts_with("chat-tui/1.0 x"), "{client}");
    assert!(client.chars().count() <= 100, "{client}");
}

#[tokio::test]
async fn nobody_signs_out_someone_else() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let sessions = alice.get("/api/sessions").await;
    let session = sessions.json[0]["id"].as_str().unwrap().to_owned();
    bob.delete(&format!("/api/sessions/{session}")).await.is_problem(404, "not_found");
    for nothing in ["nothing", "01890a5d-ac96-774b-bcce-b302099a8057", "%ff", "CURRENT"] {
        let answer = bob.delete(&format!("/api/sessions/{nothing}")).await;
        assert!(matches!(answer.status, 400 | 404), "{}", answer.text);
    }
    server.get("/api/sessions").await.is_problem(401, "unauthorized");
    alice.get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn the_session_above_the_limit_ends_the_least_recently_used() {
    let server = TestServer::with_limits(&["sessions-per-user=2", "sign-ins=off"]).await;
    let first = server.register_with_password("alice", "correct horse").await;
    let sign_in = json!({"name": "alice", "password": "correct horse"});
    let second = server.person(server.post("/api/sessions", sign_in.clone()).await.is(201));
    let third = server.person(server.post("/api/sessions", sign_in).await.is(201));
    first.get("/api/users/me").await.is_problem(401, "unauthorized");
    second.get("/api/users/me").await.is(200);
    third.get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn of_many_first_passwords_at_once_one_is_set() {
    let server = TestServer::with_limits(&["sign-ins=off", "sessions-per-user=off"]).await;
    let alice = server.register("alice").await;
    let tries = (0..20).map(|i| alice.patch("/api/users/me", json!({"password": format!("password number {i}")})));
    let answers = futures_util::future::join_all(tries).await;
    let set: Vec<_> = answers.iter().enumerate().filter(|(_, answer)| answer.status == 200).map(|(i, _)| i).collect();
    assert_eq!(set.len(), 1, "the others did not give the current password");
    let with = json!({"name": "alice", "password": format!("password number {}", set[0])});
    server.post("/api/sessions", with).await.is(201);
}
