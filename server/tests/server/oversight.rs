//! What moderators and administrators look up and decide: reports, the audit, users, invites.

use chat_protocol::{Role, api::Registration};
use chat_server::admin::Database;
use chat_testing::{Answer, Person, TestServer};
use serde_json::{Value, json};

/// A user who is an administrator.
async fn admin(server: &TestServer, name: &str) -> Person {
    let person = server.register(name).await;
    Database::open(server.folder()).unwrap().set_role(name, Role::Admin).unwrap();
    person
}

fn id(message: &Answer) -> &str {
    message["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_report_reaches_who_moderates_the_room_and_nobody_else() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.register("alice").await, server.register("bob").await, server.register("carol").await);
    let boss = admin(&server, "boss").await;
    alice.create_room("ops").await;
    alice.create_room_with(json!({ "name": "den", "kind": "private", "members": ["bob"] })).await;
    let (open, secret) = (alice.say("ops", "open").await, alice.say("den", "secret").await);
    let report = |message: &Answer| format!("/api/messages/{}/report", id(message));
    bob.post(&report(&open), json!({ "reason": "rude" })).await.is(204);
    bob.post(&report(&open), json!({ "reason": "very rude" })).await.is(204);
    bob.post(&report(&secret), json!({})).await.is(204);
    bob.post(&report(&open), json!({ "reason": "x".repeat(251) })).await.is_problem(400, "bad_request");
    carol.post(&report(&secret), json!({})).await.is_problem(404, "not_found");
    server.post(&report(&open), json!({})).await.is_problem(401, "unauthorized");

    let reports = alice.get("/api/reports").await.is(200).json;
    assert_eq!(reports.as_array().unwrap().len(), 2, "one of a message and person: {reports}");
    assert_eq!((&reports[0]["reason"], &reports[0]["by"]["name"]), (&json!("very rude"), &json!("bob")));
    assert_eq!((&reports[0]["message"]["body"], &reports[1]["message"]["body"]), (&json!("open"), &json!("secret")));
    let bosss = boss.get("/api/reports").await.is(200).json;
    assert_eq!(bosss.as_array().unwrap().len(), 1, "of public rooms, and of private ones that they are in: {bosss}");
    assert_eq!(bob.get("/api/reports").await.is(200).json, json!([]));

    let (of_open, of_secret) = (reports[0]["id"].as_u64().unwrap(), reports[1]["id"].as_u64().unwrap());
    let close = |report: u64| format!("/api/reports/{report}");
    bob.delete(&close(of_open)).await.is_problem(404, "not_found");
    boss.delete(&close(of_secret)).await.is_problem(404, "not_found");
    alice.delete(&format!("/api/messages/{}", id(&open))).await.is(204);
    assert_eq!(alice.get("/api/reports").await.json[0]["message"]["body"], "", "as the message now is");
    boss.delete(&close(of_open)).await.is(204);
    boss.delete(&close(of_open)).await.is_problem(404, "not_found");
    alice.delete("/api/rooms/den").await.is(204);
    assert_eq!(alice.get("/api/reports").await.json, json!([]), "a removed room leaves none");
}

#[tokio::test]
async fn the_audit_says_who_did_what_to_whom_and_hides_private_rooms() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let boss = admin(&server, "boss").await;
    alice.get("/api/audit").await.is_problem(403, "forbidden");
    alice.create_room("ops").await;
    bob.join("ops").await;
    alice.create_room_with(json!({ "name": "den", "kind": "private", "members": ["bob"] })).await;
    for (room, action) in [("ops", "mute"), ("den", "mute"), ("ops", "ban")] {
        let moderation = json!({ "action": action, "user": "bob", "reason": "noise" });
        alice.post(&format!("/api/rooms/{room}/moderation"), moderation).await.is(204);
    }
    let by_boss = bob.say("lobby", "spam").await;
    boss.delete(&format!("/api/messages/{}", id(&by_boss))).await.is(204);
    boss.patch("/api/users/bob", json!({ "disabled": true })).await.is(200);
    let told = |entries: &Value| -> Vec<String> {
        let entries = entries.as_array().unwrap().iter();
        let name = |of: &Value| of["name"].as_str().unwrap_or("-").to_owned();
        entries
            .map(|entry| {
                format!("{} {} {}", name(&entry["by"]), entry["action"].as_str().unwrap(), name(&entry["user"]))
            })
            .collect()
    };
    let audit = boss.get("/api/audit").await.is(200).json;
    let expected =
        ["boss user_disabled bob", "boss message_deleted bob", "alice ban bob", "alice mute bob", "- user_role boss"];
    assert_eq!(told(&audit), expected);
    assert_eq!(audit[2]["detail"], "noise");
    let before = audit[1]["id"].as_u64().unwrap();
    let page = boss.get(&format!("/api/audit?before={before}&limit=1")).await.is(200).json;
    assert_eq!(told(&page), ["alice ban bob"]);
    // Once they are in the private room, they see what happened there.
    alice.put("/api/rooms/den/members/boss").await.is(204);
    assert_eq!(told(&boss.get("/api/audit").await.json).len(), expected.len() + 1);
}

