//! Commands, and what the server answers them with.

use std::collections::VecDeque;

use chat_protocol::{Event, MessageId};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message as Frame;

use super::Connection;
use crate::{Refusal, within};

impl Connection {
    /// Says `Hello`, with these fields too.
    pub async fn hello(&mut self, fields: Value) {
        let mut hello = json!({ "type": "Hello", "client": "test/1.0" });
        for (name, value) in fields.as_object().unwrap() {
            hello[name] = value.clone();
        }
        // A second one is refused, and changes nothing.
        if self.welcome.is_none() {
            self.cursors = serde_json::from_value(hello["cursors"].clone()).unwrap_or_default();
        }
        self.send(hello).await;
    }

    /// Sends a command, under a new id if it names none, and waits for its answer: its `seq`, or why not.
    ///
    /// `alice.command(json!({ "type": "Message", "room": "lobby", "body": "hello" })).await.unwrap()`
    ///
    /// # Errors
    /// When it is refused.
    pub async fn command(&mut self, mut command: Value) -> Result<u64, Refusal> {
        if command["id"].is_null() {
            command["id"] = json!(MessageId::now_v7());
        }
        let id = serde_json::from_value(command["id"].clone()).expect("the id of a command is a UUID");
        self.send(command).await;
        self.answer(id).await
    }

    /// Sends commands as fast as the server takes them, and reads meanwhile until each is answered; gives all that came.
    pub async fn flood(&mut self, commands: Vec<Value>) -> Vec<Event> {
        let mut unanswered = commands.len();
        let (mut sink, mut stream) = (&mut self.socket).split();
        let send = async {
            for command in commands {
                sink.feed(Frame::text(command.to_string())).await.unwrap();
            }
            sink.flush().await.unwrap();
        };
        let read = async {
            let mut texts = Vec::new();
            while unanswered > 0 {
                let frame = within("the answers to a flood", stream.next()).await;
                let Frame::Text(text) = frame.expect("the socket stays open").unwrap() else { continue };
                let answer: Type<'_> = serde_json::from_str(text.as_str()).unwrap();
                unanswered -= usize::from(matches!(answer.r#type, "Ack" | "Error"));
                texts.push(text);
            }
            texts
        };
        let ((), texts) = tokio::join!(send, read);
        drop((sink, stream));
        texts.iter().map(|text| self.received(text.as_str())).collect()
    }

    /// Sends a message under a new id, without waiting for an answer.
    pub async fn say(&mut self, room: impl ToString, body: &str) -> MessageId {
        let id = MessageId::now_v7();
        self.say_as(id, room, body).await;
        id
    }

    /// Sends a message under this id.
    pub async fn say_as(&mut self, id: MessageId, room: impl ToString, body: &str) {
        self.send(json!({ "type": "Message", "id": id, "room": room.to_string(), "body": body })).await;
    }

    /// Sends a message and waits until it is acknowledged; gives its `seq`.
    pub async fn post(&mut self, room: impl ToString, body: &str) -> u64 {
        let said = self.command(json!({ "type": "Message", "room": room.to_string(), "body": body })).await;
        said.unwrap_or_else(|refusal| panic!("{body:?} was refused: {refusal:?}"))
    }

    /// Waits for the `Ack` of a command; gives its `seq`. A refusal fails.
    pub async fn acknowledged(&mut self, id: MessageId) -> u64 {
        let answer = self.answer(id).await;
        answer.unwrap_or_else(|refusal| panic!("{id} was refused: {refusal:?}"))
    }

    /// Waits for the refusal of a command.
    pub async fn refused(&mut self, id: MessageId) -> Refusal {
        let answer = self.answer(id).await;
        answer.expect_err("the command is refused")
    }

    /// Waits for the answer to a command: its `seq`, or why not. What comes before it, such as the message itself, is
    /// still to be seen afterwards.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn answer(&mut self, id: MessageId) -> Result<u64, Refusal> {
        let mut passed = VecDeque::new();
        let answer = loop {
            match self.next().await {
                Event::Ack { id: of, seq, .. } if of == id => break Ok(seq),
                event => match Refusal::of(&event) {
                    Some(refusal) if refusal.id == Some(id) => break Err(refusal),
                    _ => passed.push_back(event),
                },
            }
        };
        passed.append(&mut self.passed);
        self.passed = passed;
        answer
    }

    /// Waits for the next `Error`.
    pub async fn error(&mut self) -> Refusal {
        self.first("Error", |event| Refusal::of(&event)).await
    }
}

/// What kind of frame it is.
#[derive(serde::Deserialize)]
struct Type<'a> {
    r#type: &'a str,
}
