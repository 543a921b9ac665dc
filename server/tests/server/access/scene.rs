//! A server, people at it, and asking it what stands in the table.

use chat_protocol::{ErrorCode, Event, MessageId, Role};
use chat_server::admin::Database;
use chat_testing::{Answer, Connection, Person, TestServer};
use serde_json::{Value, json};

use super::{
    rows::{About, Ask, Row},
    world::{Outcome, Who},
};

/// People at a server, each with an open socket.
pub(super) struct Scene {
    pub(super) server: TestServer,
    pub(super) people: Vec<Person>,
    pub(super) roles: Vec<Role>,
    pub(super) sockets: Vec<Connection>,
}

/// What came of a request or a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) outcome: Outcome,
    /// The whole refusal, as far as it does not name the request.
    pub(super) refusal: Value,
}

impl Scene {
    /// A server that refuses nobody for their speed, with a guest, an administrator and others.
    pub(super) async fn start(others: &[&str]) -> Self {
        let limits =
            ["messages=off", "guest-messages=off", "requests=off", "commands=off", "rooms-created=off", "uploads=off"];
        let server = TestServer::with_limits(&limits).await;
        let guest = server.guest().await;
        // Now the log speaks of them, too.
        guest.say("lobby", "hello").await;
        let mut people = vec![guest, server.register("boss").await];
        Database::open(server.folder()).unwrap().set_role("boss", Role::Admin).unwrap();
        let mut roles = vec![Role::Guest, Role::Admin];
        for name in others {
            people.push(server.register(name).await);
            roles.push(Role::Member);
        }
        let mut sockets = Vec::new();
        for person in &people {
            sockets.push(person.live().await);
        }
        Self { server, people, roles, sockets }
    }

    /// Asks over HTTP.
    pub(super) async fn http(&self, who: Who, ask: Ask) -> Answer {
        let Ask::Http(method, path, body) = ask else { panic!("a command has no path") };
        let request = match who {
            Some(who) => self.people[who].request(method, &path),
            None => self.server.request(method, &path),
        };
        Answer::to(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    /// Asks over a socket, and waits until that is decided; gives what came meanwhile, too.
    pub(super) async fn socket(&mut self, who: usize, mut command: Value) -> (Told, Vec<Event>) {
        let socket = &mut self.sockets[who];
        let kind = command["type"].as_str().unwrap();
        if ["Focus", "Read", "UserTyping", "UserStoppedTyping"].contains(&kind) {
            socket.send(command).await;
            let came = socket.settled().await;
            let refused = came.iter().find_map(|event| match event {
                Event::Error { code, detail, .. } => Some(refusal(*code, detail)),
                _ => None,
            });
            return (refused.unwrap_or_else(Told::yes), came);
        }
        if command["id"].is_null() {
            command["id"] = json!(MessageId::now_v7());
        }
        let told = match socket.command(command).await {
            Ok(_) => Told::yes(),
            Err(refused) => refusal(refused.code, &refused.detail),
        };
        (told, Vec::new())
    }

    /// Asks as the row does.
    pub(super) async fn ask(&mut self, who: Who, row: &Row, about: &About<'_>) -> Told {
        match ((row.ask)(about), who) {
            (Ask::Socket(command), Some(who)) => self.socket(who, command).await.0,
            (ask, who) => Told::of(&self.http(who, ask).await),
        }
    }
}

impl Told {
    fn yes() -> Self {
        Self { outcome: Outcome::Yes, refusal: Value::Null }
    }

    pub(super) fn of(answer: &Answer) -> Self {
        let outcome = match answer.status {
            200..=204 => return Self::yes(),
            400 => Outcome::Bad,
            401 => Outcome::NoToken,
            403 => Outcome::No,
            404 => Outcome::Nothing,
            409 => Outcome::Taken,
            other => panic!("{other}: {}", answer.text),
        };
        Self { outcome, refusal: answer.json.clone() }
    }
}

fn refusal(code: ErrorCode, detail: &str) -> Told {
    let outcome = match code {
        ErrorCode::BadRequest => Outcome::Bad,
        ErrorCode::Unauthorized => Outcome::NoToken,
        ErrorCode::Forbidden => Outcome::No,
        ErrorCode::NotFound => Outcome::Nothing,
        ErrorCode::NameTaken => Outcome::Taken,
        other => panic!("{other}: {detail}"),
    };
    Told { outcome, refusal: json!({ "code": code, "detail": detail }) }
}

/// What is said of a message or a room that is not there.
pub(super) const fn nothing(is_message: bool) -> &'static str {
    if is_message { "there is no such message" } else { "there is no such room" }
}

/// It is refused as one that is not there.
pub(super) fn hidden(answer: &Answer, is_message: bool) {
    let missing = json!({
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": nothing(is_message), "code": "not_found"
    });
    assert_eq!((answer.status, &answer.json), (404, &missing));
}
