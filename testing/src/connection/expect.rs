//! Waiting for what must come: the next event, the first that matches, all up to one.

use chat_protocol::{Event, Received};
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message as Frame;

use super::Connection;
use crate::DEADLINE;

/// Waits for the first event that matches, passing over others, and gives what the arm says.
///
/// `see!(alice, Event::Ack { seq, .. } => seq)`
#[macro_export]
macro_rules! see {
    ($connection:expr, $pattern:pat $(if $guard:expr)? => $value:expr) => {
        $connection
            .first(concat!(stringify!($pattern $(if $guard)?)), |event| match event {
                $pattern $(if $guard)? => Some($value),
                _ => None,
            })
            .await
    };
}

/// The pattern of an event of a room's log, with those fields of its entry that matter.
///
/// `see!(alice, logged!(Message { message }, seq, room: id) if id == lobby => (seq, message.body))`
#[macro_export]
macro_rules! logged {
    ($kind:ident { $($inside:tt)* } $(, $field:ident $(: $pattern:pat)?)*) => {
        ::chat_protocol::Event::Logged(::chat_protocol::LogEntry {
            $($field $(: $pattern)?,)*
            event: ::chat_protocol::LogEvent::$kind { $($inside)* },
            ..
        })
    };
}

impl Connection {
    /// Waits for `Welcome` and then `Live`; gives what came between.
    pub async fn until_live(&mut self) -> Vec<Event> {
        let first = self.next().await;
        assert!(matches!(first, Event::Welcome { .. }), "Welcome comes first, not {first:?}");
        self.until(|event| matches!(event, Event::Live {})).await
    }

    /// Waits for the next message of anyone; gives its body.
    pub async fn message(&mut self) -> String {
        crate::see!(self, crate::logged!(Message { message }) => message.body)
    }

    /// All that was on its way when this was called, ephemeral events too: two rounds of `Ping`, because answers
    /// overtake those.
    pub async fn settled(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        for _ in 0..2 {
            self.pings += 1;
            let wanted = self.pings;
            self.send(json!({ "type": "Ping", "n": wanted })).await;
            events.extend(self.until(|event| matches!(event, Event::Pong { n } if *n == wanted)).await);
        }
        events
    }

    /// Waits for the event that `is_last` names; gives those before it.
    pub async fn until(&mut self, is_last: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut before = Vec::new();
        loop {
            let event = self.next().await;
            if is_last(&event) {
                return before;
            }
            before.push(event);
        }
    }

    /// Waits for the first event that `wanted` gives something for, passing over others. See [`see!`].
    pub async fn first<T>(&mut self, what: &str, wanted: impl Fn(Event) -> Option<T>) -> T {
        loop {
            let Some(event) = self.event().await else { panic!("no {what} came{}", self.transcript) };
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    }

    /// The next event, whatever it is.
    pub async fn next(&mut self) -> Event {
        match self.event().await {
            Some(event) => event,
            None => panic!("nothing came{}", self.transcript),
        }
    }

    /// The next event; `None` when none comes in time, or never will.
    async fn event(&mut self) -> Option<Event> {
        if let Some(event) = self.passed.pop_front() {
            return Some(event);
        }
        // The server's pings do not restart the wait.
        let by = Instant::now() + DEADLINE;
        loop {
            let text = match timeout_at(by, self.socket.next()).await {
                Ok(Some(Ok(Frame::Text(text)))) => text,
                Ok(Some(Ok(Frame::Close(frame)))) => {
                    self.transcript.received(&format!("close {frame:?}"));
                    return None;
                }
                Ok(Some(Ok(_))) => continue,
                Ok(Some(Err(failure))) => {
                    self.transcript.received(&failure.to_string());
                    return None;
                }
                Ok(None) | Err(_) => return None,
            };
            return Some(self.received(text.as_str()));
        }
    }

    /// Reads a text frame: notes it, and keeps what a client keeps of it.
    pub(super) fn received(&mut self, text: &str) -> Event {
        self.transcript.received(text);
        text.clone_into(&mut self.last_text);
        match Received::parse(text) {
            Ok(Received::Known(event)) => {
                self.keep(&event);
                *event
            }
            other => panic!("the server sent what it should not know: {other:?}{}", self.transcript),
        }
    }
}
