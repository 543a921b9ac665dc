//! Commands: what a client asks for, `Hello` first, then one after the other.

use std::{sync::Arc, time::Duration};

use chat_protocol::{Command, ErrorCode, Event, MessageId, RoomChanges, RoomId, RoomSelector, api::NewMessage};
use tracing::{debug, error};

use super::{Ending, Session, blocked::Target, hello};
use crate::{
    chat::{Change, CommandBucket, Error, Start},
    hub::{Listener, TooMany},
};

/// What one session is asked for, in order. The session is connected as long as this exists.
pub struct Commands {
    session: Arc<Session>,
    bucket: CommandBucket,
    begun: bool,
    /// Whether the user was said to be here.
    arrived: bool,
}

impl Commands {
    /// Connects a session: from here on the hub knows it.
    ///
    /// # Errors
    /// When the user has as many connections as the limit allows.
    pub fn connect(session: Arc<Session>) -> Result<Self, TooMany> {
        session.chat.connect(session.clone())?;
        let bucket = session.chat.rates().commands();
        Ok(Self { session, bucket, begun: false, arrived: false })
    }

    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// Carries out one command and answers it. A message is answered later, before anything that comes after it.
    ///
    /// # Errors
    /// When the session ends with it.
    pub async fn carry_out(&mut self, command: Command) -> Result<(), Ending> {
        match command {
            Command::Hello { client, cursors, epoch, blocks } if !self.begun => {
                self.begun = true;
                let start = Start { client, cursors, epoch };
                if let Err(failure) = self.session.begin(start, blocks, &mut self.arrived).await {
                    self.refuse(None, &failure);
                    return Err(hello::failed(&failure));
                }
            }
            _ if !self.begun => return Err(Ending::NoHello),
            Command::Message { id, room, body, reply_to, attachments } => {
                self.session.send(NewMessage { room: Some(room), body, id: Some(id), reply_to, attachments }, id).await;
            }
            Command::EditMessage { id, message_id, body } => self.change(id, message_id, Change::Edit(body)).await,
            Command::DeleteMessage { id, message_id } => self.change(id, message_id, Change::Delete).await,
            Command::React { id, message_id, emoji, on } => {
                self.change(id, message_id, Change::React { emoji, on }).await;
            }
            Command::Pin { id, message_id, on } => self.change(id, message_id, Change::Pin(on)).await,
            Command::UpdateRoom { id, room, changes } => self.update_room(id, room, changes).await,
            command => self.carry_out_other(command).await,
        }
        Ok(())
    }

    async fn carry_out_other(&mut self, command: Command) {
        self.session.answered().await;
        let has_no_answer =
            matches!(command, Command::UserTyping { .. } | Command::UserStoppedTyping { .. } | Command::Away { .. });
        if let Err(wait) = self.bucket.take() {
            if !has_no_answer {
                self.refuse(None, &Error::rate_limited(wait));
            }
            return;
        }
        let done = match command {
            Command::Hello { .. } => Err(Error::bad_request("Hello comes once")),
            Command::Ping { n } => {
                self.session.tell(Event::Pong { n });
                Ok(())
            }
            Command::Forget { id } => {
                self.session.sending.forget(id);
                Ok(())
            }
            Command::Away { away } => {
                self.session.chat.set_away(&*self.session, away);
                Ok(())
            }
            Command::Focus { rooms } => self.focus(rooms).await,
            Command::UserTyping { room } => self.typing(&room, true).await,
            Command::UserStoppedTyping { room } => self.typing(&room, false).await,
            Command::Message { .. }
            | Command::EditMessage { .. }
            | Command::DeleteMessage { .. }
            | Command::React { .. }
            | Command::Pin { .. }
            // Carried out before.
            | Command::UpdateRoom { .. } => Ok(()),
            Command::Read { room, seq, back } => self.session.chat.read(&self.session.caller(), &room, seq, back).await,
        };
        if let Err(failure) = done {
            self.refuse(None, &failure);
        }
    }

