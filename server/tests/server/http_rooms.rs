//! `/api/rooms`: finding, making, joining and leaving rooms, and their logs.

use serde_json::{Value, json};

use chat_testing::{Answer, TestServer};

#[tokio::test]
async fn every_server_has_the_lobby() {
    let server = TestServer::start().await;
    let lobby = server.get("/api/rooms/lobby").await.is(200);
    assert_eq!(lobby["name"], "lobby");
    assert_eq!(lobby["kind"], "public");
    assert_eq!(lobby["joined"], false);
    assert_eq!((&lobby["last_seq"], &lobby["last_at"]), (&json!(0), &Value::Null));
    assert!(lobby.json.get("unread").is_none(), "only for members");
    let alice = server.register("alice").await;
    let lobby = alice.get("/api/rooms/%23lobby").await.is(200);
    assert_eq!((&lobby["joined"], &lobby["unread"], &lobby["mentions"]), (&json!(true), &json!(0), &json!(0)));
    assert_eq!(lobby["members"], 1);
    let by_id = alice.get(&format!("/api/rooms/{}", lobby["id"].as_str().unwrap())).await.is(200);
    assert_eq!(by_id.json, lobby.json);
}

#[tokio::test]
async fn a_room_that_is_not_there_is_not_found() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let alice = server.register("alice").await;
    for room in ["nowhere", "01890a5d-ac96-774b-bcce-b302099a8057", "%00", "a%20b", "..%2f.."] {
        for path in ["", "/members", "/events"] {
            alice.get(&format!("/api/rooms/{room}{path}")).await.is_problem(404, "not_found");
        }
        alice.put(&format!("/api/rooms/{room}/members/me")).await.is_problem(404, "not_found");
        alice.delete(&format!("/api/rooms/{room}/members/me")).await.is_problem(404, "not_found");
        alice.patch(&format!("/api/rooms/{room}"), json!({"topic": "x"})).await.is_problem(404, "not_found");
    }
    alice.get("/api/rooms/%ff").await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn a_room_is_made_and_its_maker_is_a_member() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let room = alice.post("/api/rooms", json!({"name": "Tea-Time", "topic": "green or black"})).await.is(201);
    assert_eq!((&room["name"], &room["topic"]), (&json!("Tea-Time"), &json!("green or black")));
    assert_eq!((&room["joined"], &room["members"]), (&json!(true), &json!(1)));
    assert_eq!(room.header("location"), format!("/api/rooms/{}", room["id"].as_str().unwrap()));
    assert_eq!(alice.get(room.header("location")).await.is(200)["name"], "Tea-Time");
    let members = alice.get("/api/rooms/tea-time/members").await.is(200);
    assert_eq!(members.names(), ["alice"]);
}

#[tokio::test]
async fn rooms_have_names_of_their_own() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.post("/api/rooms", json!({"name": "tea"})).await.is(201);
    alice.post("/api/rooms", json!({"name": "TEA"})).await.is_problem(409, "name_taken");
    alice.post("/api/rooms", json!({"name": "lobby"})).await.is_problem(409, "name_taken");
    alice.post("/api/rooms", json!({"name": "alice"})).await.is(201);
    for wrong in [
        json!({"name": ""}),
        json!({"name": "me"}),
        json!({"name": "a b"}),
        json!({"name": "a".repeat(49)}),
        json!({}),
        json!({"name": "ok", "topic": "x".repeat(10_000)}),
    ] {
        alice.post("/api/rooms", wrong).await.is_problem(400, "bad_request");
    }
    server.post("/api/rooms", json!({"name": "nobodys"})).await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn rooms_are_listed_by_name_in_pages() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    for name in ["tea", "coffee", "water"] {
        alice.post("/api/rooms", json!({"name": name})).await.is(201);
    }
    assert_eq!(server.get("/api/rooms").await.is(200).names(), ["coffee", "lobby", "tea", "water"]);
    let first = server.get("/api/rooms?limit=3").await.is(200);
    assert_eq!(server.get(&first.next_page().unwrap()).await.names(), ["water"]);
    assert_eq!(server.get("/api/rooms?q=te").await.names(), ["tea", "water"]);
    assert_eq!(bob.get("/api/rooms?joined=true").await.names(), ["lobby"]);
    assert_eq!(bob.get("/api/rooms?joined=false").await.names(), ["coffee", "tea", "water"]);
    assert!(server.get("/api/rooms?joined=true").await.names().is_empty(), "nobody has joined none");
    server.get("/api/rooms?joined=1").await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn joining_and_leaving_twice_is_joining_and_leaving_once() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.post("/api/rooms", json!({"name": "tea"})).await.is(201);
    for _ in 0..2 {
        assert_eq!(bob.put("/api/rooms/tea/members/me").await.is(204).text, "");
    }
    assert_eq!(alice.get("/api/rooms/tea/members").await.names(), ["alice", "bob"]);
    for _ in 0..2 {
        bob.delete("/api/rooms/tea/members/me").await.is(204);
    }
    assert_eq!(alice.get("/api/rooms/tea/members").await.names(), ["alice"]);
    let log = alice.get("/api/rooms/tea/events").await.is(200);
    let kinds: Vec<&str> =
        log["events"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["UserJoined", "UserJoined", "UserLeft"]);
}

