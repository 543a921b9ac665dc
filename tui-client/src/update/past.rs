//! Going to a message wherever it is in its room, with what was said around it: in the room's timeline where it is here,
//! else among older messages that are opened over the room.

use chat_client::Page;
use chat_protocol::{MessageId, RoomId, api::MessagesPage};

use super::{scroll, seek};
use crate::{
    state::{Connection, EntryKey, Mode, Older, State, Ticket, Tone},
    update::{effect::Effect, request::Request},
};

/// Selects a message of the room on the screen.
pub(super) fn go(state: &mut State, id: MessageId, seq: u64, effects: &mut Vec<Effect>) {
    let is_here = |state: &State| state.rooms.current().is_some_and(|room| room.timeline.place(id).is_some());
    if state.rooms.past().is_none() || !is_here(state) {
        state.rooms.close_past();
        state.rooms.close_thread();
    }
    if is_here(state) {
        return select(state, EntryKey::Logged(seq));
    }
    if !state.connection.is_open() {
        // What is on the disk comes to the screen with its room.
        return seek::message(state, id, seq);
    }
    let Some(room) = state.rooms.current_id() else { return };
    state.rooms.open_past(id);
    state.completion = None;
    state.mode = Mode::Select { selected: EntryKey::Logged(seq), from: None };
    effects.push(Effect::Ask(state.keys, Request::Past { room, around: id, page: Page::Around(seq) }));
}

/// Goes back to the room itself; false if no older messages are open.
pub(super) fn leave(state: &mut State) -> bool {
    if !state.rooms.close_past() {
        return false;
    }
    state.mode = Mode::Compose;
    state.completion = None;
    true
}

/// A page of the older messages on the screen.
pub(super) fn page(
    state: &mut State,
    room: RoomId,
    around: MessageId,
    page: Page,
    result: Result<MessagesPage, String>,
) {
    let Some(past) = state.rooms.past_in(room).filter(|past| past.around == around) else { return };
    match result {
        Ok(found) => {
            found.messages.iter().for_each(|message| state.people.learn(&message.author));
            let after = matches!(page, Page::After(_));
            if after {
                past.newer = Older::Idle;
            } else {
                past.room_mut().older = Older::Idle;
            }
            if !matches!(page, Page::Before(_)) {
                past.is_up_to_date = !found.has_more_after;
            }
            past.room_mut().timeline.add_page(found.messages, after || found.has_more_before);
            state.rooms.join_past();
            if let Page::Around(seq) = page {
                found_around(state, around, seq);
            }
        }
        Err(problem) => {
            match page {
                Page::After(_) => past.newer = Older::Failed,
                _ => past.room_mut().older = Older::Failed,
            }
            state.notify(Tone::Bad, format!("cannot load older messages: {problem}"));
        }
    }
}

fn found_around(state: &mut State, around: MessageId, seq: u64) {
    let key = EntryKey::Logged(seq);
    if state.rooms.current().is_none_or(|room| room.timeline.place(around).is_none()) {
        state.notify(Tone::Plain, "that message is no longer here");
    } else if state.mode.selected() == Some(key) {
        select(state, key);
    } else {
        scroll::centre(state, key);
    }
}

/// Asks for newer messages if the end of the older ones on the screen is near.
pub(super) fn load_newer(state: &mut State, effects: &mut Vec<Effect>) {
    let near = usize::from(state.geometry().active().0.height);
    let connected = matches!(state.connection, Connection::Connected { .. });
    let below = state.timeline_view.below;
    let Some(room) = state.rooms.current_id() else { return };
    let Some(past) = state.rooms.past_in(room) else { return };
    let Some(last) = past.room_mut().timeline.last_seq() else { return };
    if connected && past.newer == Older::Idle && !past.is_up_to_date && below < near {
        past.newer = Older::Loading;
        let around = past.around;
        effects.push(Effect::Ask(Ticket::default(), Request::Past { room, around, page: Page::After(last) }));
    }
}

/// Selects an entry, with as much around it as there is room for.
fn select(state: &mut State, key: EntryKey) {
    let key = scroll::start_of(state, key);
    state.mode = Mode::Select { selected: key, from: None };
    state.completion = None;
    scroll::centre(state, key);
}
