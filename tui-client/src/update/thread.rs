//! Opening a thread, leaving it, and what the server sends of it.

use chat_protocol::{MessageId, RoomId, api::MessagesPage};

use super::scroll;
use crate::state::{EntryKey, Mode, Older, State, Tone};

/// Opens the thread of the selected message; of one that nobody answered, to begin it.
pub(super) fn open(state: &mut State) {
    let Some(room) = state.rooms.current() else { return };
    if room.thread.is_some() {
        return state.notify(Tone::Plain, "this is the thread: Esc leaves it");
    }
    let message = match state.mode.selected() {
        Some(EntryKey::Logged(seq)) => room.timeline.message(seq),
        _ => None,
    };
    match message.map(|message| message.thread.unwrap_or(message.id)) {
        Some(first) => open_at(state, first),
        None => state.notify(Tone::Plain, "only a message that was sent has a thread"),
    }
}

/// Opens the thread that began with this message, in the room on the screen.
pub(super) fn open_at(state: &mut State, first: MessageId) {
    if state.rooms.thread().is_none_or(|thread| thread.first != first) {
        state.rooms.open_thread(first);
    }
    state.mode = Mode::Compose;
    state.completion = None;
}

/// Leaves the thread; the message that it began with is selected no more, and what was written in it is kept. False if none
/// is open.
pub(super) fn leave(state: &mut State) -> bool {
    if state.rooms.thread().is_none() {
        return false;
    }
    state.rooms.close_thread();
    state.mode = Mode::Compose;
    state.completion = None;
    true
}

/// A page of the open thread.
pub(super) fn page(state: &mut State, room: RoomId, first: MessageId, result: Result<MessagesPage, String>) {
    let Some(thread) = state.rooms.thread_in(room).filter(|thread| thread.first == first) else { return };
    match result {
        Ok(page) => {
            page.messages.iter().for_each(|message| state.people.learn(&message.author));
            let room = thread.room_mut();
            room.older = Older::Idle;
            room.timeline.add_page(page.messages, page.has_more_before);
        }
        Err(problem) => {
            thread.room_mut().older = Older::Failed;
            state.notify(Tone::Bad, format!("cannot load the thread: {problem}"));
        }
    }
}

/// Leaves the thread for the message that it began with.
pub(super) fn leave_for_first(state: &mut State) {
    let first = state.rooms.thread().map(|thread| thread.first);
    if leave(state)
        && let Some(first) = first
    {
        scroll::show_message(state, first);
    }
}
