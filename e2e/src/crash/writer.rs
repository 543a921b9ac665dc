//! One who writes: some messages ahead of their answers, and after a broken connection the unanswered ones again.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use chat_testing::SocketError;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    Journal, Outcome, Pace, Write,
    place::{hello, lobby},
};
use crate::{Person, Socket, within};

/// How many messages may be without an answer: enough that a kill always meets some.
const WINDOW: usize = 8;
/// One message in so many is blank, which every server must refuse.
const BLANK: usize = 37;
/// How long to wait before trying a server again that is away. It is away for the time that a process needs to start.
const RETRY: Duration = Duration::from_millis(20);

struct Writer {
    name: String,
    room: Value,
    journal: Journal,
    /// Places in the journal of what has no answer yet, oldest first.
    unanswered: VecDeque<usize>,
    /// How many of its own are acknowledged.
    stored: usize,
    /// How many of everyone's.
    acknowledged: watch::Sender<usize>,
    pace: Pace,
}

/// Writes until so many messages are acknowledged, and tells every acknowledgement. Ends when each message is answered,
/// or given up.
pub(super) async fn write(
    url: Arc<str>,
    person: Person,
    messages: usize,
    told: watch::Sender<usize>,
    pace: Pace,
) -> Journal {
    let mut writer = Writer {
        name: person.name.clone(),
        room: Value::Null,
        journal: Journal::default(),
        unanswered: VecDeque::new(),
        stored: 0,
        acknowledged: told,
        pace,
    };
    loop {
        let mut socket = connect(&url, &person).await;
        match writer.go_on(&mut socket, messages).await {
            Ok(()) => return writer.journal,
            Err(_) => writer.give_one_up(),
        }
    }
}

/// Opens a connection, however long the server is away.
pub(super) async fn connect(url: &str, person: &Person) -> Socket {
    within("the server's return", async {
        loop {
            match Socket::open(url, &person.token).await {
                Ok(socket) => return socket,
                Err(_) => tokio::time::sleep(RETRY).await,
            }
        }
    })
    .await
}

impl Writer {
    /// Says hello, sends again what has no answer, and writes on until all is written and answered.
    async fn go_on(&mut self, socket: &mut Socket, messages: usize) -> Result<(), SocketError> {
        socket.send(hello("e2e-writer/1", None)).await?;
        self.room = lobby(&self.next(socket, "Welcome").await?)["id"].clone();
        for place in self.unanswered.clone() {
            self.send(socket, place).await?;
        }
        while self.stored < messages {
            // What is unanswered may yet be acknowledged.
            let may_write = self.unanswered.len() < WINDOW.min(messages - self.stored);
            tokio::select! {
                biased;
                () = self.pace.take(), if may_write => {
                    let place = self.invoke();
                    self.send(socket, place).await?;
                }
                frame = within("an answer", socket.next()) => self.note(&frame?),
            }
        }
        Ok(())
    }

    async fn next(&mut self, socket: &mut Socket, r#type: &str) -> Result<Value, SocketError> {
        loop {
            let frame = within(r#type, socket.next()).await?;
            if frame["type"] == r#type {
                return Ok(frame);
            }
        }
    }

    /// Writes a new message into the journal, before anyone else can know of it.
    fn invoke(&mut self) -> usize {
        let place = self.journal.writes.len();
        let body = if place % BLANK == BLANK - 1 { "  \n".to_owned() } else { format!("{}: {place}", self.name) };
        let id = Uuid::now_v7().to_string();
        self.journal.writes.push(Write { id, body, invoked: Instant::now(), outcome: Outcome::Unknown });
        self.unanswered.push_back(place);
        place
    }

    async fn send(&self, socket: &mut Socket, place: usize) -> Result<(), SocketError> {
        let write = &self.journal.writes[place];
        socket.send(json!({ "type": "Message", "id": write.id, "room": self.room, "body": write.body })).await
    }

    fn note(&mut self, frame: &Value) {
        let answered = |place: &usize| frame["id"] == self.journal.writes[*place].id;
        match frame["type"].as_str() {
            Some("Ack" | "Error") => {}
            _ => return,
        }
        let at = self.unanswered.iter().position(answered);
        let place = at.and_then(|at| self.unanswered.remove(at));
        let write = &mut self.journal.writes[place.unwrap_or_else(|| panic!("an answer to nothing: {frame}"))];
        if frame["type"] == "Ack" {
            let seq = frame["seq"].as_u64().expect("an acknowledgement has a place");
            write.outcome = Outcome::Acknowledged { seq, at: Instant::now() };
            self.stored += 1;
            self.acknowledged.send_modify(|count| *count += 1);
        } else {
            assert_eq!(frame["code"], "bad_request", "{frame}");
            write.outcome = Outcome::Refused;
            self.pace.give_back();
        }
    }

    /// Lets go of the newest message without an answer: it may be there or not, but not twice.
    fn give_one_up(&mut self) {
        if self.unanswered.pop_back().is_some() {
            self.pace.give_back();
        }
    }
}