#[tokio::test]
async fn administrators_change_roles_and_disable_users_and_one_of_them_stays() {
    let server = TestServer::start().await;
    let (boss, bob) = (admin(&server, "boss").await, server.register("bob").await);
    bob.patch("/api/users/boss", json!({ "disabled": true })).await.is_problem(403, "forbidden");
    boss.patch("/api/users/bob", json!({})).await.is_problem(400, "bad_request");
    boss.patch("/api/users/bob", json!({ "role": "owner" })).await.is_problem(400, "bad_request");
    boss.patch("/api/users/nobody", json!({ "role": "admin" })).await.is_problem(404, "not_found");
    for change in [json!({ "role": "member" }), json!({ "disabled": true })] {
        boss.patch("/api/users/boss", change).await.is_problem(403, "forbidden");
    }
    assert_eq!(boss.patch("/api/users/bob", json!({ "role": "admin" })).await.is(200)["role"], "admin");
    assert_eq!(bob.me().await.role, Role::Admin);
    bob.patch("/api/users/boss", json!({ "role": "member" })).await.is(200);
    boss.patch("/api/users/bob", json!({ "role": "member" })).await.is_problem(403, "forbidden");
    let carol = server.register("carol").await;
    let mut carols = carol.live().await;
    bob.patch("/api/users/carol", json!({ "disabled": true })).await.is(200);
    carols.closed().await;
    carol.get("/api/users/me").await.is_problem(401, "unauthorized");
    let guest = server.guest().await;
    let name = guest.me().await.name;
    bob.patch(&format!("/api/users/{name}"), json!({ "role": "admin" })).await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn an_invite_leads_into_the_rooms_of_its_maker_as_often_as_it_says() {
    let server = TestServer::start().await;
    let (boss, alice) = (admin(&server, "boss").await, server.register("alice").await);
    alice.post("/api/invites", json!({})).await.is_problem(403, "forbidden");
    alice.get("/api/invites").await.is_problem(403, "forbidden");
    let den = boss.create_room_with(json!({ "name": "den", "kind": "private" })).await;
    let foreign = alice.create_room_with(json!({ "name": "foreign", "kind": "private" })).await;
    boss.post("/api/invites", json!({ "rooms": [foreign.id] })).await.is_problem(404, "not_found");
    for wrong in
        [json!({ "uses": 0 }), json!({ "expires_in": 0 }), json!({ "expires_in": u64::MAX }), json!({ "uses": -1 })]
    {
        boss.post("/api/invites", wrong).await.is_problem(400, "bad_request");
    }
    let made = boss.post("/api/invites", json!({ "uses": 2, "rooms": [den.id] })).await.is(201).json;
    let code = made["code"].as_str().unwrap();
    assert_eq!(made["url"], server.url(&format!("/#invite={code}")));
    let rows: Vec<_> = made["qr"].as_array().unwrap().iter().map(|row| row.as_str().unwrap()).collect();
    assert!(rows.iter().all(|row| row.len() == rows.len()), "a square: {rows:#?}");
    assert!(rows[0].starts_with("1111111") && rows[0].ends_with("1111111"), "with its corners: {rows:#?}");
    let register = async |name: &str| server.post("/api/users", json!({ "name": name, "invite": code })).await;
    let bob = server.person(register("bob").await.is(201));
    let log = boss.log("den").await;
    let joined = log.last().unwrap();
    assert_eq!(
        (&joined["type"], &joined["user"]["name"], &joined["by"]["name"]),
        (&json!("UserJoined"), &json!("bob"), &json!("boss"))
    );
    assert_eq!(bob.room("den").await.members, 2);
    let listed = boss.get("/api/invites").await.is(200).json;
    assert_eq!(
        (&listed[0]["uses_left"], listed[0].get("code"), &listed[0]["by"]["name"]),
        (&json!(1), None, &json!("boss"))
    );
    let number = listed[0]["id"].as_u64().unwrap();
    boss.delete(&format!("/api/invites/{number}")).await.is(204);
    boss.delete(&format!("/api/invites/{number}")).await.is_problem(404, "not_found");
    // Where anyone can register, an invite is needed for its rooms alone.
    let carol = server.person(register("carol").await.is(201));
    carol.get("/api/rooms/den").await.is_problem(404, "not_found");
    assert_eq!(boss.get("/api/invites").await.json, json!([]));
}

#[tokio::test]
async fn where_members_may_invite_each_sees_their_own_invites() {
    let server = TestServer::with(|options| options.member_invites = true).await;
    let (boss, alice, bob) =
        (admin(&server, "boss").await, server.register("alice").await, server.register("bob").await);
    server.guest().await.post("/api/invites", json!({})).await.is_problem(403, "forbidden");
    let of_alice = alice.post("/api/invites", json!({})).await.is(201)["id"].as_u64().unwrap();
    bob.post("/api/invites", json!({})).await.is(201);
    let listed = async |person: &Person| person.get("/api/invites").await.json.as_array().unwrap().len();
    assert_eq!((listed(&alice).await, listed(&bob).await, listed(&boss).await), (1, 1, 2));
    bob.delete(&format!("/api/invites/{of_alice}")).await.is_problem(404, "not_found");
    boss.delete(&format!("/api/invites/{of_alice}")).await.is(204);
}

#[tokio::test]
async fn an_invite_raced_by_fifty_lets_in_as_many_as_it_says() {
    let server = TestServer::with(|options| {
        options.registration = Registration::Invite;
        options.limits.registrations = None;
    })
    .await;
    let code = "AAAA-AAAA-AAAA-A";
    let boss = {
        let printed = std::process::Command::new(env!("CARGO_BIN_EXE_chat-server"))
            .args(["invite", "--data"])
            .arg(server.folder())
            .output()
            .unwrap();
        let code = String::from_utf8(printed.stdout).unwrap().split_whitespace().next().unwrap().to_owned();
        server.person(server.post("/api/users", json!({ "name": "boss", "invite": code })).await.is(201))
    };
    server.post("/api/users", json!({ "name": "nobody", "invite": code })).await.is_problem(403, "forbidden");
    Database::open(server.folder()).unwrap().set_role("boss", Role::Admin).unwrap();
    let made = boss.post("/api/invites", json!({ "uses": 7 })).await.is(201).json;
    let tries = (0..50).map(|number| {
        let body = json!({ "name": format!("racer{number}"), "invite": made["code"] });
        server.post("/api/users", body)
    });
    let answers = futures_util::future::join_all(tries).await;
    let let_in = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(let_in, 7);
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.status == 403));
    assert_eq!(boss.get("/api/users?q=racer").await.names().len(), 7);
}
