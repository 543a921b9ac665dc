//! Messages under way: handed to the store one after the other without waiting for each, and answered when it has
//! committed them.

use std::{sync::Arc, time::Duration};

use chat_protocol::{Event, MessageId, RoomId, RoomSelector, api::NewMessage};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{connection::Connection, held::Held};
use crate::chat::{self, Error, Sent};

/// Messages of one connection that the store has not answered yet; no more is read until it has.
const UNDER_WAY: usize = 64;

/// What one connection sends, and what of it was refused.
#[derive(Default)]
pub(super) struct Sending {
    state: Mutex<State>,
    /// Told when nothing is under way any more, or something less than the most.
    answered: Notify,
}

#[derive(Default)]
struct State {
    held: Held,
    under_way: usize,
    /// Messages that came so far.
    turns: u64,
}

/// A message to a room that the connection reads.
#[derive(Clone, Copy)]
struct Turn {
    id: MessageId,
    /// `None` for a room that it does not read, where nothing is held.
    room: Option<RoomId>,
    number: u64,
}

impl Sending {
    /// Waits until every message was answered.
    pub(super) async fn settled(&self) {
        self.below(1).await;
    }

    /// A message was given up.
    pub(super) fn forget(&self, id: MessageId) {
        self.state.lock().held.forget(id);
    }

    async fn below(&self, most: usize) {
        while self.state.lock().under_way >= most {
            self.answered.notified().await;
        }
    }

    fn begin(&self, id: MessageId, room: Option<RoomId>) -> Turn {
        let mut state = self.state.lock();
        state.under_way += 1;
        state.turns += 1;
        Turn { id, room, number: state.turns }
    }

    /// Whether no message that came earlier waits to be sent again.
    fn admits(&self, turn: Turn) -> bool {
        let Some(room) = turn.room else { return true };
        let state = self.state.lock();
        state.held.is_empty() || state.held.before(room, turn.id, turn.number).is_none()
    }

    fn end(&self) {
        let mut state = self.state.lock();
        state.under_way -= 1;
        if state.under_way == 0 || state.under_way == UNDER_WAY - 1 {
            self.answered.notify_one();
        }
    }
}

/// Sends a message; it is answered when that is decided, after the messages before it.
pub(super) async fn send(connection: &Arc<Connection>, from: &chat::From, new: NewMessage, id: MessageId) {
    let sending = &connection.sending;
    // Whoever has something to send again is answered one by one: what follows depends on it.
    let one_by_one = !sending.state.lock().held.is_empty();
    sending.below(if one_by_one { 1 } else { UNDER_WAY }).await;
    let room = new.room.as_ref().and_then(|room| connection.room_id(room));
    let new = NewMessage { room: room.map(RoomSelector::from).or(new.room), ..new };
    let turn = sending.begin(id, room);
    if !sending.admits(turn) {
        return answer(connection, turn, Err(Error::withheld()));
    }
    let (admitting, answering) = (Arc::clone(connection), Arc::clone(connection));
    connection.chat.submit(
        &connection.caller(),
        from,
        new,
        move || admitting.sending.admits(turn),
        move |sent| answer(&answering, turn, sent),
    );
}

fn answer(connection: &Connection, turn: Turn, sent: Result<Sent, Error>) {
    let sending = &connection.sending;
    let event = match sent {
        Ok(Sent { message, .. }) => {
            if let Some(room) = turn.room {
                sending.state.lock().held.release(room, turn.id);
            }
            failpoint!("before-acknowledgement");
            Event::Ack { id: turn.id, room: message.room, seq: message.seq }
        }
        Err(failure) => refusal(sending, turn, &failure),
    };
    connection.tell(&event);
    sending.end();
}

fn refusal(sending: &Sending, turn: Turn, failure: &Error) -> Event {
    if let Some(room) = turn.room {
        let held = &mut sending.state.lock().held;
        if !failure.is_wait() {
            held.release(room, turn.id);
        } else if let Some(first) = held.before(room, turn.id, turn.number) {
            return Event::Error {
                id: Some(turn.id),
                code: first.code,
                detail: "an earlier message to this room waits to be sent again: send that one first".to_owned(),
                retry_after_ms: Some(super::commands::millis(first.wait())),
                after: Some(first.id),
            };
        } else {
            let wait = failure.retry_after.unwrap_or(Duration::ZERO);
            held.hold(room, turn.id, turn.number, failure.code, wait);
        }
    }
    super::commands::refusal(Some(turn.id), failure)
}
