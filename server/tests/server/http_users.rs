//! `/api/users`: taking names, finding people, being oneself.

use serde_json::{Value, json};

use chat_testing::{Answer, Method, TestServer};

#[tokio::test]
async fn a_name_is_taken_with_a_token_shown_once() {
    let server = TestServer::start().await;
    let answer = server.post("/api/users", json!({"name": "alice"})).await.is(201);
    assert_eq!(answer["user"]["name"], "alice");
    assert_eq!(answer["user"]["role"], "member");
    let token = answer["token"].as_str().unwrap();
    assert!(token.starts_with("cht_") && token.len() == 47, "{token}");
    assert_eq!(answer.header("location"), "/api/users/me");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("set-cookie"), "", "a program gets no cookie");
}

#[tokio::test]
async fn a_user_is_told_whole() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let me = alice.get("/api/users/me").await.is(200);
    let fields: Vec<&str> = me.json.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "id",
        "name",
        "display_name",
        "color",
        "role",
        "bot",
        "online",
        "away",
        "status",
        "last_seen_at",
        "created_at",
    ];
    expected.sort_unstable();
    assert_eq!(fields, expected);
    assert_eq!(me["bot"], false);
    assert_eq!(me["display_name"], Value::Null);
}

#[tokio::test]
async fn a_taken_name_in_any_disguise_is_refused() {
    let server = TestServer::start().await;
    server.register("alice").await;
    for name in ["alice", "ALICE", "аӏісе", "a1ice", "ａlice"] {
        server.post("/api/users", json!({"name": name})).await.is_problem(409, "name_taken");
    }
}

#[tokio::test]
async fn what_is_no_name_is_refused() {
    let server = TestServer::with_limits(&["registrations=off"]).await;
    for name in [
        "",
        " ",
        "a b",
        "-a",
        "a-",
        "admin",
        "ADMIN",
        "me",
        "a/b",
        "a\u{0}b",
        "aб",
        "01890a5d-ac96-774b-bcce-b302099a8057",
    ] {
        server.post("/api/users", json!({"name": name})).await.is_problem(400, "bad_request");
    }
    server.post("/api/users", json!({"name": "z".repeat(33)})).await.is_problem(400, "bad_request");
    server.post("/api/users", json!({"name": "z".repeat(32)})).await.is(201);
}

#[tokio::test]
async fn passwords_have_eight_to_256_characters() {
    let server = TestServer::start().await;
    server.post("/api/users", json!({"name": "a1", "password": "1234567"})).await.is_problem(400, "bad_request");
    server.post("/api/users", json!({"name": "a2", "password": "x".repeat(257)})).await.is_problem(400, "bad_request");
    server.post("/api/users", json!({"name": "a3", "password": "12345678"})).await.is(201);
}

#[tokio::test]
async fn a_password_without_a_name_is_nobodys() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    server.post("/api/users", json!({"password": "12345678"})).await.is_problem(400, "bad_request");
    alice.post("/api/users", json!({"password": "12345678"})).await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn without_a_name_a_guest_is_made() {
    let server = TestServer::start().await;
    let answer = server.post("/api/users", json!({})).await.is(201);
    assert_eq!(answer["user"]["role"], "guest");
    assert_eq!(answer["user"]["name"].as_str().unwrap().split('-').count(), 3);
}

#[tokio::test]
async fn with_a_session_and_no_name_nothing_is_made() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let answer = alice.post("/api/users", json!({})).await.is(200);
    assert_eq!(answer["user"]["name"], "alice");
    assert_eq!(answer["token"], Value::Null);
    assert_eq!(server.get("/api/users").await.names(), ["alice"]);
}

#[tokio::test]
async fn a_token_that_does_not_count_is_told_so_and_makes_no_guest() {
    let server = TestServer::start().await;
    let request = server.request(Method::POST, "/api/users").bearer_auth("cht_wrong").json(&json!({}));
    let answer = Answer::to(request).await.is_problem(401, "unauthorized");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    assert!(server.get("/api/users").await.names().is_empty());
}

