//! Commands: what a client asks for, once it has been welcomed.

use std::{sync::Arc, time::Duration};

use chat_protocol::{Command, ErrorCode, Event, MessageId, RoomSelector, api::NewMessage};
use serde::Deserialize;
use tracing::{debug, error};

use super::{connection::Connection, sending};
use crate::{
    chat::{self, CommandBucket, Error},
    hub::Listener,
    plain::plain,
};

/// What one connection commands, in order.
pub(super) struct Commands {
    connection: Arc<Connection>,
    from: chat::From,
    bucket: CommandBucket,
}

impl Commands {
    pub(super) fn new(connection: Arc<Connection>, from: chat::From) -> Self {
        let bucket = connection.chat.rates().commands();
        Self { connection, from, bucket }
    }

    /// Carries out one command and answers it. A message is answered later, before anything that comes after it.
    pub(super) async fn carry_out(&mut self, command: Command) {
        if let Command::Message { id, room, body, reply_to } = command {
            let new = NewMessage { room: Some(room), body, id: Some(id), reply_to };
            return sending::send(&self.connection, &self.from, new, id).await;
        }
        self.connection.sending.settled().await;
        let is_typing = matches!(command, Command::UserTyping { .. } | Command::UserStoppedTyping { .. });
        if let Err(wait) = self.bucket.take() {
            if !is_typing {
                self.refuse(None, &Error::rate_limited(wait));
            }
            return;
        }
        let done = match command {
            Command::Hello { .. } | Command::Message { .. } => Err(Error::bad_request("Hello comes once")),
            Command::Ping { n } => {
                self.connection.tell(&Event::Pong { n });
                Ok(())
            }
            Command::Forget { id } => {
                self.connection.sending.forget(id);
                Ok(())
            }
            Command::Focus { rooms } => self.focus(rooms).await,
            Command::UserTyping { room } => self.typing(&room, true).await,
            Command::UserStoppedTyping { room } => self.typing(&room, false).await,
            Command::Read { room, seq, back } => {
                self.connection.chat.read(&self.connection.caller(), &room, seq, back).await
            }
        };
        if let Err(failure) = done {
            self.refuse(None, &failure);
        }
    }

    async fn focus(&self, rooms: Vec<RoomSelector>) -> Result<(), Error> {
        if rooms.len() > Command::MAX_FOCUS {
            let detail = format!("at most {} rooms can be in focus", Command::MAX_FOCUS);
            return Err(Error::bad_request(detail));
        }
        let mut wanted = Vec::with_capacity(rooms.len());
        for room in &rooms {
            let id = match self.connection.room_id(room) {
                Some(id) => id,
                None => self.connection.chat.own_room(&self.connection.caller(), room).await?,
            };
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        let listener: Arc<dyn Listener> = self.connection.clone();
        for room in self.connection.refocus(wanted) {
            // First listening, then listing: nobody's coming is missed between the two.
            self.connection.chat.live_room(room).focus(&listener);
            self.connection.tell(&self.connection.chat.members_event(&self.connection.caller(), room).await?);
        }
        Ok(())
    }

    async fn typing(&self, room: &RoomSelector, typing: bool) -> Result<(), Error> {
        let id = match self.connection.room_id(room) {
            Some(id) => id,
            None => self.connection.chat.own_room(&self.connection.caller(), room).await?,
        };
        let live = self.connection.chat.live_room(id);
        if typing {
            live.start_typing(&self.connection.user_ref(), self.connection.id);
        } else {
            live.stop_typing(self.connection.user());
        }
        Ok(())
    }

    /// Says that a frame was no command. That counts like one: nonsense is no way round the limit.
    pub(super) fn refuse_unread(&mut self, id: Option<MessageId>, failure: &Error) {
        match self.bucket.take() {
            Ok(()) => self.refuse(id, failure),
            Err(wait) => self.refuse(id, &Error::rate_limited(wait)),
        }
    }

    /// Says that a command was refused, and why.
    pub(super) fn refuse(&self, id: Option<MessageId>, failure: &Error) {
        self.connection.tell(&refusal(id, failure));
    }
}

/// What is told of a refusal; the log is told more.
pub(super) fn refusal(id: Option<MessageId>, failure: &Error) -> Event {
    match failure.code {
        ErrorCode::Internal => error!(source = failure.source_for_log(), "a command failed"),
        code => debug!(%code, source = failure.source_for_log(), "a command was refused"),
    }
    Event::Error {
        id,
        code: failure.code,
        detail: failure.detail.clone(),
        retry_after_ms: failure.retry_after.map(millis),
        after: None,
    }
}

/// Reads a text frame; what is none of ours is refused with its id, if it has one.
pub(super) fn parse(text: &str) -> Result<Command, (Option<MessageId>, Error)> {
    #[derive(Deserialize)]
    struct Outline {
        #[serde(default)]
        r#type: Option<String>,
        #[serde(default)]
        id: Option<MessageId>,
    }
    // Serde would take a list for an object, its items for the fields in their order.
    if text.trim_ascii_start().starts_with('[') {
        return Err((None, Error::bad_request("a frame is a JSON object with a `type`, not a list")));
    }
    let failure = match serde_json::from_str(text) {
        Ok(command) => return Ok(command),
        Err(failure) => failure,
    };
    let (id, detail) = match serde_json::from_str::<Outline>(text) {
        Ok(Outline { r#type: None, id }) => (id, "a frame is a JSON object with a `type`".to_owned()),
        Ok(Outline { r#type: Some(name), id }) if !Command::TYPES.contains(&name.as_str()) => {
            let name: String = name.chars().take(MAX_SHOWN).collect();
            (id, format!("there is no command `{name}`; there are: {}", Command::TYPES.join(", ")))
        }
        Ok(Outline { id, .. }) => (id, format!("malformed command: {}", plain(&failure.to_string()))),
        Err(_) => (None, format!("malformed frame: {}", plain(&failure.to_string()))),
    };
    Err((id, Error::bad_request(detail)))
}

/// Characters of an unknown type that are told back.
const MAX_SHOWN: usize = 40;

/// Rounded up, so that who waits so long is not refused again.
pub(super) fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}
