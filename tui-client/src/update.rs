//! What each input does to the state. Two functions: [`update`] takes one input in; [`before_draw`] is called when all that
//! waited is taken in, before drawing: it lays out what is on the screen, and gives the effects of that.
//!
//! The user types ahead of the network. So nothing but a key, a paste or the mouse changes what the next key means: the
//! room on the screen, the mode, what was typed, the row that Enter takes. The exceptions are an answer that the user
//! waits for, with no key since it was asked for (a room that was joined or left, a password that was set), the hits of
//! the query that stands in the search, and the first room, as long as there is no other.

mod answer;
mod before_draw;
mod bots;
mod change;
mod clipboard;
mod command;
mod completion;
mod compose;
mod draft;
mod dropped;
mod duration;
pub(crate) mod effect;
mod emoji;
mod event;
mod files;
mod hooks;
pub(crate) mod input;
mod keys;
mod list;
mod moderate;
mod mouse;
mod navigate;
mod notify;
mod of_message;
mod overlay;
mod past;
mod pictures;
mod preferences;
mod presence;
mod read_position;
mod records;
pub(crate) mod request;
mod retention;
mod scroll;
mod search;
mod seek;
mod select;
mod send;
mod targets;
mod thread;
mod webhooks;

use chat_client::{Delivery, Entry, Status, Update};
use chat_protocol::{MessageId, RoomId, terminal::SafeText};

pub(crate) use before_draw::{before_draw, wake};
pub(crate) use event::start_from_cache;
pub(crate) use records::PAGE as RECORDS;

use crate::{
    state::{Connection, Mode, Now, State, Tone},
    update::{effect::Effect, input::Input},
};

/// Rows that a turn of the wheel scrolls.
const WHEEL_ROWS: i32 = 3;

/// Takes in one input. What it means for the outside is given back, in order.
pub(crate) fn update(state: &mut State, now: Now, input: Input) -> Vec<Effect> {
    state.now = now;
    let mut effects = Vec::new();
    if matches!(input, Input::Key(_) | Input::Paste(_) | Input::Lines(_) | Input::Wheel { .. } | Input::Click(_)) {
        state.keys.0 += 1;
        presence::active(state, &mut effects);
    }
    // What was offered is for the next key.
    let offer = match input {
        Input::Key(_) | Input::Paste(_) | Input::Lines(_) | Input::Click(_) => state.offer.take(),
        _ => None,
    };
    match input {
        Input::Key(key) if offer.is_some() && dropped::takes(key) => dropped::answer(state, key, offer, &mut effects),
        Input::Key(key) => keys::press(state, key, &mut effects),
        Input::Paste(text) => keys::paste(state, &text, &mut effects),
        Input::Lines(text) => keys::lines(state, &text, &mut effects),
        Input::Click(spot) => mouse::click(state, spot, &mut effects),
        Input::Wheel { up } => wheel(state, if up { -WHEEL_ROWS } else { WHEEL_ROWS }),
        Input::Resize(size) => {
            state.size = size;
            // A terminal cuts off what no longer fits: even if the size is the old one by now, what was drawn is gone.
            effects.push(Effect::Repaint);
        }
        Input::Focus(focused) => {
            focus(state, focused);
            if focused {
                presence::active(state, &mut effects);
            }
        }
        Input::Background { light } => state.light = light,
        Input::Draws(method) => pictures::terminal_draws(state, method),
        Input::Client(update) => client(state, *update, &mut effects),
        Input::Answer(answer) => answer::apply(state, answer, &mut effects),
        Input::Time => {}
        Input::Terminate => navigate::quit(state, &mut effects),
    }
    effects
}

/// Scrolls what is on top.
fn wheel(state: &mut State, rows: i32) {
    match state.mode {
        Mode::Compose | Mode::Select { .. } => scroll::by(state, rows),
        Mode::Search => search::wheel(state, rows),
        _ => overlay::scroll(state, rows),
    }
}

/// The user looks at this window, or elsewhere. What came while nobody looked is new.
fn focus(state: &mut State, focused: bool) {
    if focused
        && state.is_away()
        && let Some(room) = state.rooms.base_mut()
    {
        room.divide();
    }
    state.focused = focused;
    state.transient.left = if focused { None } else { state.transient.left.or(Some(state.now.wall)) };
}

fn client(state: &mut State, update: Update, effects: &mut Vec<Effect>) {
    match update {
        Update::Status(status) => connection(state, status),
        Update::Event(event) => event::apply(state, event, effects),
        Update::Page { room, messages, has_more_before } => event::page(state, room, messages, has_more_before),
        Update::Outbox(entry) => outbox(state, entry),
        Update::Left(room) => state.rooms.add_left(&room),
        Update::Moved { from, .. } => moved(state, from),
        Update::Storage(notice) => state.alert(Tone::Bad, SafeText::line(&notice.to_string()).as_str()),
        Update::Refused { detail, .. } => state.notify_anywhere(Tone::Bad, SafeText::line(&detail).as_str()),
    }
}

fn connection(state: &mut State, status: Status) {
    let connection = match status {
        Status::Connecting => Connection::Connecting,
        Status::CatchingUp { done, total } => Connection::CatchingUp { done, total },
        Status::Connected { round_trip } => Connection::Connected { round_trip },
        Status::Offline { retry_at, reason } => Connection::Offline { retry_at, reason: SafeText::line(&reason) },
        Status::SignedOut { detail } => {
            state.notify_anywhere(Tone::Bad, SafeText::line(&detail).as_str());
            Connection::SignedOut
        }
    };
    if matches!(connection, Connection::Offline { .. } | Connection::SignedOut) {
        // Nothing is known of the others until the connection is back.
        for room in state.rooms.iter_mut() {
            room.typing.clear();
            room.members.forget_presence();
        }
        state.transient.typing = None;
    }
    state.connection = connection;
}

/// What waited in a room is for another, and is told next.
fn moved(state: &mut State, from: RoomId) {
    let waiting: Vec<MessageId> =
        state.rooms.room(from).into_iter().flat_map(|room| room.timeline.pending()).map(|entry| entry.id).collect();
    waiting.into_iter().for_each(|id| state.rooms.forget_own(from, id));
}

fn outbox(state: &mut State, entry: Entry) {
    if !entry.is_message() {
        return change::went_further(state, entry);
    }
    if entry.state == Delivery::Withdrawn {
        state.rooms.forget_own(entry.room, entry.id);
        return;
    }
    let failed = matches!(entry.state, Delivery::Failed { .. } | Delivery::Unsaved { .. });
    let room_id = entry.room;
    let elsewhere = state.rooms.current_id() != Some(room_id);
    let sent = matches!(entry.state, Delivery::Sent { .. });
    if sent && state.rooms.room(room_id).is_none_or(|room| room.gone) {
        // Its event does not come here any more.
        state.rooms.forget_own(room_id, entry.id);
        return;
    }
    let room = state.rooms.room_for_own(room_id);
    if entry.state == Delivery::Saving && room.timeline.pending_entry(entry.id).is_some() {
        // It is further already: what the client tells comes another way.
        return;
    }
    let label = room.label();
    room.timeline.set_pending(entry.clone());
    if let Some(thread) = state.rooms.thread_in(room_id) {
        let first = thread.first;
        let room = thread.room_mut();
        if entry.reply_to.is_some_and(|id| id == first || room.timeline.place(id).is_some()) {
            room.timeline.set_pending(entry);
        }
    }
    if failed && elsewhere {
        state.notify_anywhere(Tone::Bad, format!("a message to {label} was not sent: go there to see why"));
    }
}

#[cfg(test)]
mod tests;
