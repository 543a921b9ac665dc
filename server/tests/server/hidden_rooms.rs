//! What could tell of a private room to those who are not in it, beside the paths of the table.

use chat_protocol::{MessageId, Role, RoomId};
use chat_server::admin::Database;
use chat_testing::{Person, TestServer};
use serde_json::json;

/// Makes a private room.
async fn den(person: &Person) -> RoomId {
    person.create_room_with(json!({ "kind": "private", "name": "den" })).await.id
}

#[tokio::test]
async fn a_list_goes_on_after_a_hidden_room_as_after_none() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, eve) = (server.register("alice").await, server.register("eve").await);
    for name in ["apples", "pears"] {
        alice.create_room(name).await;
    }
    let hidden = den(&alice).await;
    let after = async |person: &Person, id: RoomId| {
        person
            .get(&format!("/api/rooms?after={id}"))
            .await
            .is(200)
            .names()
            .iter()
            .map(|name| (*name).to_owned())
            .collect()
    };
    let nothing: Vec<String> = after(&eve, RoomId::now_v7()).await;
    assert_eq!(after(&eve, hidden).await, nothing);
    assert_eq!(nothing, ["apples", "lobby", "pears"]);
    assert_eq!(after(&alice, hidden).await, ["lobby", "pears"], "who is in it goes on there");
}

#[tokio::test]
async fn an_invite_names_its_rooms_to_those_who_may_see_them_and_ends_with_its_maker() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, boss) = (server.register("alice").await, server.register("boss").await);
    for name in ["alice", "boss"] {
        Database::open(server.folder()).unwrap().set_role(name, Role::Admin).unwrap();
    }
    let (hidden, open) = (den(&alice).await, alice.create_room("ops").await.id);
    let made = alice.post("/api/invites", json!({ "uses": 2, "rooms": [hidden, open] })).await.is(201);
    let rooms = async |person: &Person| person.get("/api/invites").await.is(200).json[0]["rooms"].clone();
    assert_eq!(rooms(&alice).await, json!([hidden, open]));
    assert_eq!(rooms(&boss).await, json!([open]), "an administrator is not told of a private room");

    boss.patch("/api/users/alice", json!({ "disabled": true })).await.is(200);
    assert_eq!(boss.get("/api/invites").await.json, json!([]));
    // Where anyone can register, a code that does not count leads into no room.
    let register = async |name: &str| {
        let new = json!({ "name": name, "invite": made["code"] });
        server.person(server.post("/api/users", new).await.is(201))
    };
    let (room, early) = (format!("/api/rooms/{hidden}"), register("early").await);
    early.get(&room).await.is_problem(404, "not_found");
    boss.patch("/api/users/alice", json!({ "disabled": false })).await.is(200);
    register("late").await.get(&room).await.is(200);
}

#[tokio::test]
async fn nothing_of_a_removed_room_is_left_for_the_next_one() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let first = alice.create_room_with(json!({ "name": "ops", "members": ["bob"] })).await.id;
    let message = bob.say("ops", "hello").await["id"].clone();
    let edit = json!({ "id": MessageId::now_v7(), "body": "hello, all" });
    let edited = async || bob.patch(&format!("/api/messages/{}", message.as_str().unwrap()), edit.clone()).await;
    edited().await.is(200);
    let react = json!({ "type": "React", "id": MessageId::now_v7(), "message_id": message, "emoji": "👍", "on": true });
    let mut bobs = bob.live().await;
    bobs.send(react.clone()).await;
    bobs.settled().await;
    alice.delete(&format!("/api/rooms/{first}")).await.is(204);
    let database = rusqlite::Connection::open(server.file("chat.db")).unwrap();
    let count = |table: &str| -> u64 {
        database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    while count("removed_room") > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(count("command"), 0);
    let next = den(&alice).await;
    edited().await.is_problem(404, "not_found");
    bobs.send(react).await;
    let told = bobs.settled().await;
    assert!(told.iter().any(|event| matches!(event, chat_protocol::Event::Error { .. })), "{told:?}");
    assert!(!format!("{told:?}").contains(&next.to_string()), "{told:?}");
}