#[tokio::test]
async fn the_lobby_cannot_be_left() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.delete("/api/rooms/lobby/members/me").await.is_problem(403, "forbidden");
    alice.put("/api/rooms/lobby/members/me").await.is(204);
}

#[tokio::test]
async fn joining_needs_a_token() {
    let server = TestServer::start().await;
    for method in [chat_testing::Method::PUT, chat_testing::Method::DELETE] {
        Answer::to(server.request(method, "/api/rooms/lobby/members/me")).await.is_problem(401, "unauthorized");
    }
}

#[tokio::test]
async fn a_topic_is_changed_by_members() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.post("/api/rooms", json!({"name": "tea"})).await.is(201);
    assert_eq!(alice.patch("/api/rooms/tea", json!({"topic": "oolong"})).await.is(200)["topic"], "oolong");
    bob.patch("/api/rooms/tea", json!({"topic": "coffee"})).await.is_problem(403, "forbidden");
    alice.patch("/api/rooms/tea", json!({})).await.is_problem(400, "bad_request");
    assert_eq!(alice.patch("/api/rooms/tea", json!({"topic": ""})).await.is(200)["topic"], "");
    let log = alice.get("/api/rooms/tea/events?after=1").await.is(200);
    assert_eq!(log["events"][0]["type"], "RoomUpdated");
    assert_eq!(log["events"][0]["changes"]["topic"], "oolong");
    assert_eq!(log["events"][0]["user"]["name"], "alice");
}

#[tokio::test]
async fn members_are_listed_in_pages_and_those_who_are_here_apart() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    server.register("bob").await;
    server.register("carol").await;
    let first = server.get("/api/rooms/lobby/members?limit=2").await.is(200);
    assert_eq!(first.names(), ["alice", "bob"]);
    assert_eq!(server.get(&first.next_page().unwrap()).await.names(), ["carol"]);
    let _here = alice.live().await;
    assert_eq!(server.get("/api/rooms/lobby/members?online=true").await.names(), ["alice"]);
}

#[tokio::test]
async fn the_log_is_read_in_pages() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    for body in ["one", "two", "three"] {
        alice.say("lobby", body).await;
    }
    let page = server.get("/api/rooms/lobby/events?after=1&limit=2").await.is(200);
    let mut fields: Vec<&str> = page.json.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["epoch", "events", "has_more", "last_at", "last_seq", "room"]);
    assert_eq!((&page["last_seq"], &page["has_more"]), (&json!(4), &json!(true)));
    let seqs: Vec<u64> =
        page["events"].as_array().unwrap().iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [2, 3]);
    assert_eq!(page["events"][0]["message"]["body"], "one");
    let end = server.get("/api/rooms/lobby/events?after=4").await.is(200);
    assert_eq!((end["events"].as_array().unwrap().len(), &end["has_more"]), (0, &json!(false)));
    let past = server.get("/api/rooms/lobby/events?after=99999999999999999999").await.is(200);
    assert_eq!(past["events"], json!([]));
}

#[tokio::test]
async fn rooms_above_the_limit_are_refused() {
    let server = TestServer::with_limits(&["rooms-per-user=2"]).await;
    let alice = server.register("alice").await;
    alice.post("/api/rooms", json!({"name": "tea"})).await.is(201);
    alice.post("/api/rooms", json!({"name": "coffee"})).await.is_problem(403, "forbidden");
}