#[tokio::test]
async fn where_registration_is_by_invite_a_code_is_needed() {
    let server = TestServer::with(|options| options.registration = chat_protocol::api::Registration::Invite).await;
    server.post("/api/users", json!({})).await.is_problem(400, "bad_request");
    server.post("/api/users", json!({"name": "alice"})).await.is_problem(403, "forbidden");
    let wrong = json!({"name": "alice", "invite": "AAAA-AAAA-AAAA-A"});
    server.post("/api/users", wrong).await.is_problem(403, "forbidden");
    server.get("/api/users").await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn where_registration_is_closed_nobody_comes_in() {
    let server = TestServer::with(|options| options.registration = chat_protocol::api::Registration::Closed).await;
    server.post("/api/users", json!({"name": "alice"})).await.is_problem(403, "forbidden");
    assert_eq!(server.get("/api/info").await["registration"], "closed");
    for path in [
        "/api/users",
        "/api/rooms",
        "/api/rooms/lobby",
        "/api/rooms/lobby/members",
        "/api/rooms/lobby/events",
        "/api/messages",
    ] {
        server.get(path).await.is_problem(401, "unauthorized");
    }
    for path in ["/", "/healthz", "/readyz", "/api/info", "/api/openapi.json", "/docs/"] {
        server.get(path).await.is(200);
    }
}

#[tokio::test]
async fn people_are_listed_by_name_in_pages() {
    let server = TestServer::start().await;
    for name in ["dora", "alice", "bob", "carol", "Ähre"] {
        server.register(name).await;
    }
    let first = server.get("/api/users?limit=2").await.is(200);
    assert_eq!(first.names(), ["alice", "bob"]);
    let second = server.get(&first.next_page().unwrap()).await.is(200);
    assert_eq!(second.names(), ["carol", "dora"]);
    let third = server.get(&second.next_page().unwrap()).await.is(200);
    assert_eq!(third.names(), ["Ähre"]);
    assert_eq!(third.next_page(), None);
}

#[tokio::test]
async fn people_are_found_by_part_of_a_name_or_display_name() {
    let server = TestServer::start().await;
    server.register("alice").await;
    let bob = server.register("bob").await;
    bob.patch("/api/users/me", json!({"display_name": "Bob the 100% Builder"})).await.is(200);
    assert_eq!(server.get("/api/users?q=lic").await.names(), ["alice"]);
    assert_eq!(server.get("/api/users?q=100%25").await.names(), ["bob"]);
    assert!(server.get("/api/users?q=_").await.names().is_empty(), "no wildcard");
    assert!(server.get("/api/users?q=nobody").await.names().is_empty());
}

#[tokio::test]
async fn people_who_are_here_are_listed_apart() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    server.register("bob").await;
    let _here = alice.live().await;
    assert_eq!(server.get("/api/users?online=true").await.names(), ["alice"]);
    assert_eq!(server.get("/api/users?online=false").await.names(), ["bob"]);
    server.get("/api/users?online=maybe").await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn who_i_am_needs_a_token() {
    let server = TestServer::start().await;
    server.get("/api/users/me").await.is_problem(401, "unauthorized");
    for authorization in ["Bearer", "Bearer ", "Bearer cht_x", "Basic YTpi", "cht_x", "Bearer cht_\u{e9}"] {
        let request = server.request(Method::GET, "/api/users/me").header("authorization", authorization.as_bytes());
        Answer::to(request).await.is_problem(401, "unauthorized");
    }
    let alice = server.register("alice").await;
    let request =
        server.request(Method::GET, "/api/users/me").header("authorization", format!("bearer {}", alice.token));
    assert_eq!(Answer::to(request).await.is(200)["name"], "alice");
}

#[tokio::test]
async fn a_guest_chooses_a_name_and_is_a_member() {
    let server = TestServer::start().await;
    let guest = server.guest().await;
    let me = guest.patch("/api/users/me", json!({"name": "alice"})).await.is(200);
    assert_eq!((&me["name"], &me["role"]), (&json!("alice"), &json!("member")));
    assert_eq!(me["id"], guest.id, "the same user");
}

#[tokio::test]
async fn a_name_given_up_stays_its_owners() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.patch("/api/users/me", json!({"name": "alicia"})).await.is(200);
    server.post("/api/users", json!({"name": "alice"})).await.is_problem(409, "name_taken");
    alice.patch("/api/users/me", json!({"name": "alice"})).await.is(200);
}

#[tokio::test]
async fn display_name_and_colour_are_set_kept_and_cleared() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let changed = json!({"display_name": "Alice in W.", "color": "#aa00ff"});
    let me = alice.patch("/api/users/me", changed).await.is(200);
    assert_eq!((&me["display_name"], &me["color"]), (&json!("Alice in W."), &json!("#aa00ff")));
    let me = alice.patch("/api/users/me", json!({"color": null})).await.is(200);
    assert_eq!((&me["display_name"], &me["color"]), (&json!("Alice in W."), &Value::Null));
    alice.patch("/api/users/me", json!({})).await.is(200);
    for wrong in [
        json!({"color": "red"}),
        json!({"color": "#12345"}),
        json!({"display_name": "x".repeat(65)}),
        json!({"name": "me"}),
        json!({"name": null, "color": 7}),
    ] {
        alice.patch("/api/users/me", wrong).await.is_problem(400, "bad_request");
    }
    let bob = server.register("bob").await;
    bob.patch("/api/users/me", json!({"name": "Alice"})).await.is_problem(409, "name_taken");
}

#[tokio::test]
async fn a_new_password_wants_the_old_one_and_ends_the_other_sessions() {
    let server = TestServer::start().await;
    let desk = server.register_with_password("alice", "first password").await;
    let signed_in = json!({"name": "alice", "password": "first password"});
    let phone = server.person(server.post("/api/sessions", signed_in).await.is(201));
    desk.patch("/api/users/me", json!({"password": "second password"})).await.is_problem(403, "forbidden");
    let wrong = json!({"password": "second password", "current_password": "wrong password"});
    desk.patch("/api/users/me", wrong).await.is_problem(403, "forbidden");
    phone.get("/api/users/me").await.is(200);
    let right = json!({"password": "second password", "current_password": "first password"});
    desk.patch("/api/users/me", right).await.is(200);
    desk.get("/api/users/me").await.is(200);
    phone.get("/api/users/me").await.is_problem(401, "unauthorized");
    server
        .post("/api/sessions", json!({"name": "alice", "password": "first password"}))
        .await
        .is_problem(401, "unauthorized");
    server.post("/api/sessions", json!({"name": "alice", "password": "second password"})).await.is(201);
}

#[tokio::test]
async fn of_a_hundred_at_once_one_gets_the_name() {
    let server = TestServer::with_limits(&["registrations=off", "requests=off"]).await;
    let wishes = (0..100).map(|_| server.post("/api/users", json!({"name": "alice"})));
    let answers = futures_util::future::join_all(wishes).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 99);
}
