//! Changing what was said: another text, deletion, reactions, pins.

use chat_protocol::{
    Message, MessageId, Reaction, RoomSelector,
    api::{CommandId, Edit, MessagePatch},
    body::{Body, BodyError},
    emoji::Emoji,
};
use serde_json::value::RawValue;

use super::{
    Caller, Chat, EncodedMessages, Error, Origin, Result, Window, json,
    messages::{PAGE_BYTES, names},
};
use crate::store::{self, Done, NewChange};

/// What someone wants done to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another text.
    Edit(String),
    /// The text shall go for ever.
    Delete,
    /// An answer with an emoji, or no longer.
    React {
        /// The emoji.
        emoji: String,
        /// Whether it shall be there.
        on: bool,
    },
    /// Pinned to its room, or no longer.
    Pin(bool),
}

impl Chat {
    /// Changes a message, once however often it is sent.
    ///
    /// # Errors
    /// `bad_request`, `too_large`, `not_found`, `forbidden`, `id_conflict`; with a wait: `rate_limited`, `unavailable`,
    /// `storage_full`.
    pub async fn change(
        &self,
        caller: &Caller,
        origin: &Origin,
        id: MessageId,
        message: MessageId,
        change: Change,
    ) -> Result<Done> {
        let change = self.checked_change(change)?;
        self.may_tell(caller, origin)?;
        Ok(self.store().change(NewChange { id, user: caller.user, message, change }).await?)
    }

    fn checked_change(&self, change: Change) -> Result<store::Change> {
        Ok(match change {
            Change::Edit(text) => {
                // Of a message with files nothing need be left; the store knows of them.
                let body = match self.parse_body(&text) {
                    Err(BodyError::Blank) => Body::empty(),
                    body => body?,
                };
                let names = names(&body);
                store::Change::Edit { body, names }
            }
            Change::Delete => store::Change::Delete,
            Change::React { emoji, on } => {
                let emoji = Emoji::parse(&emoji).map_err(|failure| Error::bad_request(failure.to_string()))?;
                store::Change::React { emoji: emoji.as_str().to_owned(), on }
            }
            Change::Pin(on) => store::Change::Pin { on },
        })
    }

    /// Changes the text of an own message. Gives it as it then is.
    ///
    /// # Errors
    /// As [`Chat::change`].
    pub async fn edit(
        &self,
        caller: &Caller,
        origin: &Origin,
        message: MessageId,
        patch: MessagePatch,
    ) -> Result<Message> {
        let id = patch.id.unwrap_or_else(MessageId::now_v7);
        self.change(caller, origin, id, message, Change::Edit(patch.body)).await?;
        Ok(self.store().message(Some(caller.user), message).await?)
    }

    /// Changes a message for a request that may name its command.
    ///
    /// # Errors
    /// As [`Chat::change`].
    pub async fn change_by_request(
        &self,
        caller: &Caller,
        origin: &Origin,
        command: CommandId,
        message: MessageId,
        change: Change,
    ) -> Result<()> {
        let id = command.id.unwrap_or_else(MessageId::now_v7);
        self.change(caller, origin, id, message, change).await?;
        Ok(())
    }

    /// One message, as it now is.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn message(&self, caller: Option<&Caller>, id: MessageId, blocks: bool) -> Result<Box<RawValue>> {
        self.may_read(caller)?;
        let found = self.store().message(caller.map(|caller| caller.user), id).await?;
        Ok(json::message(&found, blocks.then_some(&self.shared.parsed)))
    }

    /// The earlier texts of a message, for its author and moderators.
    ///
    /// # Errors
    /// `not_found`, `forbidden`.
    pub async fn edits(&self, caller: &Caller, id: MessageId) -> Result<Vec<Edit>> {
        Ok(self.store().edits(caller.user, id).await?)
    }

    /// Everyone who answered a message with an emoji.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn reactions(&self, caller: Option<&Caller>, id: MessageId) -> Result<Vec<Reaction>> {
        self.may_read(caller)?;
        Ok(self.store().reactions(caller.map(|caller| caller.user), id).await?)
    }

    /// The pinned messages of a room, the newest pin first.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn pins(&self, caller: Option<&Caller>, room: &RoomSelector, blocks: bool) -> Result<Vec<Box<RawValue>>> {
        self.may_read(caller)?;
        let pinned = self.store().pins(caller.map(|caller| caller.user), room.clone()).await?;
        let mut bytes = 0;
        let encode = |message: &Message| {
            // Parsed bodies are many times as large: what goes beyond a page has its text alone.
            let parsed = Some(&self.shared.parsed).filter(|_| blocks && bytes < PAGE_BYTES);
            let encoded = json::message(message, parsed);
            bytes += encoded.get().len();
            encoded
        };
        Ok(pinned.iter().map(encode).collect())
    }

    /// A page of the thread that a message belongs to.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn thread(
        &self,
        caller: Option<&Caller>,
        id: MessageId,
        window: Window,
        limit: usize,
        blocks: bool,
    ) -> Result<EncodedMessages> {
        self.may_read(caller)?;
        let (size, encode) = self.encoding(limit, blocks);
        let found = self.store().thread(caller.map(|caller| caller.user), id, window, size, encode).await?;
        Ok(found.into())
    }
}
