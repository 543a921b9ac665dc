//! A user of the HTTP API: a name, a token, and requests.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{Server, within};

/// A user as a script is one.
#[derive(Debug, Clone)]
pub struct Person {
    /// As taken.
    pub name: String,
    /// The user's id.
    pub id: String,
    /// Signs every request.
    pub token: String,
    url: String,
    http: Client,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The JSON, or null.
    pub json: Value,
}

impl Person {
    /// Takes a free name.
    ///
    /// # Panics
    /// When the server does not give it.
    pub async fn take(server: &Server, name: &str) -> Self {
        let mut person = Self {
            name: name.to_owned(),
            id: String::new(),
            token: String::new(),
            url: server.url().to_owned(),
            http: client(),
        };
        let made = person.post("/api/users", json!({ "name": name })).await.expect(201);
        person.id = text(&made["user"]["id"]);
        person.token = text(&made["token"]);
        person
    }

    /// Says something in a room.
    ///
    /// # Panics
    /// When it is not taken.
    pub async fn say(&self, room: &str, body: &str) -> Value {
        self.post("/api/messages", json!({ "room": room, "body": body })).await.expect(201)
    }

    /// The newest messages of a room, oldest first.
    ///
    /// # Panics
    /// When they are not given.
    pub async fn messages(&self, room: &str) -> Vec<Value> {
        let page = self.get(&format!("/api/messages?room={room}&limit=200")).await.expect(200);
        page["messages"].as_array().expect("a page has messages").clone()
    }

    /// Only what was said, oldest first.
    pub async fn bodies(&self, room: &str) -> Vec<String> {
        self.messages(room).await.iter().map(|message| text(&message["body"])).collect()
    }

    /// A room's whole log, page by page.
    ///
    /// # Panics
    /// When it is not given.
    pub async fn log(&self, room: &str) -> Vec<Value> {
        let mut log = Vec::new();
        loop {
            let after = log.last().map_or(0, |event: &Value| event["seq"].as_u64().expect("an event has a place"));
            let page = self.get(&format!("/api/rooms/{room}/events?after={after}&limit=1000")).await.expect(200);
            log.extend(page["events"].as_array().expect("a page has events").iter().cloned());
            if page["has_more"] == false {
                return log;
            }
        }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path, None).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path, Some(body)).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PATCH, path, Some(body)).await
    }

    /// `PUT`.
    pub async fn put(&self, path: &str) -> Answer {
        self.request(Method::PUT, path, None).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, path, None).await
    }

    async fn request(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        within(path, async {
            let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
            let status = answer.status().as_u16();
            let body = answer.bytes().await.unwrap_or_else(|error| panic!("{path}: {error}"));
            Answer { status, json: serde_json::from_slice(&body).unwrap_or_default() }
        })
        .await
    }
}

impl Answer {
    /// The JSON, if the status is the wanted one.
    ///
    /// # Panics
    /// When it is another.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.json);
        self.json
    }

    /// The `code` of an error.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

/// A plain HTTP client.
///
/// # Panics
/// Never: it reads nothing that could be missing.
pub fn client() -> Client {
    // reqwest is built without a choice of its own. A second test of the same process finds it made already.
    _ = rustls::crypto::ring::default_provider().install_default();
    // Every request on a connection of its own: none is left from before a server was killed.
    Client::builder().no_proxy().pool_max_idle_per_host(0).build().expect("a client without settings can be made")
}

/// A JSON string's text.
///
/// # Panics
/// When it is none.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
