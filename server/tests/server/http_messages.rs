//! `/api/messages`: saying something, once, and reading what was said.

use serde_json::{Value, json};

use chat_testing::{Answer, Person, TestServer};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn bodies(page: &Answer) -> Vec<&str> {
    page["messages"].as_array().expect("messages").iter().map(|message| message["body"].as_str().unwrap()).collect()
}

/// Someone who has said "1" to "10", at positions 2 to 11 of the lobby.
async fn talker(server: &TestServer) -> Person {
    let alice = server.register("alice").await;
    for number in 1..=10 {
        alice.say("lobby", &number.to_string()).await;
    }
    alice
}

#[tokio::test]
async fn what_is_said_is_answered_as_a_message() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let said = alice.post("/api/messages", json!({"body": "hello *you*", "id": ID, "room": "#lobby"})).await.is(201);
    assert_eq!((&said["id"], &said["body"]), (&json!(ID), &json!("hello *you*")));
    assert_eq!(said["author"], json!({"id": alice.id, "name": "alice"}));
    assert_eq!(said["seq"], 2, "after her own UserJoined");
    for field in ["mentions", "reactions", "attachments"] {
        assert_eq!(said[field], json!([]), "{field}");
    }
    for absent in ["edited_at", "deleted", "reply_to", "blocks"] {
        assert!(said.json.get(absent).is_none(), "{absent}");
    }
    let page = server.get("/api/messages").await.is(200);
    assert_eq!(page["messages"], json!([said.json]));
}

#[tokio::test]
async fn sending_twice_is_sending_once() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let message = json!({"body": "hello", "id": ID});
    let first = alice.post("/api/messages", message.clone()).await.is(201);
    let upper = json!({"body": "hello", "id": ID.to_uppercase()});
    for again in [message, upper] {
        assert_eq!(alice.post("/api/messages", again).await.is(200).json, first.json);
    }
    assert_eq!(bodies(&server.get("/api/messages").await), ["hello"]);
}

#[tokio::test]
async fn an_id_is_one_message_for_ever() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.post("/api/rooms", json!({"name": "tea"})).await.is(201);
    let first = alice.say("lobby", "first").await;
    alice.post("/api/messages", json!({"body": "hello", "id": ID})).await.is(201);
    for other in [
        json!({"body": "hello!", "id": ID}),
        json!({"body": "hello", "id": ID, "room": "tea"}),
        json!({"body": "hello", "id": ID, "reply_to": first["id"]}),
    ] {
        alice.post("/api/messages", other).await.is_problem(409, "id_conflict");
    }
    bob.post("/api/messages", json!({"body": "hello", "id": ID})).await.is_problem(409, "id_conflict");
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    for wrong in [
        json!({}),
        json!({"body": ""}),
        json!({"body": " \n\t "}),
        json!({"body": "\u{200b}\u{0}"}),
        json!({"body": 7}),
        json!({"body": "x", "id": "7"}),
        json!({"body": "x", "id": "{01890a5d-ac96-774b-bcce-b302099a8057}"}),
        json!({"body": "x", "reply_to": ID}),
        json!({"body": "x", "reply_to": "first"}),
        json!([1, 2]),
        json!(null),
    ] {
        let answer = alice.post("/api/messages", wrong.clone()).await;
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.text);
    }
    alice.post("/api/messages", json!({"body": "x", "room": "nowhere"})).await.is_problem(404, "not_found");
    server.post("/api/messages", json!({"body": "x"})).await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn only_members_write() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.post("/api/rooms", json!({"name": "tea"})).await.is(201);
    bob.post("/api/messages", json!({"body": "x", "room": "tea"})).await.is_problem(403, "forbidden");
    assert_eq!(bodies(&bob.get("/api/messages?room=tea").await.is(200)), [""; 0], "reading is for everyone");
}

#[tokio::test]
async fn sixteen_kibibytes_and_not_one_byte_more() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.post("/api/messages", json!({"body": "x".repeat(16_384)})).await.is(201);
    alice.post("/api/messages", json!({"body": "x".repeat(16_385)})).await.is_problem(413, "too_large");
    alice.post("/api/messages", json!({"body": "ß".repeat(8_193)})).await.is_problem(413, "too_large");
}

#[tokio::test]
async fn a_body_is_cleaned_and_otherwise_kept() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let said = alice.say("lobby", "tab\there, \u{7}no bell\u{0}, e\u{301}\nnext").await;
    assert_eq!(said["body"], "tab\there, no bell, é\nnext");
}

