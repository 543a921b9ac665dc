//! One message: reading it, changing it, answering it with an emoji, pinning it, its thread.

use chat_protocol::{Message, MessageId, Reaction, RoomSelector, api as shapes};
use reqwest::Method;

use super::{Api, ApiError, Page, answer};

impl Api {
    /// One message, as it now is; a deleted one without its text.
    ///
    /// # Errors
    /// `not_found` when there is none that the caller may read.
    pub async fn message(&self, message: MessageId) -> Result<Message, ApiError> {
        self.read(self.request(Method::GET, &["messages", &message.to_string()])).await
    }

    /// Changes the text of an own message. Sending the same id twice is sending once.
    ///
    /// # Errors
    /// When the message is another's or was deleted, the text is no message, or the server cannot be reached.
    pub async fn edit(&self, message: MessageId, body: &str, id: MessageId) -> Result<Message, ApiError> {
        let patch = shapes::MessagePatch { id: Some(id), body: body.to_owned() };
        self.read(self.request(Method::PATCH, &["messages", &message.to_string()]).json(&patch)).await
    }

    /// Deletes a message for ever.
    ///
    /// # Errors
    /// When the message is another's and the caller no moderator, or the server cannot be reached.
    pub async fn delete(&self, message: MessageId, id: MessageId) -> Result<(), ApiError> {
        self.change(Method::DELETE, message, &[], id).await
    }

    /// Answers a message with an emoji, or takes that back.
    ///
    /// # Errors
    /// When it is not one emoji, the message has too many kinds, or the server cannot be reached.
    pub async fn react(&self, message: MessageId, emoji: &str, on: bool, id: MessageId) -> Result<(), ApiError> {
        self.change(put_or_delete(on), message, &["reactions", emoji], id).await
    }

    /// Who answered a message with which emoji, all of them.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn reactions(&self, message: MessageId) -> Result<Vec<Reaction>, ApiError> {
        self.read(self.request(Method::GET, &["messages", &message.to_string(), "reactions"])).await
    }

    /// Pins a message to its room, or takes that back.
    ///
    /// # Errors
    /// When the caller is no member, the room has too many pins, or the server cannot be reached.
    pub async fn pin(&self, message: MessageId, on: bool, id: MessageId) -> Result<(), ApiError> {
        self.change(put_or_delete(on), message, &["pin"], id).await
    }

    /// The pinned messages of a room, the newest pin first.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn pins(&self, room: impl Into<RoomSelector>) -> Result<Vec<Message>, ApiError> {
        self.read(self.room_request(Method::GET, room.into(), &["pins"])?).await
    }

    /// The earlier texts of a message, the oldest first: for its author and moderators.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn edits(&self, message: MessageId) -> Result<Vec<shapes::Edit>, ApiError> {
        self.read(self.request(Method::GET, &["messages", &message.to_string(), "edits"])).await
    }

    /// A page of the thread that a message belongs to, ascending, from the message that it began with on.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn thread(&self, of: MessageId, page: Page, limit: u32) -> Result<shapes::MessagesPage, ApiError> {
        let request = self.request(Method::GET, &["messages"]);
        let request = request.query(&[("thread", of.to_string()), ("limit", limit.to_string())]);
        self.read(page.of(request)).await
    }

    /// Has replies in the thread of a message notify the caller, or no longer.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn follow_thread(&self, of: MessageId, on: bool) -> Result<(), ApiError> {
        answer::nothing(self.request(put_or_delete(on), &["messages", &of.to_string(), "follow"])).await
    }

    async fn change(&self, method: Method, of: MessageId, rest: &[&str], id: MessageId) -> Result<(), ApiError> {
        let of = of.to_string();
        let mut path = vec!["messages", &of];
        path.extend(rest);
        answer::nothing(self.request(method, &path).json(&shapes::CommandId { id: Some(id) })).await
    }
}

pub(super) fn put_or_delete(on: bool) -> Method {
    if on { Method::PUT } else { Method::DELETE }
}