    /// Changes a message, and answers when that is decided.
    async fn change(&self, id: MessageId, message: MessageId, change: Change) {
        let session = &self.session;
        session.answered().await;
        if let Some(refused) = session.sending.must_wait(id, &Target::about(message)) {
            return session.tell(refused);
        }
        let done = session.chat.change(&session.caller(), &session.origin, id, message, change).await;
        session.tell(session.sending.decided(id, Target::about(message), done));
    }

    /// Changes a room, and answers when that is decided.
    async fn update_room(&self, id: MessageId, room: RoomSelector, changes: RoomChanges) {
        let session = &self.session;
        session.answered().await;
        let target = Target::of(&room, session.rooms.id(&room));
        if let Some(refused) = session.sending.must_wait(id, &target) {
            return session.tell(refused);
        }
        let done = session.chat.update_room(&session.caller(), &session.origin, &room, id, changes).await;
        session.tell(session.sending.decided(id, target, done.map(|(done, _)| done)));
    }

    async fn focus(&self, rooms: Vec<RoomSelector>) -> Result<(), Error> {
        if rooms.len() > Command::MAX_FOCUS {
            let detail = format!("at most {} rooms can be in focus", Command::MAX_FOCUS);
            return Err(Error::bad_request(detail));
        }
        let mut wanted = Vec::with_capacity(rooms.len());
        for room in &rooms {
            let id = self.room(room).await?;
            if !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        let session = &self.session;
        let listener: Arc<dyn Listener> = session.clone();
        let mut done = Ok(());
        for room in session.refocus(wanted) {
            // First listening, then asking and listing: nobody's coming is missed, and nobody listens on who left meanwhile.
            session.chat.live_room(room).focus(&listener);
            match self.members(room).await {
                Ok(members) => session.tell(members),
                Err(failure) => {
                    session.unfocus(room);
                    // Of a room that was left meanwhile, `RoomRemoved` tells.
                    if !matches!(failure.code, ErrorCode::NotFound | ErrorCode::Forbidden) {
                        done = Err(failure);
                    }
                }
            }
        }
        done
    }

    /// The people of one of the user's rooms.
    async fn members(&self, room: RoomId) -> Result<Event, Error> {
        self.room(&room.into()).await?;
        self.session.chat.members_event(&self.session.caller(), room).await
    }

    async fn typing(&self, room: &RoomSelector, typing: bool) -> Result<(), Error> {
        if typing {
            let room = self.session.chat.writable_room(&self.session.caller(), room).await?;
            self.session.chat.live_room(room).start_typing(&self.session.user_ref(), self.session.id);
        } else {
            self.session.chat.live_room(self.room(room).await?).stop_typing(self.session.user());
        }
        Ok(())
    }

    /// The id of one of the user's rooms.
    async fn room(&self, room: &RoomSelector) -> Result<RoomId, Error> {
        match self.session.rooms.id(room) {
            Some(id) => Ok(id),
            None => self.session.chat.own_room(&self.session.caller(), room).await,
        }
    }

    /// Refuses what came instead of a command. That counts like one: nonsense is no way round the limit.
    pub fn refuse_malformed(&mut self, id: Option<MessageId>, failure: &Error) {
        match self.bucket.take() {
            Ok(()) => self.refuse(id, failure),
            Err(wait) => self.refuse(id, &Error::rate_limited(wait)),
        }
    }

    fn refuse(&self, id: Option<MessageId>, failure: &Error) {
        self.session.tell(refusal(id, failure));
    }
}

impl Drop for Commands {
    fn drop(&mut self) {
        self.session.unsubscribe_all();
        self.session.chat.disconnect(&*self.session, self.arrived);
    }
}

/// What the client learns of a refusal; the log has more.
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
        until: failure.until,
        after: None,
    }
}

/// Rounded up, so that a client that waits that long is not refused again.
pub(super) fn millis(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}
