//! Going to another room, or out of the program.

use chat_protocol::RoomId;

use super::{draft, read_position};
use crate::{
    keys::key::{Code, Key},
    state::{Mode, State, Tone},
    update::effect::Effect,
};

/// Puts a room on the screen.
pub(super) fn open(state: &mut State, room: RoomId, effects: &mut Vec<Effect>) {
    state.search.stay();
    if state.rooms.current_id() == Some(room) {
        return;
    }
    draft::save(state, effects);
    draft::stop_typing(state, effects);
    if state.rooms.open(room) {
        state.completion = None;
        state.mode = Mode::Compose;
        state.transient.refused = None;
        if state.notice.as_ref().is_some_and(|notice| notice.local) {
            state.notice = None;
        }
    }
}

/// Goes to a room, and ends a tour of the unread ones.
pub(super) fn go(state: &mut State, room: Option<RoomId>, effects: &mut Vec<Effect>) {
    state.transient.tour = None;
    if let Some(room) = room {
        open(state, room, effects);
    }
}

/// Goes to the room that has the number of a key.
pub(super) fn numbered(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let Code::Char(digit) = key.code else { return };
    let number = digit.to_digit(10).and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
    let room = number.checked_sub(1).and_then(|index| state.rooms.shown().nth(index)).map(|room| room.id);
    if room.is_none() {
        state.notify(Tone::Plain, format!("there is no room {number}"));
    }
    go(state, room, effects);
}

/// Goes to the next room with unread messages; after the last one, back to where the tour began.
pub(super) fn next_unread(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(room) = state.rooms.next_unread() {
        let began = state.transient.tour.or(state.rooms.current_id());
        open(state, room, effects);
        state.transient.tour = began;
    } else if let Some(began) = state.transient.tour.take().filter(|&began| Some(began) != state.rooms.current_id()) {
        open(state, began, effects);
    } else {
        state.notify(Tone::Plain, "nothing is unread");
    }
}

/// Ends the program; what is being written is kept.
pub(super) fn quit(state: &mut State, effects: &mut Vec<Effect>) {
    state.rooms.close_past();
    draft::save(state, effects);
    read_position::send(state, effects);
    draft::stop_typing(state, effects);
    effects.push(Effect::Quit);
}
