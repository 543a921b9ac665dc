//! What changes messages after they were sent, and what is kept of that.

use chat_protocol::{Message, MessageId, Reaction, RoomSelector, UserId, api::Edit};

use super::Store;
use crate::{
    access::Deed,
    store::{Done, NewChange, Result, operation},
};

impl Store {
    /// Changes a message once: the same id again is answered the same.
    ///
    /// # Errors
    /// `NoMessage`, `NotMember`, `NotAuthor`, `Deleted`, `IdConflict`, `TooManyReactions`, `TooManyPins`.
    pub async fn change(&self, new: NewChange) -> Result<Done> {
        self.write(move |tx| operation::changes::change(tx, new)).await
    }

    /// One message, for somebody; `None` has no token.
    ///
    /// # Errors
    /// `NoMessage`.
    pub async fn message(&self, reader: Option<UserId>, id: MessageId) -> Result<Message> {
        self.read(move |db| {
            let (access, sent) = operation::find_message(db, reader, id)?;
            db.message(&access, sent.row)
        })
        .await
    }

    /// The earlier texts of a message, the first one first, for its author or a moderator.
    ///
    /// # Errors
    /// `NoMessage`, `NotAuthor`.
    pub async fn edits(&self, reader: UserId, id: MessageId) -> Result<Vec<Edit>> {
        self.read(move |db| operation::changes::edits(db, reader, id)).await
    }

    /// Everyone who answered a message with an emoji, by emoji.
    ///
    /// # Errors
    /// `NoMessage`.
    pub async fn reactions(&self, reader: Option<UserId>, id: MessageId) -> Result<Vec<Reaction>> {
        self.read(move |db| {
            let (_, sent) = operation::find_message(db, reader, id)?;
            db.reactions(sent.row)
        })
        .await
    }

    /// The pinned messages of a room, the newest pin first.
    ///
    /// # Errors
    /// `NoRoom`.
    pub async fn pins(&self, reader: Option<UserId>, room: RoomSelector) -> Result<Vec<Message>> {
        self.read(move |db| db.pins(&operation::find_room(db, &room, reader, Deed::Read)?)).await
    }
}