#[tokio::test]
async fn a_reply_names_its_message_and_a_mention_its_user() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let question = alice.say("lobby", "tea?").await;
    let reply = json!({"body": "yes, @alice", "reply_to": question["id"]});
    let answer = bob.post("/api/messages", reply).await.is(201);
    assert_eq!(answer["reply_to"], question["id"]);
    assert_eq!(answer["mentions"], json!([alice.id]));
    let lobby = alice.get("/api/rooms/lobby").await;
    assert_eq!((&lobby["unread"], &lobby["mentions"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn pages_are_ascending_and_say_what_is_beyond() {
    let server = TestServer::start().await;
    talker(&server).await;
    for (query, expected, before, after) in [
        ("", (1..=10).collect::<Vec<_>>(), false, false),
        ("?limit=3", vec![8, 9, 10], true, false),
        ("?before=6&limit=3", vec![2, 3, 4], true, true),
        ("?before=2", vec![], false, true),
        ("?after=6&limit=3", vec![6, 7, 8], true, true),
        ("?after=0&limit=3", vec![1, 2, 3], false, true),
        ("?after=11", vec![], true, false),
        ("?after=99999999999999999999", vec![], true, false),
        ("?before=99999999999999999999&limit=2", vec![9, 10], true, false),
    ] {
        let page = server.get(&format!("/api/messages{query}")).await.is(200);
        let expected: Vec<String> = expected.iter().map(i32::to_string).collect();
        assert_eq!(bodies(&page), expected, "{query}");
        let beyond = (page["has_more_before"].as_bool().unwrap(), page["has_more_after"].as_bool().unwrap());
        assert_eq!(beyond, (before, after), "{query}");
    }
}

#[tokio::test]
async fn around_holds_the_message_itself() {
    let server = TestServer::start().await;
    talker(&server).await;
    let page = server.get("/api/messages?around=6&limit=3").await.is(200);
    assert!(bodies(&page).contains(&"5"), "{}", page.text);
    assert_eq!(bodies(&page).len(), 3);
    assert_eq!((&page["has_more_before"], &page["has_more_after"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn since_holds_the_first_message_of_a_time_and_its_surroundings() {
    let server = TestServer::start().await;
    talker(&server).await;
    let all = server.get("/api/messages").await.is(200)["messages"].as_array().unwrap().clone();
    let last = all.last().unwrap();
    for message in &all {
        let since = message["sent_at"].as_str().unwrap();
        // Two may be of the same millisecond.
        let first = all.iter().find(|one| one["sent_at"] == message["sent_at"]).unwrap();
        let page = server.get(&format!("/api/messages?since={since}&limit=1")).await.is(200);
        assert_eq!(page["messages"], json!([first]), "{since}");
    }
    let page = server.get("/api/messages?since=2001-01-01T00:00:00Z&limit=3").await.is(200);
    assert_eq!((&page["has_more_before"], &page["messages"][0]), (&json!(false), &all[0]));
    let page = server.get("/api/messages?since=2999-01-01T00:00:00Z&limit=2").await.is(200);
    assert_eq!((&page["has_more_after"], &page["messages"][0]), (&json!(false), last));
}

#[tokio::test]
async fn numbers_that_are_none_are_refused() {
    let server = TestServer::start().await;
    for path in ["/api/messages", "/api/rooms/lobby/events", "/api/users", "/api/rooms", "/api/rooms/lobby/members"] {
        for limit in ["-1", "0", "x", "1.5", "", "+1", "1e3"] {
            server.get(&format!("{path}?limit={limit}")).await.is_problem(400, "bad_request");
        }
        server.get(&format!("{path}?limit=99999999999999999999999")).await.is(200);
    }
    for query in [
        "before=-1",
        "after=x",
        "around=",
        "before=1&after=2",
        "after=1&around=1",
        "around=1&since=2026-01-01T00:00:00Z",
        "since=today",
        "limit=1&limit=2",
        "blocks=7",
    ] {
        server.get(&format!("/api/messages?{query}")).await.is_problem(400, "bad_request");
    }
    server.get("/api/rooms/lobby/events?after=-1").await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn a_limit_above_the_maximum_is_the_maximum() {
    let server = TestServer::with_limits(&["messages=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    for number in 0..201 {
        alice.say("lobby", &number.to_string()).await;
    }
    let page = server.get("/api/messages?limit=1000").await.is(200);
    assert_eq!(bodies(&page).len(), 200);
    assert_eq!(page["has_more_before"], true);
    assert_eq!(bodies(&server.get("/api/messages").await).len(), 50);
}

#[tokio::test]
async fn blocks_come_to_those_who_ask() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.say("lobby", "hello *you*").await;
    let plain = server.get("/api/messages").await;
    assert_eq!(plain["messages"][0].get("blocks"), None);
    let parsed = server.get("/api/messages?blocks=true").await.is(200);
    assert_eq!(parsed["messages"][0]["blocks"][0]["t"], "p");
    assert_ne!(parsed["messages"][0]["blocks"][0]["c"], Value::Null);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let said = alice.say("lobby", "still here").await;
    let epoch = server.get("/api/info").await["epoch"].clone();
    let server = server.restart().await;
    assert_eq!(server.get("/api/messages").await["messages"], json!([said.json]));
    assert_eq!(server.get("/api/info").await["epoch"], epoch);
}
