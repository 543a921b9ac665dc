//! Going to a message of the room on the screen that may be further up than what is here.

use chat_protocol::MessageId;

use super::scroll;
use crate::state::{EntryKey, Mode, Sought, State, Tone};

/// Positions beyond which older messages are not loaded just to show one: that would take minutes.
const FURTHEST: u64 = 20_000;

/// Selects a message; older ones are loaded until it is here.
pub(super) fn message(state: &mut State, id: MessageId, seq: u64) {
    let ticket = state.keys;
    state.rooms.close_thread();
    state.rooms.close_past();
    let Some(room) = state.rooms.current_mut() else { return };
    let (from, complete) = room.timeline.beginning();
    if room.timeline.place(id).is_some() {
        return show(state, id);
    }
    // Nothing may be here yet of a room that has just come to the screen.
    let distance = from.map_or(0, |from| from.saturating_sub(seq));
    if complete || distance > FURTHEST {
        let notice = if complete { "that message is no longer here" } else { "that message is too far up to go there" };
        return state.notify(Tone::Plain, notice);
    }
    room.seeks = Some(Sought { id, seq, ticket });
    state.notify(Tone::Plain, "loading older messages…");
}

/// A page has come: the message that is sought is selected if it is here.
pub(super) fn found(state: &mut State) {
    let Some(room) = state.rooms.base_mut() else { return };
    let Some(Sought { id, seq, ticket }) = room.seeks else { return };
    let is_here = room.timeline.place(id).is_some();
    if !is_here && !room.timeline.covers_after(seq.saturating_sub(1)) {
        return;
    }
    room.seeks = None;
    if !is_here {
        state.notify(Tone::Plain, "that message is no longer here");
    } else if state.awaits(ticket) {
        state.notice = None;
        show(state, id);
    } else {
        // The user is busy with something else by now.
        state.notify(Tone::Plain, "that message is here now: go there again to see it");
    }
}

fn show(state: &mut State, id: MessageId) {
    if let Some(seq) = state.rooms.current().and_then(|room| room.timeline.place(id)) {
        let key = EntryKey::Logged(seq);
        state.mode = Mode::Select { selected: key, from: None };
        scroll::reveal(state, key);
    }
}
