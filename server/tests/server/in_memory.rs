//! What clients do most, on a server that keeps everything in memory as on one with a folder.

use chat_server::Location;
use serde_json::json;

use chat_testing::{TestServer, logged, see};

#[tokio::test]
async fn a_server_in_memory_answers_as_one_with_a_folder() {
    for in_memory in [true, false] {
        let server = TestServer::with(|options| {
            if in_memory {
                options.location = Location::Memory;
            }
        })
        .await;
        server.get("/readyz").await.is(200);
        let (alice, bob) =
            (server.register_with_password("alice", "correct horse").await, server.register("bob").await);
        let mut socket = bob.live().await;
        alice.say("lobby", "hello @bob").await;
        see!(socket, logged!(Message { message }) if message.body == "hello @bob" => ());
        let sign_in = json!({ "name": "alice", "password": "correct horse" });
        server.post("/api/sessions", sign_in).await.is(201);
        alice.post("/api/rooms", json!({ "name": "tea" })).await.is(201);
        bob.put("/api/rooms/tea/members/me").await.is(204);
        bob.patch("/api/users/me", json!({ "display_name": "Bob" })).await.is(200);
        for query in ["", "&before=4", "&after=1", "&around=3"] {
            let page = server.get(&format!("/api/messages?blocks=true{query}")).await.is(200);
            assert_eq!(page["messages"][0]["body"], "hello @bob", "{query}");
        }
        let log = server.get("/api/rooms/lobby/events").await.is(200);
        assert_eq!((&log["last_seq"], &log["has_more"]), (&json!(3), &json!(false)));
        assert_eq!(server.get("/api/rooms/tea/members").await.is(200).names(), ["alice", "bob"]);
        assert_eq!(server.get("/api/users?q=bo").await.is(200).names(), ["bob"]);
        assert_eq!(server.get("/api/rooms").await.is(200).names(), ["lobby", "tea"]);
        let mut back = bob.upgrade().open().await.expect("a socket");
        back.hello(json!({ "cursors": { log["room"].as_str().unwrap(): { "seq": 1 } } })).await;
        see!(back, logged!(Message { message }) if message.body == "hello @bob" => ());
    }
}
