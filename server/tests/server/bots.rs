//! Bots: users that programs are, made by members who answer for them.

use chat_protocol::{Event, Message, Role, User};
use chat_server::admin::Database;
use chat_testing::{Person, TestServer, see};
use serde_json::json;

async fn make(maker: &Person, server: &TestServer, name: &str) -> Person {
    let made = maker.post("/api/bots", json!({ "name": name })).await.is(201);
    assert_eq!((&made["user"]["name"], &made["user"]["bot"]), (&json!(name), &json!(true)));
    Person::signed_in(server, &made)
}

#[tokio::test]
async fn a_bot_is_a_user_with_a_token_of_its_own() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("ops").await;
    let echo = make(&alice, &server, "echo").await;
    echo.join("ops").await;
    echo.say("ops", "ready, @alice").await.is(201);
    let said: Message = serde_json::from_value(alice.messages("ops").await.remove(0)).unwrap();
    assert_eq!((said.author.name.as_str(), said.mentions), ("echo", vec![alice.user_id()]));
    let seen: User = serde_json::from_value(bob.get("/api/users/echo").await.is(200).json).unwrap();
    assert_eq!((seen.bot, seen.role), (true, Role::Member));
    assert_eq!(alice.get("/api/bots").await.is(200).names(), ["echo"]);
    assert_eq!(bob.get("/api/bots").await.is(200).json, json!([]), "they are another's");
    bob.delete("/api/bots/echo").await.is_problem(404, "not_found");
    alice.delete("/api/bots/bob").await.is_problem(404, "not_found");
    echo.me().await;
}

#[tokio::test]
async fn who_sees_a_bot_come_is_told_that_it_is_one() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("ops").await;
    let mut looking = alice.live().await;
    looking.send(json!({ "type": "Focus", "rooms": ["lobby", "ops"] })).await;
    for _ in 0..2 {
        see!(looking, Event::Members { .. } => ());
    }
    let echo = make(&bob, &server, "echo").await;
    let told = see!(looking, Event::UserUpdated { user } => user);
    assert_eq!((told.name.as_str(), told.bot), ("echo", true));
    echo.join("ops").await;
    let told = see!(looking, Event::UserUpdated { user } => user);
    assert_eq!((told.id, told.bot), (echo.user_id(), true));
}

#[tokio::test]
async fn the_token_of_a_bot_that_ended_is_invalid_and_its_maker_can_take_its_name_up_again() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room_with(json!({ "name": "den", "kind": "private" })).await;
    let echo = make(&alice, &server, "echo").await;
    alice.put("/api/rooms/den/members/echo").await.is(204);
    echo.say("den", "before").await.is(201);
    // What someone set who had the token does not outlive it.
    echo.patch("/api/users/me", json!({ "password": "correct horse battery" })).await.is(200);
    Database::open(server.folder()).unwrap().set_role("echo", Role::Admin).unwrap();
    Database::open(server.folder()).unwrap().set_role("alice", Role::Admin).unwrap();
    alice.delete("/api/bots/echo").await.is(204);
    echo.get("/api/users/me").await.is_problem(401, "unauthorized");
    alice.delete("/api/bots/echo").await.is_problem(404, "not_found");
    assert_eq!(alice.get("/api/bots").await.json, json!([]));
    bob.post("/api/bots", json!({ "name": "echo" })).await.is_problem(409, "name_taken");

    alice.post("/api/bots", json!({ "name": "ech0" })).await.is_problem(409, "name_taken");

    let again = make(&alice, &server, "echo").await;
    assert_eq!(again.user_id(), echo.user_id());
    assert_eq!(again.me().await.role, Role::Member);
    again.say("den", "after").await.is(201);
    echo.get("/api/users/me").await.is_problem(401, "unauthorized");
    let by_password = json!({ "name": "echo", "password": "correct horse battery" });
    server.post("/api/sessions", by_password).await.is_problem(401, "unauthorized");
    let audit = alice.get("/api/audit").await.is(200).json;
    let done: Vec<_> = audit.as_array().unwrap().iter().filter(|entry| entry["user"]["name"] == "echo").collect();
    let actions: Vec<_> = done.iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert_eq!(actions, ["bot_created", "bot_ended", "user_role", "bot_created"]);
    assert_eq!(done[0]["by"]["name"], "alice");
}

#[tokio::test]
async fn bots_end_with_their_maker() {
    let server = TestServer::start().await;
    let (boss, alice) = (server.register("boss").await, server.register("alice").await);
    Database::open(server.folder()).unwrap().set_role("boss", Role::Admin).unwrap();
    let (echo, other) = (make(&alice, &server, "echo").await, make(&boss, &server, "other").await);
    let mut live = echo.live().await;
    boss.patch("/api/users/alice", json!({ "disabled": true })).await.is(200);
    live.closed().await;
    echo.get("/api/users/me").await.is_problem(401, "unauthorized");
    other.me().await;
}

#[tokio::test]
async fn a_bot_that_an_administrator_disabled_is_not_its_makers_to_take_up() {
    let server = TestServer::start().await;
    let (boss, alice) = (server.register("boss").await, server.register("alice").await);
    Database::open(server.folder()).unwrap().set_role("boss", Role::Admin).unwrap();
    let echo = make(&alice, &server, "echo").await;
    boss.patch("/api/users/echo", json!({ "disabled": true })).await.is(200);
    echo.get("/api/users/me").await.is_problem(401, "unauthorized");
    assert_eq!(alice.get("/api/bots").await.json, json!([]));
    alice.delete("/api/bots/echo").await.is_problem(404, "not_found");
    alice.post("/api/bots", json!({ "name": "echo" })).await.is_problem(409, "name_taken");
}

#[tokio::test]
async fn members_make_bots_and_guests_and_bots_do_not() {
    let server = TestServer::with_limits(&["messages=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    let guest = Person::signed_in(&server, &server.post("/api/users", json!({})).await.is(201));
    let new = |name: &str| json!({ "name": name });
    guest.post("/api/bots", new("mine")).await.is_problem(403, "forbidden");
    server.post("/api/bots", new("mine")).await.is_problem(401, "unauthorized");
    alice.post("/api/bots", new("alice")).await.is_problem(409, "name_taken");
    alice.post("/api/bots", new("not a name")).await.is_problem(400, "bad_request");
    let first = make(&alice, &server, "bot-1").await;
    first.post("/api/bots", new("child")).await.is_problem(403, "forbidden");
    for number in 2..=20 {
        make(&alice, &server, &format!("bot-{number}")).await;
    }
    alice.post("/api/bots", new("one-more")).await.is_problem(400, "bad_request");
    alice.delete("/api/bots/bot-2").await.is(204);
    make(&alice, &server, "one-more").await;
}
