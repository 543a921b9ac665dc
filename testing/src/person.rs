//! Someone at a server: requests with their token, and what people do all the time in the scenes: rooms, devices, sockets.

use std::{collections::HashMap, fmt::Display};

use chat_protocol::{Attachment, Cursor, Event, Room, RoomId, User, UserId, api::EventsPage};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{Answer, Connection, Upgrade, http, text};

/// One signed-in device of someone.
#[derive(Clone)]
pub struct Person {
    http: Client,
    url: String,
    /// Their token.
    pub token: String,
    /// Their id.
    pub id: String,
    /// The name that they had when they signed in.
    pub name: String,
}

impl Person {
    /// Takes a free name.
    pub async fn take(server: impl AsRef<str>, name: &str) -> Self {
        let url = server.as_ref();
        let made = http().post(format!("{url}/api/users")).json(&json!({ "name": name }));
        Self::signed_in(url, &Answer::to(made).await.is(201))
    }

    /// Whom an answer with `user` and `token` is about.
    pub fn signed_in(server: impl AsRef<str>, answer: &Answer) -> Self {
        Self {
            http: http(),
            url: server.as_ref().to_owned(),
            token: text(&answer["token"]),
            id: text(&answer["user"]["id"]),
            name: text(&answer["user"]["name"]),
        }
    }

    /// A request with their token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    /// `GET` as them.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON as them.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(&body)).await
    }

    /// `PATCH` of JSON as them.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::PATCH, path).json(&body)).await
    }

    /// `PUT` as them.
    pub async fn put(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::PUT, path)).await
    }

    /// `PUT` of JSON as them.
    pub async fn put_json(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::PUT, path).json(&body)).await
    }

    /// `DELETE` as them.
    pub async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    /// `DELETE` with JSON, such as a reason.
    pub async fn delete_json(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::DELETE, path).json(&body)).await
    }

    /// Uploads a file in one go.
    pub async fn upload(&self, name: &str, bytes: impl Into<reqwest::Body>) -> Attachment {
        let request = self.request(Method::PUT, "/api/uploads").query(&[("name", name)]).body(bytes);
        Answer::to(request).await.is(201).read()
    }

    /// The same with a picture, of which the size in pixels is told.
    pub async fn upload_picture(&self, name: &str, bytes: Vec<u8>, (width, height): (u32, u32)) -> Attachment {
        let request = self.request(Method::PUT, "/api/uploads").query(&[("name", name)]);
        let request = request.query(&[("width", width), ("height", height)]).body(bytes);
        Answer::to(request).await.is(201).read()
    }

    /// Says something in a room, with files.
    pub async fn say_with(&self, room: &str, body: &str, files: &[&Attachment]) -> Answer {
        let attachments: Vec<_> = files.iter().map(|file| file.id).collect();
        let message = json!({ "room": room, "body": body, "attachments": attachments });
        self.post("/api/messages", message).await.is(201)
    }

    /// Their id, as events have it.
    pub fn user_id(&self) -> UserId {
        self.id.parse().expect("an id")
    }

    /// The same person at a server that was started again.
    pub fn at(&self, server: impl AsRef<str>) -> Self {
        Self { url: server.as_ref().to_owned(), ..self.clone() }
    }

    /// The same user on another device, signed in by a link code.
    pub async fn another_device(&self) -> Self {
        let code = self.post("/api/link-codes", json!({})).await.is(201);
        let signed_in = self.post("/api/sessions", json!({ "link_code": code["code"] })).await.is(201);
        Self { token: signed_in["token"].as_str().expect("a token").to_owned(), ..self.clone() }
    }

    /// Who they are now.
    pub async fn me(&self) -> User {
        self.get("/api/users/me").await.is(200).read()
    }

    /// Makes a room.
    pub async fn create_room(&self, name: &str) -> Room {
        self.create_room_with(json!({ "name": name })).await
    }

    /// Makes a room of any kind.
    pub async fn create_room_with(&self, fields: Value) -> Room {
        self.post("/api/rooms", fields).await.is(201).read()
    }

    /// A room as they see it.
    pub async fn room(&self, name: &str) -> Room {
        self.get(&format!("/api/rooms/{name}")).await.is(200).read()
    }

    /// Joins a room.
    pub async fn join(&self, room: &str) {
        self.put(&format!("/api/rooms/{room}/members/me")).await.is(204);
    }

    /// Leaves a room.
    pub async fn leave(&self, room: &str) {
        self.delete(&format!("/api/rooms/{room}/members/me")).await.is(204);
    }

    /// Says what a room is about.
    pub async fn set_topic(&self, room: &str, topic: &str) {
        self.patch(&format!("/api/rooms/{room}"), json!({ "topic": topic })).await.is(200);
    }

    /// Says something in a room.
    pub async fn say(&self, room: &str, body: &str) -> Answer {
        self.post("/api/messages", json!({ "room": room, "body": body })).await.is(201)
    }

    /// Says something in a room; gives its `seq`.
    pub async fn post_message(&self, room: &str, body: &str) -> u64 {
        self.say(room, body).await["seq"].as_u64().expect("a seq")
    }

    /// The newest messages of a room, oldest first.
    pub async fn messages(&self, room: &str) -> Vec<Value> {
        let page = self.get(&format!("/api/messages?room={room}&limit=200")).await.is(200);
        page["messages"].as_array().expect("a page has messages").clone()
    }

    /// Only what was said, oldest first.
    pub async fn bodies(&self, room: &str) -> Vec<String> {
        self.messages(room).await.iter().map(|message| text(&message["body"])).collect()
    }

    /// A page of a room's log.
    pub async fn events(&self, room: impl Display, after: u64, limit: u64) -> EventsPage {
        self.get(&format!("/api/rooms/{room}/events?after={after}&limit={limit}")).await.is(200).read()
    }

    /// A room's whole log, page by page.
    pub async fn log(&self, room: &str) -> Vec<Value> {
        let mut log: Vec<Value> = Vec::new();
        loop {
            let after = log.last().map_or(0, |event| event["seq"].as_u64().expect("an event has a place"));
            let page = self.get(&format!("/api/rooms/{room}/events?after={after}&limit=1000")).await.is(200);
            log.extend(page["events"].as_array().expect("a page has events").iter().cloned());
            if page["has_more"] == false {
                return log;
            }
        }
    }

    /// A WebSocket with their token, to be asked for.
    pub fn upgrade(&self) -> Upgrade {
        Upgrade::to(&self.url).bearer(&self.token)
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
