//! Finding messages by what they say.

use chat_protocol::{Role, api::SearchPage};
use chat_server::admin::Database;
use chat_testing::{Answer, Person, TestServer, within};
use serde_json::json;

/// Waits until the index has every message.
async fn indexed(server: &TestServer) {
    let database = rusqlite::Connection::open(server.file("chat.db")).unwrap();
    let sql = "SELECT (SELECT last FROM search_state) >= (SELECT coalesce(max(id), 0) FROM message)";
    within("the index has all messages", async {
        while !database.query_row(sql, [], |row| row.get::<_, bool>(0)).unwrap() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

async fn page(person: &Person, query: &str, more: &str) -> SearchPage {
    let query: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
    person.get(&format!("/api/search?q={query}{more}")).await.is(200).read()
}

/// The bodies of what is found.
async fn found(person: &Person, query: &str) -> Vec<String> {
    page(person, query, "").await.hits.into_iter().map(|hit| hit.message.body).collect()
}

fn id(message: &Answer) -> &str {
    message["id"].as_str().unwrap()
}

#[tokio::test]
async fn words_phrases_and_filters_find_messages_newest_first() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("ops").await;
    bob.join("ops").await;
    for (person, room, body) in [
        (&alice, "lobby", "Die Straße ist naß"),
        (&bob, "ops", "the disk is full"),
        (&alice, "ops", "which disk? see https://example.org/disk"),
        (&bob, "ops", "`last_seq` of the **disk**"),
        (&alice, "lobby", "東京タワー"),
        (&alice, "lobby", "we go there, cargo follows"),
    ] {
        person.say(room, body).await;
    }
    let everything = |when: &'static str| {
        let (alice, bob) = (&alice, &bob);
        async move {
            for (query, bodies) in [
                (
                    "disk",
                    vec!["`last_seq` of the **disk**", "which disk? see https://example.org/disk", "the disk is full"],
                ),
                ("DISK full", vec!["the disk is full"]),
                ("\"is full\"", vec!["the disk is full"]),
                ("disk -full -which", vec!["`last_seq` of the **disk**"]),
                ("strasse NASS", vec!["Die Straße ist naß"]),
                ("t_se", vec!["`last_seq` of the **disk**"]),
                ("京", vec!["東京タワー"]),
                ("go", vec!["we go there, cargo follows"]),
                ("argo", vec!["we go there, cargo follows"]),
                ("disk from:@bob", vec!["`last_seq` of the **disk**", "the disk is full"]),
                ("disk from:me", vec!["which disk? see https://example.org/disk"]),
                ("in:#ops has:code", vec!["`last_seq` of the **disk**"]),
                ("has:link", vec!["which disk? see https://example.org/disk"]),
                ("disk in:lobby", vec![]),
                ("has:file", vec![]),
                ("disk before:2020-01-01", vec![]),
                ("full after:2020-01-01 before:2999-01-01", vec!["the disk is full"]),
                ("nothing says this", vec![]),
            ] {
                assert_eq!(found(alice, query).await, bodies, "{query}, {when}");
            }
            assert_eq!(found(bob, "from:me full").await, ["the disk is full"], "{when}");
        }
    };
    everything("however far the index is").await;
    indexed(&server).await;
    everything("from the index").await;

    let hits = page(&alice, "the DISK", "").await.hits;
    assert_eq!(hits[1].marks, [(0, 3), (4, 8)], "{hits:?}");
    assert_eq!(hits[1].room, hits[1].message.room);
    assert_eq!(page(&alice, "straß", "").await.hits[0].marks, [(4, 9)]);
    assert!(page(&alice, "disk", "&blocks=true").await.hits[0].message.blocks.is_some());
}

#[tokio::test]
async fn a_query_that_cannot_be_searched_for_says_why() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room_with(json!({ "kind": "private", "name": "vault" })).await;
    server.get("/api/search?q=x").await.is_problem(401, "unauthorized");
    alice.get("/api/search").await.is_problem(400, "bad_request");
    for (query, named) in [
        ("", "what to search for"),
        ("-x", "to leave out"),
        ("has%3Acheese", "has:cheese"),
        ("x+before%3Ayesterday", "before:yesterday"),
        ("x+from%3Anobody", "from:nobody"),
        ("x+in%3A%23vault", "in:#vault: there is no such room"),
        ("x+in%3A%23nowhere", "in:#nowhere: there is no such room"),
        ("x+in%3A%40alice", "in:@alice: there is no such room"),
    ] {
        let answer = bob.get(&format!("/api/search?q={query}")).await.is_problem(400, "bad_request");
        assert!(answer["detail"].as_str().unwrap().contains(named), "{query}: {}", answer["detail"]);
    }
    let nobodys = "/api/search?q=x&before=01890a5e-1111-7222-8333-444455556666";
    bob.get(nobodys).await.is_problem(400, "bad_request");
    bob.get("/api/search?q=x&before=41").await.is_problem(400, "bad_request");
    bob.get("/api/search?q=x&limit=0").await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn only_what_one_may_read_now_is_found() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.register("alice").await, server.register("bob").await, server.register("carol").await);
    let boss = server.register("boss").await;
    Database::open(server.folder()).unwrap().set_role("boss", Role::Admin).unwrap();
    let vault = alice.create_room_with(json!({ "kind": "private", "name": "vault", "members": ["bob"] })).await;
    alice.say("vault", "the secret word").await;
    alice.say("@bob", "a secret for you").await;
    alice.create_room("open").await;
    alice.say("open", "no secret").await;
    let check = |when: &'static str| {
        let (alice, bob, carol, boss) = (&alice, &bob, &carol, &boss);
        async move {
            assert_eq!(found(alice, "secret").await.len(), 3, "{when}");
            assert_eq!(found(bob, "secret").await.len(), 3, "{when}");
            assert_eq!(found(carol, "secret").await, ["no secret"], "{when}");
            assert_eq!(found(boss, "secret").await, ["no secret"], "{when}");
            assert_eq!(found(bob, "secret in:@alice").await, ["a secret for you"], "{when}");
            assert_eq!(found(bob, "secret in:vault").await, ["the secret word"], "{when}");
        }
    };
    check("however far the index is").await;
    indexed(&server).await;
    check("from the index").await;
    alice.delete(&format!("/api/rooms/{}/members/bob", vault.id)).await.is(204);
    assert_eq!(found(&bob, "secret").await, ["no secret", "a secret for you"], "once removed, no more");
    let direct = alice.room("@bob").await.id;
    bob.delete(&format!("/api/rooms/{direct}/members/me")).await.is(204);
    assert_eq!(found(&bob, "secret").await, ["no secret", "a secret for you"], "who left a direct room may read it");
    let ban = json!({ "action": "ban", "user": "carol" });
    alice.post("/api/rooms/open/moderation", ban).await.is(204);
    let read = carol.get("/api/messages?room=open").await.status;
    assert_eq!(found(&carol, "secret").await.len(), usize::from(read == 200), "as the room is read");
}

