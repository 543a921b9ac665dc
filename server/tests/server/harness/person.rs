//! What people do all the time in the scenes: rooms, devices, sockets.

use std::collections::HashMap;

use chat_protocol::{Cursor, Event, Room, RoomId, User, UserId};
use serde_json::{Value, json};

use super::{Connection, Person, TestServer, Upgrade};

impl Person {
    /// Their id, as events have it.
    pub fn user_id(&self) -> UserId {
        self.id.parse().expect("an id")
    }

    /// The same person at a server that was started again.
    pub fn at(&self, server: &TestServer) -> Self {
        Self { base: server.url(""), address: server.address(), ..self.clone() }
    }

    /// The same user on another device, signed in by a link code.
    pub async fn another_device(&self) -> Self {
        let code = self.post("/api/link-codes", json!({})).await.is(201);
        let signed_in = self.post("/api/sessions", json!({ "link_code": code["code"] })).await.is(201);
        Self { token: signed_in["token"].as_str().expect("a token").to_owned(), ..self.clone() }
    }

    /// Who they are now.
    pub async fn me(&self) -> User {
        serde_json::from_value(self.get("/api/users/me").await.is(200).json).unwrap()
    }

    /// Makes a room.
    pub async fn create_room(&self, name: &str) -> Room {
        serde_json::from_value(self.post("/api/rooms", json!({ "name": name })).await.is(201).json).unwrap()
    }

    /// A room as they see it.
    pub async fn room(&self, name: &str) -> Room {
        serde_json::from_value(self.get(&format!("/api/rooms/{name}")).await.is(200).json).unwrap()
    }

    /// Becomes a member of a room.
    pub async fn join(&self, room: &str) {
        self.put(&format!("/api/rooms/{room}/members/me")).await.is(204);
    }

    /// Is no longer one.
    pub async fn leave(&self, room: &str) {
        self.delete(&format!("/api/rooms/{room}/members/me")).await.is(204);
    }

    /// Says what a room is about.
    pub async fn set_topic(&self, room: &str, topic: &str) {
        self.patch(&format!("/api/rooms/{room}"), json!({ "topic": topic })).await.is(200);
    }

    /// Says something in a room over REST; gives its `seq`.
    pub async fn post_message(&self, room: &str, body: &str) -> u64 {
        let sent = self.post("/api/messages", json!({ "room": room, "body": body })).await.is(201);
        sent["seq"].as_u64().expect("a seq")
    }

    /// A WebSocket with their token, to be asked for.
    pub fn upgrade(&self) -> Upgrade {
        Upgrade::to(self.address).bearer(&self.token)
    }

    /// A WebSocket on which nothing was said yet.
    pub async fn open(&self) -> Connection {
        self.upgrade().open().await.expect("the upgrade is granted")
    }

    /// A connection without cursors, up to `Live`.
    pub async fn live(&self) -> Connection {
        self.live_with(json!({})).await
    }

    /// A connection with more in its `Hello`, up to `Live`.
    pub async fn live_with(&self, fields: Value) -> Connection {
        self.resume_with(fields).await.0
    }

    /// A connection that comes back with cursors, up to `Live`; and what came between `Welcome` and that.
    pub async fn resume(&self, cursors: &HashMap<RoomId, Cursor>) -> (Connection, Vec<Event>) {
        self.resume_with(json!({ "cursors": cursors })).await
    }

    /// The same, with these fields in its `Hello`.
    pub async fn resume_with(&self, fields: Value) -> (Connection, Vec<Event>) {
        let mut connection = self.open().await;
        connection.hello(fields).await;
        let missed = connection.until_live().await;
        (connection, missed)
    }
}
