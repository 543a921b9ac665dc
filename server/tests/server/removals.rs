//! What someone who is no longer in a room is told: connected or not, the same.

use std::collections::HashMap;

use chat_protocol::{Cursor, Event, RemovalReason, RoomId};
use chat_testing::{Person, TestServer, see};
use serde_json::json;

/// What a device with a cursor of the room is told when it comes back: why, by whom, with which reason.
async fn told_later(person: &Person, room: RoomId) -> Option<(RemovalReason, Option<String>, Option<String>)> {
    let cursors = HashMap::from([(room, Cursor { seq: 1, at: None })]);
    let (_, missed) = person.resume(&cursors).await;
    missed.into_iter().find_map(|event| match event {
        Event::RoomRemoved { room_id, why, by, reason } if room_id == room => Some((why, by.map(|by| by.name), reason)),
        _ => None,
    })
}

#[tokio::test]
async fn who_was_not_connected_learns_how_they_were_removed() {
    let server = TestServer::with_limits(&["messages=off"]).await;
    let (alice, bob, eve) =
        (server.register("alice").await, server.register("bob").await, server.register("eve").await);
    for kind in ["public", "private"] {
        let name = format!("ops-{kind}");
        let room = alice.create_room_with(json!({ "kind": kind, "name": name, "members": ["bob"] })).await;
        assert_eq!(told_later(&bob, room.id).await, None);
        let moderate = |action: &str, reason: &str| {
            let body = json!({ "action": action, "user": "bob", "reason": reason });
            let path = format!("/api/rooms/{}/moderation", room.id);
            let alice = alice.clone();
            async move { alice.post(&path, body).await.is(204) }
        };
        let add = format!("/api/rooms/{}/members/bob", room.id);
        let told =
            |why, by: Option<&str>, reason: Option<&str>| Some((why, by.map(str::to_owned), reason.map(str::to_owned)));
        let mut live = bob.live().await;
        moderate("kick", "noise").await;
        let live_told = see!(live, Event::RoomRemoved { why, by, reason, .. } => (why, by.map(|by| by.name), reason));
        drop(live);
        let later = told_later(&bob, room.id).await;
        assert_eq!(later, told(RemovalReason::Kicked, Some("alice"), Some("noise")), "{kind}");
        assert_eq!(later, Some(live_told), "{kind}: told live as later");
        alice.put(&add).await.is(204);
        assert_eq!(told_later(&bob, room.id).await, None, "{kind}: back in");
        bob.leave(&room.id.to_string()).await;
        assert_eq!(told_later(&bob, room.id).await, told(RemovalReason::Left, None, None), "{kind}: what was is over");
        alice.put(&add).await.is(204);
        moderate("ban", "spam").await;
        assert_eq!(told_later(&bob, room.id).await, told(RemovalReason::Banned, Some("alice"), Some("spam")), "{kind}");
        moderate("unban", "").await;
        alice.put(&add).await.is(204);
        alice.delete(&format!("/api/rooms/{}", room.id)).await.is(204);
        assert_eq!(told_later(&bob, room.id).await, told(RemovalReason::Deleted, None, None), "{kind}");
        let strangers = told_later(&eve, room.id).await;
        assert_eq!(strangers, told(RemovalReason::Left, None, None), "{kind}: who was not in it learns nothing");
    }
    assert_eq!(told_later(&bob, RoomId::now_v7()).await.unwrap().0, RemovalReason::Left, "of what never was");
}
