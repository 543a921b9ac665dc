//! What a connection knows of its rooms by following the events is what the server says of them.

use std::collections::HashMap;

use chat_protocol::{Event, Room, RoomId, Viewer, follow};
use chat_testing::{Connection, Person, TestServer};
use serde_json::{Value, json};

/// A device that is connected all the time.
struct Device {
    person: Person,
    socket: Connection,
    rooms: HashMap<RoomId, Room>,
}

impl Device {
    async fn of(person: &Person) -> Self {
        let socket = person.live().await;
        let rooms = socket.rooms.iter().map(|room| (room.id, room.clone())).collect();
        Self { person: person.clone(), socket, rooms }
    }

    /// Follows what came, and compares.
    async fn agrees(&mut self, after: &str) {
        let viewer = Viewer { id: self.person.user_id(), ignored: Vec::new() };
        for event in self.socket.settled().await {
            match event {
                Event::RoomAdded { room } => drop(self.rooms.insert(room.id, room)),
                Event::RoomRemoved { room_id, .. } => drop(self.rooms.remove(&room_id)),
                event => self.rooms.values_mut().for_each(|room| _ = follow(room, &event, &viewer)),
            }
        }
        let said: Vec<Room> = self.person.get("/api/rooms?joined=true").await.is(200).read();
        let said: HashMap<_, _> = said.into_iter().map(|room| (room.id, room)).collect();
        for (id, room) in &said {
            assert_eq!(self.rooms.get(id), Some(room), "{} after {after}", self.person.name);
        }
        assert_eq!(self.rooms.len(), said.len(), "{} after {after}", self.person.name);
        let again = self.person.live().await;
        let welcomed = again.rooms.iter().map(|room| (room.id, room.clone())).collect::<HashMap<_, _>>();
        assert_eq!(welcomed, said, "{} after {after}", self.person.name);
    }
}

/// Who does what: a person, a method, a path and a body.
type Deed = (usize, &'static str, String, Value);

fn deeds() -> Vec<Deed> {
    let (alice, bob, carol) = (0, 1, 2);
    let act = |who, room: &str, body: Value| (who, "POST", format!("/api/rooms/{room}/moderation"), body);
    let say =
        |who, room: &str, body: &str| (who, "POST", "/api/messages".to_owned(), json!({ "room": room, "body": body }));
    let change = |who, room: &str, body: Value| (who, "PATCH", format!("/api/rooms/{room}"), body);
    let put = |who, path: &str| (who, "PUT", format!("/api/rooms/{path}"), json!({}));
    let delete = |who, path: &str| (who, "DELETE", format!("/api/rooms/{path}"), json!({}));
    let mut deeds = Vec::new();
    for (kind, name) in [("public", "ops"), ("private", "den")] {
        let new = json!({ "kind": kind, "name": name, "members": ["bob"] });
        let renamed = format!("{name}-2");
        deeds.extend([
            (alice, "POST", "/api/rooms".to_owned(), new),
            say(alice, name, "hello @bob, and @carol"),
            say(bob, name, "hello @room"),
            put(bob, &format!("{name}/members/carol")),
            say(carol, name, "hello @here"),
            act(alice, name, json!({ "action": "role", "user": "bob", "role": "moderator" })),
            change(bob, name, json!({ "topic": "ours", "slow_seconds": 5 })),
            act(bob, name, json!({ "action": "mute", "user": "carol" })),
            act(bob, name, json!({ "action": "role", "user": "alice", "role": "member" })),
            change(bob, name, json!({ "name": renamed, "slow_seconds": 0 })),
            delete(bob, &format!("{renamed}/members/carol")),
            put(alice, &format!("{renamed}/members/carol")),
            (carol, "PATCH", format!("/api/rooms/{renamed}/settings"), json!({ "notify": "all", "favourite": true })),
            act(bob, &renamed, json!({ "action": "ban", "user": "carol", "reason": "spam" })),
            act(bob, &renamed, json!({ "action": "unban", "user": "carol" })),
            (alice, "PUT", format!("/api/rooms/{renamed}/members/carol"), json!({})),
            // The last moderator leaves: the longest member follows, and adds them again.
            delete(bob, &format!("{renamed}/members/me")),
            put(alice, &format!("{renamed}/members/bob")),
            say(bob, &renamed, "@alice is it"),
            change(alice, &renamed, json!({ "archived": true })),
            change(alice, &renamed, json!({ "archived": false })),
            delete(alice, &renamed),
        ]);
    }
    deeds.extend([
        say(alice, "@bob", "hello"),
        say(bob, "@alice", "hello"),
        delete(bob, "@alice/members/me"),
        say(alice, "@bob", "are you there"),
        (carol, "POST", "/api/rooms".to_owned(), json!({ "kind": "direct", "members": ["alice", "bob"] })),
        (alice, "POST", "/api/rooms".to_owned(), json!({ "kind": "direct", "members": ["alice"] })),
        say(alice, "@alice", "a note"),
        delete(alice, "@alice/members/me"),
        put(alice, "@alice/members/me"),
    ]);
    deeds
}

#[tokio::test]
async fn what_is_followed_of_a_room_is_what_is_told_after_a_reconnect() {
    let server = TestServer::with_limits(&["messages=off", "requests=off", "connections=off", "commands=off"]).await;
    let mut devices = Vec::new();
    for name in ["alice", "bob", "carol"] {
        devices.push(Device::of(&server.register(name).await).await);
    }
    for (who, method, path, body) in deeds() {
        let deed = format!("{method} {path} {body}");
        let person = &devices[who].person;
        let answer = match method {
            "POST" => person.post(&path, body).await,
            "PATCH" => person.patch(&path, body).await,
            "PUT" => person.put_json(&path, body).await,
            _ => person.delete_json(&path, body).await,
        };
        assert!((200..300).contains(&answer.status), "{deed}: {}", answer.text);
        for device in &mut devices {
            device.agrees(&deed).await;
        }
    }
}
