//! Messages under way: handed to the store one after the other without waiting for each, and answered when it has
//! committed them.

use std::sync::Arc;

use chat_protocol::{Event, LOBBY, MessageId, RoomSelector, api::NewMessage};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{
    Session,
    blocked::{Blocked, Refused, Target},
    commands,
};
use crate::{
    chat::{self, Error},
    store::Done,
};

/// Messages of one session that the store has not answered yet; no more is taken until it has.
const UNDER_WAY: usize = 64;

/// What one session sends, and what of it was refused.
#[derive(Default)]
pub(super) struct Sending {
    state: Mutex<State>,
    /// Notified when nothing is under way any more, or something less than the most.
    fewer: Notify,
}

#[derive(Default)]
struct State {
    blocked: Blocked,
    under_way: usize,
}

/// A message, and the room that it is for.
#[derive(Clone)]
struct Sent {
    id: MessageId,
    target: Target,
}

impl Sending {
    /// Waits until every message was answered.
    pub(super) async fn answered(&self) {
        self.below(1).await;
    }

    /// Refuses a command about a message if that message, or an earlier command about it, waits to be sent again.
    pub(super) fn must_wait(&self, id: MessageId, target: &Target) -> Option<Event> {
        let first = self.state.lock().blocked.before(target, id)?;
        Some(behind(id, &first))
    }

    /// How a command about a message is answered.
    pub(super) fn decided(&self, id: MessageId, target: Target, done: Result<Done, Error>) -> Event {
        match done {
            Ok(Done { room, seq }) => {
                self.forget(id);
                Event::Ack { id, room, seq }
            }
            Err(failure) => refusal(self, Sent { id, target }, &failure),
        }
    }

    /// A message was given up.
    pub(super) fn forget(&self, id: MessageId) {
        self.state.lock().blocked.forget(id);
    }

    async fn below(&self, most: usize) {
        while self.state.lock().under_way >= most {
            self.fewer.notified().await;
        }
    }

    /// Whether no message that came earlier waits to be sent again.
    fn admits(&self, sent: &Sent) -> bool {
        self.state.lock().blocked.before(&sent.target, sent.id).is_none()
    }
}

/// A message under way; dropped, it is no longer, also when nobody came to answer it.
struct UnderWay<S: AsRef<Sending>>(Arc<S>);

impl<S: AsRef<Sending>> UnderWay<S> {
    fn begin(of: &Arc<S>) -> Self {
        of.as_ref().as_ref().state.lock().under_way += 1;
        Self(Arc::clone(of))
    }
}

impl<S: AsRef<Sending>> Drop for UnderWay<S> {
    fn drop(&mut self) {
        let sending = self.0.as_ref().as_ref();
        let mut state = sending.state.lock();
        state.under_way -= 1;
        if state.under_way == 0 || state.under_way == UNDER_WAY - 1 {
            sending.fewer.notify_one();
        }
    }
}

impl AsRef<Sending> for Session {
    fn as_ref(&self) -> &Sending {
        &self.sending
    }
}

impl Session {
    /// Sends a message; it is answered when that is decided, after the messages before it.
    pub(super) async fn send(self: &Arc<Self>, new: NewMessage, id: MessageId) {
        let sending = &self.sending;
        // One who has something to send again is answered one by one: what follows depends on it.
        let one_by_one = !sending.state.lock().blocked.is_empty();
        sending.below(if one_by_one { 1 } else { UNDER_WAY }).await;
        let asked = new.room.unwrap_or_else(|| LOBBY.into());
        let read = self.rooms.id(&asked);
        let sent = Sent { id, target: Target::of(&asked, read) };
        let new = NewMessage { room: Some(read.map_or(asked, RoomSelector::from)), ..new };
        let (admitting, under_way) = (Arc::clone(self), UnderWay::begin(self));
        let admitted = sending.admits(&sent).then_some(()).ok_or_else(Error::withheld);
        let (admitting_sent, answered) = (sent.clone(), sent.clone());
        let submitted = admitted.and_then(|()| {
            self.chat.submit(
                &self.caller(),
                &self.origin,
                new,
                move || admitting.sending.admits(&admitting_sent),
                // It is under way until this was done, or dropped.
                move |stored| under_way.0.answer(answered, stored),
            )
        });
        if let Err(refused) = submitted {
            // Those before it are answered first.
            sending.answered().await;
            self.answer(sent, Err(refused));
        }
    }

    fn answer(&self, sent: Sent, stored: Result<chat::Sent, Error>) {
        let event = match stored {
            Ok(chat::Sent { message, .. }) => {
                self.sending.forget(sent.id);
                failpoint!("before-acknowledgement");
                Event::Ack { id: sent.id, room: message.room, seq: message.seq }
            }
            Err(failure) => refusal(&self.sending, sent, &failure),
        };
        self.tell(event);
    }
}

/// The refusal of what must wait for something sent earlier.
fn behind(id: MessageId, first: &Refused) -> Event {
    Event::Error {
        id: Some(id),
        code: first.code,
        detail: "an earlier message to this room waits to be sent again: send that one first".to_owned(),
        retry_after_ms: Some(commands::millis(first.wait())),
        until: None,
        after: Some(first.id),
    }
}

fn refusal(sending: &Sending, sent: Sent, failure: &Error) -> Event {
    {
        let blocked = &mut sending.state.lock().blocked;
        if !failure.is_wait() {
            blocked.forget(sent.id);
        } else if let Some(first) = blocked.before(&sent.target, sent.id) {
            blocked.put_behind(sent.id, first.id);
            return behind(sent.id, &first);
        } else {
            blocked.block(sent.target, sent.id, failure.code, failure.retry_after.unwrap_or_default());
        }
    }
    commands::refusal(Some(sent.id), failure)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use futures_util::FutureExt as _;

    use super::*;

    impl AsRef<Self> for Sending {
        fn as_ref(&self) -> &Self {
            self
        }
    }

    #[tokio::test]
    async fn a_message_that_nobody_comes_to_answer_holds_nothing_up() {
        let sending = Arc::new(Sending::default());
        let (first, second) = (UnderWay::begin(&sending), UnderWay::begin(&sending));
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _first = first;
            panic!("on purpose");
        }));
        assert!(panicked.is_err());
        assert!(sending.answered().now_or_never().is_none(), "one is still under way");
        drop(second);
        sending.answered().await;
    }
}
