//! What goes through the outbox: messages, and commands that change something.

use std::{sync::atomic::Ordering, time::SystemTime};

use chat_protocol::{Message, MessageId, RoomChanges, RoomId, Timestamp, body::Body, emoji::Emoji};
use uuid::Uuid;

use super::Client;
use crate::{
    Action, Delivery, Entry, Error,
    connection::Request,
    direct,
    store::{Change, OutboxRow},
};

impl Client {
    /// Says something. When this returns, the message is in the outbox on disk, so it waits for the disk, for
    /// milliseconds; what becomes of it is reported by [`Update::Outbox`](crate::Update::Outbox).
    ///
    /// # Errors
    /// When the text is blank or too long, or the disk fails.
    pub fn send(&self, room: RoomId, body: &str, reply_to: Option<MessageId>) -> Result<MessageId, Error> {
        let id = MessageId::now_v7();
        self.send_once(id, room, body, reply_to)?;
        Ok(id)
    }

    /// The same with an id of the caller's choice. However often it is called with one id, also by the next run of a program,
    /// it is sent once.
    ///
    /// # Errors
    /// When the text is blank or too long, or the disk fails.
    pub fn send_once(&self, id: MessageId, room: RoomId, body: &str, reply_to: Option<MessageId>) -> Result<(), Error> {
        let body = Body::parse(body, self.shared.max_body.load(Ordering::Relaxed))?.into_string();
        let (action, state) = (Action::Message, Delivery::Queued);
        let entry = Entry { id, room, action, body, reply_to, files: Vec::new(), state, written_at: now() };
        let tried = self.shared.live.load(Ordering::Relaxed);
        let n = self.shared.store.change_now(Change::Queue { entry: entry.clone(), tried })?;
        self.ask(Request::Send(OutboxRow { n, entry, tried }));
        Ok(())
    }

    /// Answers a message, in its thread: once, however often it is called for that message.
    ///
    /// # Errors
    /// When the text is blank or too long, or the disk fails.
    pub fn answer(&self, message: &Message, body: &str) -> Result<MessageId, Error> {
        let id = Uuid::new_v5(&message.id.uuid(), b"answer").into();
        self.send_once(id, message.room, body, Some(message.id))?;
        Ok(id)
    }

    /// The same without waiting for the disk: the message is given as it is being saved, and goes out once it is on
    /// disk. Both, or that it cannot be kept, is reported by [`Update::Outbox`](crate::Update::Outbox). A body that is
    /// longer than the server takes is refused there.
    pub fn queue(&self, room: RoomId, body: Body, reply_to: Option<MessageId>) -> Entry {
        self.enqueue(room, Action::Message, body.into_string(), reply_to)
    }

    /// Says something to someone alone, by their name. Their direct room need not be known, nor be there: their first
    /// message makes it. Until the server has said which room it is, the message waits for a room that stands for it, which
    /// [`Update::Left`](crate::Update::Left) describes; [`Update::Moved`](crate::Update::Moved) says when it is known.
    ///
    /// # Errors
    /// When this is no name, the text is blank or too long, or the disk fails.
    pub fn send_direct(&self, name: &str, body: &str) -> Result<MessageId, Error> {
        self.send(self.stand_in(name)?, body, None)
    }

    /// The same without waiting for the disk, as [`queue`](Self::queue).
    ///
    /// # Errors
    /// When this is no name.
    pub fn queue_direct(&self, name: &str, body: Body) -> Result<Entry, Error> {
        Ok(self.queue(self.stand_in(name)?, body, None))
    }

    /// The room that stands for the direct room with someone.
    fn stand_in(&self, name: &str) -> Result<RoomId, Error> {
        let room = direct::unknown_direct(name)?;
        let id = room.id;
        self.shared.store.change(Change::StandIn { room: room.clone() });
        self.ask(Request::StandIn(room));
        Ok(id)
    }

    /// Gives an own message another text. Like [`queue`](Self::queue) it waits for nothing, and goes out after what is
    /// before it; a message that still waits here is changed here.
    pub fn edit(&self, room: RoomId, message: MessageId, body: Body) -> Entry {
        self.enqueue(room, Action::Edit { message }, body.into_string(), None)
    }

    /// Deletes a message for ever; one that still waits here is withdrawn.
    pub fn delete(&self, room: RoomId, message: MessageId) -> Entry {
        self.enqueue(room, Action::Delete { message }, String::new(), None)
    }

    /// Answers a message with an emoji, or takes that back.
    pub fn react(&self, room: RoomId, message: MessageId, emoji: Emoji, on: bool) -> Entry {
        self.enqueue(room, Action::React { message, emoji: emoji.to_string(), on }, String::new(), None)
    }

    /// Pins a message to its room, or takes that back.
    pub fn pin(&self, room: RoomId, message: MessageId, on: bool) -> Entry {
        self.enqueue(room, Action::Pin { message, on }, String::new(), None)
    }

    /// Changes a room: its name, topic, whether it is archived, how fast members may write.
    pub fn update_room(&self, room: RoomId, changes: RoomChanges) -> Entry {
        self.enqueue(room, Action::UpdateRoom { changes }, String::new(), None)
    }

    /// Has an entry put on disk, and sent once it is there.
    fn enqueue(&self, room: RoomId, action: Action, body: String, reply_to: Option<MessageId>) -> Entry {
        let (id, written_at) = (MessageId::now_v7(), now());
        let (files, state) = (Vec::new(), Delivery::Saving);
        let saving = Entry { id, room, action, body, reply_to, files, state, written_at };
        let entry = Entry { state: Delivery::Queued, ..saving.clone() };
        let requests = self.shared.requests.clone();
        let tried = self.shared.live.load(Ordering::Relaxed);
        self.shared.store.change_then(Change::Queue { entry: entry.clone(), tried }, move |saved| {
            let request = match saved {
                Ok(n) => Request::Send(OutboxRow { n, entry, tried }),
                Err(error) => {
                    Request::Unsaved(Entry { state: Delivery::Unsaved { detail: error.to_string() }, ..entry })
                }
            };
            // After the end nobody takes it; what is in the outbox stays there.
            let _ = requests.send(request);
        });
        saving
    }

    /// Sends a failed message again, with its id.
    pub fn retry(&self, id: MessageId) {
        self.ask(Request::Retry(id));
    }

    /// Gives up a message that is not sent.
    pub fn forget(&self, id: MessageId) {
        self.ask(Request::Forget(id));
    }
}

/// This machine's clock, as the protocol writes time.
pub(super) fn now() -> Timestamp {
    Timestamp::since_epoch(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}
