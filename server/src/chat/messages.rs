//! Saying something, and reading what was said.

use chat_protocol::{
    Epoch, ErrorCode, LOBBY, LogEntry, Message, MessageId, Role, RoomId, RoomSelector, Timestamp,
    api::NewMessage,
    body::{Body, BodyError},
    mention, name,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Caller, Chat, Error, Origin, Result, Window, json};
use crate::store::{MessagePage, NewMessageRow, PageSize, RoomLimits, SentRow, StoreError};

/// Bytes of one page: no answer grows without bound, whatever is in it.
pub(super) const PAGE_BYTES: usize = 1024 * 1024;

/// A page of messages, each as it is sent: [`chat_protocol::api::MessagesPage`].
#[derive(Debug, Serialize)]
pub struct EncodedMessages {
    room: RoomId,
    messages: Vec<Box<RawValue>>,
    has_more_before: bool,
    has_more_after: bool,
}

/// A page of a log, each event as it is sent: [`chat_protocol::api::EventsPage`].
#[derive(Debug, Serialize)]
pub struct EncodedEvents {
    room: RoomId,
    epoch: Epoch,
    events: Vec<Box<RawValue>>,
    last_seq: u64,
    last_at: Option<Timestamp>,
    has_more: bool,
}

/// A message that is on disk.
#[derive(Debug, Clone)]
pub struct Sent {
    /// As it now is.
    pub message: Message,
    /// False when it had been stored before, under the same id.
    pub new: bool,
}

impl Chat {
    /// Stores a message, once however often it is sent, and has it shown.
    ///
    /// # Errors
    /// `bad_request`, `too_large`, `not_found`, `forbidden`, `id_conflict`; with a wait: `rate_limited`,
    /// `unavailable`, `storage_full`.
    pub async fn send(&self, caller: &Caller, origin: &Origin, new: NewMessage) -> Result<Sent> {
        let row = self.checked(caller, origin, new)?;
        Ok(stored(self.store().send(row).await?))
    }

    /// The same for a caller that does not wait: `answer` is called once the store has decided, in the order in which messages
    /// were submitted. `admitted` is asked right before a message is stored.
    ///
    /// # Errors
    /// What refuses it before the store is asked; `answer` is not called then.
    pub fn submit(
        &self,
        caller: &Caller,
        origin: &Origin,
        new: NewMessage,
        admitted: impl FnOnce() -> bool + Send + 'static,
        answer: impl FnOnce(Result<Sent>) + Send + 'static,
    ) -> Result<()> {
        let row = self.checked(caller, origin, new)?;
        self.store().submit(row, admitted, move |done| answer(done.map(stored).map_err(Error::from)));
        Ok(())
    }

    /// Takes one of the caller's messages: everything that others are sent counts as one.
    pub(super) fn may_tell(&self, caller: &Caller, origin: &Origin) -> Result<()> {
        if caller.role == Role::Guest {
            self.rates().guest_message(origin).map_err(Error::rate_limited)?;
        }
        self.rates().message(caller.user, origin).map_err(Error::rate_limited)
    }

    /// A body within the limit.
    pub(super) fn parse_body(&self, text: &str) -> std::result::Result<Body, BodyError> {
        Body::parse(text, self.limits().longest_body())
    }

    fn checked(&self, caller: &Caller, origin: &Origin, new: NewMessage) -> Result<NewMessageRow> {
        let body = match self.parse_body(&new.body) {
            Err(BodyError::Blank) if !new.attachments.is_empty() => Body::empty(),
            body => body?,
        };
        self.may_tell(caller, origin)?;
        let names = names(&body);
        let room = new.room.unwrap_or_else(|| LOBBY.into());
        let limits = match room {
            RoomSelector::Direct(_) => self.room_limits(caller, origin),
            RoomSelector::Id(_) | RoomSelector::Name(_) => RoomLimits::default(),
        };
        Ok(NewMessageRow {
            id: new.id.unwrap_or_else(MessageId::now_v7),
            room,
            limits,
            author: caller.user,
            body,
            reply_to: new.reply_to,
            attachments: new.attachments,
            names,
        })
    }

    /// A page of a room's messages.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn messages(
        &self,
        caller: Option<&Caller>,
        room: &RoomSelector,
        window: Window,
        limit: usize,
        blocks: bool,
    ) -> Result<EncodedMessages> {
        self.may_read(caller)?;
        let (size, encode) = self.encoding(limit, blocks);
        let found = self.store().messages(caller.map(|caller| caller.user), room.clone(), window, size, encode).await?;
        Ok(found.into())
    }

    /// How large a page may be, and how its messages are written.
    pub(super) fn encoding(
        &self,
        limit: usize,
        blocks: bool,
    ) -> (PageSize, impl Fn(Message) -> (Box<RawValue>, usize) + Send + 'static) {
        let parsed = blocks.then(|| self.shared.parsed.clone());
        let encode = move |message: Message| sized(json::message(&message, parsed.as_ref()));
        (PageSize { items: limit, bytes: PAGE_BYTES }, encode)
    }

    /// A page of a room's log.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn events(
        &self,
        caller: Option<&Caller>,
        room: &RoomSelector,
        after: u64,
        limit: usize,
    ) -> Result<EncodedEvents> {
        self.may_read(caller)?;
        let encode = |entry: LogEntry| {
            let (json, bytes) = sized(json::entry(&entry, None));
            ((entry.seq, json), bytes)
        };
        let size = PageSize { items: limit, bytes: PAGE_BYTES };
        let piece = self.store().log_after(caller.map(|caller| caller.user), room.clone(), after, size, encode).await?;
        let reached = piece.entries.last().map_or(after, |(seq, _)| *seq);
        Ok(EncodedEvents {
            room: piece.room,
            epoch: self.store().epoch(),
            events: piece.entries.into_iter().map(|(_, json)| json).collect(),
            last_seq: piece.extent.last_seq,
            last_at: piece.extent.last_at,
            has_more: reached < piece.extent.last_seq,
        })
    }
}

impl From<MessagePage<Box<RawValue>>> for EncodedMessages {
    fn from(page: MessagePage<Box<RawValue>>) -> Self {
        let MessagePage { room, messages, has_more_before, has_more_after } = page;
        Self { room, messages, has_more_before, has_more_after }
    }
}

/// Names in a body that may be users': as written, and in canonical form.
pub(super) fn names(body: &Body) -> Vec<(String, String)> {
    let names = mention::names(body.as_str()).into_iter();
    names.filter_map(|name| name::lookup(&name).map(|canonical| (name, canonical))).collect()
}

fn sized(json: Box<RawValue>) -> (Box<RawValue>, usize) {
    let bytes = json.get().len();
    (json, bytes)
}

pub(super) fn stored(row: SentRow) -> Sent {
    let SentRow { message, new } = row;
    metrics::counter!("chat_messages_total", "new" => if new { "true" } else { "false" }).increment(1);
    Sent { message, new }
}

impl Error {
    /// An earlier message of the same sender waits to be sent again.
    pub fn withheld() -> Self {
        StoreError::Withheld.into()
    }

    /// Whether the same message may be answered otherwise later.
    pub fn is_wait(&self) -> bool {
        ErrorCode::is_wait(self.code)
    }
}
