//! Messages: storing each once, and reading pages of them.

use chat_protocol::{Message, MessageId, RoomSelector, UserId};
use tokio::sync::oneshot;

use super::{Engine, Store};
use crate::store::{MessagePage, NewMessageRow, PageSize, Result, SentRow, StoreError, Window, operation};

impl Store {
    /// Stores a message once: the same id again gives what was stored.
    ///
    /// # Errors
    /// `IdConflict`, `NoRoom`, `NotMember`, `NoReply` when `reply_to` names none in the room.
    pub async fn send(&self, new: NewMessageRow) -> Result<SentRow> {
        let (answer, answered) = oneshot::channel();
        // Nobody waits any more when the request was given up.
        self.submit(new, || true, move |sent| drop(answer.send(sent)));
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// The same for who does not wait: `answer` is told after the commit, in the order of submission, and must not wait.
    /// `admitted` is asked right before: `Withheld` if it says no.
    pub fn submit(
        &self,
        new: NewMessageRow,
        admitted: impl FnOnce() -> bool + Send + 'static,
        answer: impl FnOnce(Result<SentRow>) + Send + 'static,
    ) {
        match &self.engine {
            Engine::Sqlite(engine) => engine.submit_message(new, admitted, answer),
            Engine::Postgres(engine) => engine.submit_message(new, admitted, answer),
        }
    }

    /// A page of a room's messages, for somebody; `None` has no token. `encode` makes of each what the page holds, and says how large that is.
    ///
    /// # Errors
    /// `NoRoom`.
    pub async fn messages<T: Send + 'static>(
        &self,
        reader: Option<UserId>,
        room: RoomSelector,
        window: Window,
        size: PageSize,
        encode: impl Fn(Message) -> (T, usize) + Send + 'static,
    ) -> Result<MessagePage<T>> {
        self.read(move |db| operation::pages::of_room(db, &room, reader, window, size, encode)).await
    }

    /// A page of the thread that a message belongs to: the message that it began with, and the replies.
    ///
    /// # Errors
    /// `NoMessage`.
    pub async fn thread<T: Send + 'static>(
        &self,
        reader: Option<UserId>,
        id: MessageId,
        window: Window,
        size: PageSize,
        encode: impl Fn(Message) -> (T, usize) + Send + 'static,
    ) -> Result<MessagePage<T>> {
        self.read(move |db| operation::pages::of_thread(db, id, reader, window, size, encode)).await
    }
}