#[tokio::test]
async fn edits_and_deletions_are_searched_at_once_and_leave_nothing_in_the_index() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    let (typo, secret) = (alice.say("lobby", "the zqxwv is hre").await, alice.say("lobby", "pass: qjzkx").await);
    let waiting = alice.say("lobby", "later").await;
    indexed(&server).await;
    assert_eq!(found(&alice, "zqx").await.len(), 1);
    let path = |message: &Answer| format!("/api/messages/{}", id(message));
    alice.patch(&path(&typo), json!({ "body": "the thing is here" })).await.is(200);
    alice.delete(&path(&secret)).await.is(204);
    alice.patch(&path(&waiting), json!({ "body": "now" })).await.is(200);
    for gone in ["zqxwv", "zqx", "qjzkx", "later", "pass"] {
        assert_eq!(found(&alice, gone).await, [""; 0], "{gone}");
    }
    assert_eq!(found(&alice, "is here").await, ["the thing is here"]);
    assert_eq!(found(&alice, "now").await, ["now"]);
    let database = rusqlite::Connection::open(server.file("chat.db")).unwrap();
    database.execute_batch("INSERT INTO search (search) VALUES ('integrity-check')").unwrap();
    let entries = |term: &str| -> i64 {
        let sql = "SELECT count(*) FROM search WHERE search MATCH ?";
        database.query_row(sql, [format!("\"{term}\"")], |row| row.get(0)).unwrap()
    };
    assert_eq!((entries("qjz"), entries("zqx"), entries("thi")), (0, 0, 1));
    drop(database);
    let mut server = server;
    server.stop().await;
    let bytes = std::fs::read(server.file("chat.db")).unwrap();
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("thing is here") && !has("qjz") && !has("zkx"), "no part of what was deleted is on the disk");
}

