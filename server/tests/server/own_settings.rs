//! What users say of themselves, and their own settings: status, being away, rooms, whom they ignore.

use chat_protocol::{Event, Notify};
use chat_testing::{TestServer, see};
use serde_json::json;

#[tokio::test]
async fn a_status_is_shown_to_others_until_its_time_has_passed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut bobs = bob.live().await;
    bobs.send(json!({ "type": "Focus", "rooms": ["lobby"] })).await;
    see!(bobs, Event::Members { .. } => ());
    let status = json!({ "text": "in a meeting", "emoji": "📅", "until": "2999-01-01T00:00:00.000Z" });
    let changed = alice.patch("/api/users/me", json!({ "status": status })).await.is(200);
    assert_eq!(changed["status"], status);
    let shown = see!(bobs, Event::UserUpdated { user } if user.name == "alice" => user.status.unwrap());
    assert_eq!((&*shown.text, &*shown.emoji), ("in a meeting", "📅"));
    assert_eq!(bob.get("/api/users/alice").await.is(200)["status"]["text"], "in a meeting");
    for (wrong, status) in [
        ("past", json!({ "text": "x", "until": "2001-01-01T00:00:00.000Z" })),
        ("no emoji", json!({ "emoji": "x" })),
        ("too long", json!({ "text": "x".repeat(101) })),
    ] {
        let answer = alice.patch("/api/users/me", json!({ "status": status })).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    alice.patch("/api/users/me", json!({ "status": null })).await.is(200);
    assert_eq!(bob.get("/api/users/alice").await.is(200)["status"], json!(null));
    // Time passes for who looks: nobody has to end it.
    let path = server.file("chat.db");
    alice.patch("/api/users/me", json!({ "status": { "text": "short" } })).await.is(200);
    rusqlite::Connection::open(path).unwrap().execute("UPDATE user SET status_until = 1", []).unwrap();
    assert_eq!(bob.get("/api/users/alice").await.is(200)["status"], json!(null));
    bob.get("/api/users/nobody").await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_user_is_away_when_all_their_devices_are() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let (mut desk, mut phone) = (alice.live().await, alice.another_device().await.live().await);
    let mut bobs = bob.live().await;
    bobs.send(json!({ "type": "Focus", "rooms": ["lobby"] })).await;
    see!(bobs, Event::Members { members, .. } => assert!(members.iter().all(|user| !user.away)));
    let away = |away| json!({ "type": "Away", "away": away });
    desk.send(away(true)).await;
    desk.settled().await;
    assert_eq!(bob.get("/api/users/alice").await.is(200)["away"], false, "the phone is in somebody's hand");
    phone.send(away(true)).await;
    let is_away = |event: Event| match event {
        Event::Presence { changes, .. } => changes.into_iter().find(|change| change.user.name == "alice"),
        _ => None,
    };
    let change = bobs.first("alice away", is_away).await;
    assert!(change.online && change.away, "{change:?}");
    assert_eq!(bob.get("/api/users/alice").await.is(200)["away"], true);
    desk.send(away(false)).await;
    let change = bobs.first("alice back", is_away).await;
    assert!(change.online && !change.away, "{change:?}");
    // The device that is left alone decides.
    desk.close().await;
    let change = bobs.first("alice away again", is_away).await;
    assert!(change.online && change.away, "{change:?}");
}

#[tokio::test]
async fn settings_of_a_room_are_ones_own_and_on_all_devices() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut phone = alice.another_device().await.live().await;
    let room = bob.create_room("ops").await;
    alice.patch("/api/rooms/ops/settings", json!({ "favourite": true })).await.is_problem(403, "forbidden");
    alice.join("ops").await;
    let before = alice.room("ops").await;
    assert_eq!((before.notify, before.favourite, before.hidden), (Some(Notify::Mentions), Some(false), Some(false)));
    alice.patch("/api/rooms/ops/settings", json!({ "notify": "all", "favourite": true })).await.is(204);
    let told =
        see!(phone, Event::RoomSettings { room: of, notify, favourite, hidden } => (of, notify, favourite, hidden));
    assert_eq!(told, (room.id, Notify::All, true, false));
    alice.patch("/api/rooms/ops/settings", json!({ "hidden": true })).await.is(204);
    let now = alice.room("ops").await;
    assert_eq!((now.notify, now.favourite, now.hidden), (Some(Notify::All), Some(true), Some(true)));
    assert_eq!(bob.room("ops").await.favourite, Some(false), "nobody else's");
    alice.patch("/api/rooms/ops/settings", json!({ "notify": "loudly" })).await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn who_is_ignored_mentions_nobody_but_is_read() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let mut alices = alice.live().await;
    let counts = |room: chat_protocol::Room| (room.unread, room.mentions);
    bob.say("lobby", "@alice one").await;
    bob.say("lobby", "@room two").await;
    assert_eq!(counts(alice.room("lobby").await), (Some(2), Some(2)));
    alice.put("/api/users/me/ignored/bob").await.is(204);
    see!(alices, Event::Ignored { users } => assert_eq!(users, [bob.user_id()]));
    see!(alices, Event::ReadMarker { unread, mentions, .. } => assert_eq!((unread, mentions), (2, 0)));
    assert_eq!(counts(alice.room("lobby").await), (Some(2), Some(0)));
    bob.say("lobby", "@alice three").await;
    assert_eq!(counts(alice.room("lobby").await), (Some(3), Some(0)));
    let welcome = alice.live().await;
    assert_eq!(welcome.welcome().ignored, [bob.user_id()]);
    assert_eq!(alice.get("/api/users/me/ignored").await.is(200).json, json!([bob.id]));
    alice.delete("/api/users/me/ignored/bob").await.is(204);
    assert_eq!(counts(alice.room("lobby").await), (Some(3), Some(3)), "as if nothing had been");
    alice.put("/api/users/me/ignored/alice").await.is_problem(400, "bad_request");
    alice.put("/api/users/me/ignored/nobody").await.is_problem(404, "not_found");
}