#[tokio::test]
async fn a_removed_room_leaves_the_index() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    alice.create_room("open").await;
    bob.say("lobby", "zqxwv before").await;
    for number in 0..30 {
        alice.say("open", &format!("zqxwv {number}")).await;
    }
    indexed(&server).await;
    assert_eq!(found(&bob, "zqxwv").await.len(), 20);
    alice.delete("/api/rooms/open").await.is(204);
    assert_eq!(found(&bob, "zqxwv").await, ["zqxwv before"]);
    let database = rusqlite::Connection::open(server.file("chat.db")).unwrap();
    within("the texts are erased", async {
        while database.query_row("SELECT count(*) FROM message", [], |row| row.get::<_, i64>(0)).unwrap() > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let entries: i64 =
        database.query_row("SELECT count(*) FROM search WHERE search MATCH 'zqx'", [], |row| row.get(0)).unwrap();
    assert_eq!(entries, 1);
    // Rows of new messages are those of the old ones.
    bob.say("lobby", "zqxwv after").await;
    indexed(&server).await;
    assert_eq!(found(&bob, "zqxwv").await, ["zqxwv after", "zqxwv before"]);
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps() {
    let server = TestServer::with_limits(&["messages=off", "requests=off"]).await;
    let alice = server.register("alice").await;
    for number in 0..50 {
        alice.say("lobby", &format!("{} number{number}", if number % 2 == 0 { "even" } else { "odd" })).await;
    }
    let pinned = alice.say("lobby", "even pinned").await;
    alice.put(&format!("/api/messages/{}/pin", id(&pinned))).await.is(204);
    for when in ["however far the index is", "from the index"] {
        let (mut bodies, mut more) = (Vec::new(), String::new());
        loop {
            let found = page(&alice, "even", &format!("&limit=7{more}")).await;
            bodies.extend(found.hits.into_iter().map(|hit| hit.message.body));
            let Some(next) = found.next else { break };
            more = format!("&before={next}");
        }
        let mut expected: Vec<_> = (0..50).step_by(2).map(|number| format!("even number{number}")).collect();
        expected.push("even pinned".to_owned());
        expected.reverse();
        assert_eq!(bodies, expected, "{when}");
        assert_eq!(found(&alice, "is:pinned").await, ["even pinned"], "{when}");
        assert_eq!(found(&alice, "odd is:pinned").await, [""; 0], "{when}");
        indexed(&server).await;
    }
}

#[tokio::test]
async fn the_index_is_filled_again_beside_a_running_server() {
    let server = TestServer::start().await;
    let alice = server.register("alice").await;
    alice.say("lobby", "the disk is full").await;
    indexed(&server).await;
    let database = rusqlite::Connection::open(server.file("chat.db")).unwrap();
    database.execute_batch("INSERT INTO search (search) VALUES ('delete-all')").unwrap();
    assert_eq!(found(&alice, "disk").await, [""; 0], "an index that was damaged");
    let said = alice.say("lobby", "a typo").await;
    indexed(&server).await;
    database.execute_batch("INSERT INTO search (search) VALUES ('delete-all')").unwrap();
    alice.patch(&format!("/api/messages/{}", id(&said)), json!({ "body": "no typo" })).await.is(200);
    alice.delete(&format!("/api/messages/{}", id(&said))).await.is(204);
    assert_eq!(Database::open(server.folder()).unwrap().reindex().unwrap(), 2);
    assert_eq!(found(&alice, "disk").await, ["the disk is full"]);
    // One that another version made.
    database.execute_batch("UPDATE search_state SET version = 0, last = 1").unwrap();
    alice.say("lobby", "the disk is empty").await;
    assert_eq!(found(&alice, "disk").await.len(), 2);
    indexed(&server).await;
    assert_eq!(found(&alice, "disk").await.len(), 2);
}
