//! What a click does: as much as a key that is pressed there. It acts on what was drawn, and moves nothing by itself.

use chat_protocol::{MessageId, UploadId, terminal::SafeText};

use super::{
    change, compose, files, keys, list, navigate, preferences, records, scroll, search, select, targets, thread,
};
use crate::{
    keys::bindings::Action,
    state::{EntryKey, Mode, Spot, State, Tone},
    text::span::Target,
    update::effect::Effect,
};

/// Takes in a click on what stands there.
pub(super) fn click(state: &mut State, spot: Option<Spot>, effects: &mut Vec<Effect>) {
    state.transient.interrupt = None;
    change::keep(state);
    match state.mode {
        Mode::Compose | Mode::Select { .. } => on_page(state, spot, effects),
        Mode::Search => in_search(state, spot, effects),
        Mode::List(_) | Mode::Help { .. } | Mode::Link(_) | Mode::Password(_) => on_window(state, spot, effects),
    }
}

/// A row of a list is taken; beside a window a click closes it, unless something was typed into a form.
fn on_window(state: &mut State, spot: Option<Spot>, effects: &mut Vec<Effect>) {
    match (spot, &mut state.mode) {
        (Some(Spot::Choice(at)), Mode::List(list)) => {
            // A record is looked at first: what Enter does with it may leave the list.
            let takes = !list.is_records() || list.chosen == at;
            list.chosen = at;
            if takes {
                keys::take(state, effects);
            }
            records::read_on(state, effects);
        }
        (Some(Spot::Window), _) | (_, Mode::Password(_)) => {}
        (_, Mode::List(_)) => _ = list::act(state, Action::Close),
        _ => state.mode = Mode::Compose,
    }
}

/// A hit is gone to, a suggestion taken; beside the window a click closes it.
fn in_search(state: &mut State, spot: Option<Spot>, effects: &mut Vec<Effect>) {
    match spot {
        Some(Spot::Choice(at)) => search::take(state, at, effects),
        Some(Spot::Suggestion(at)) => search::take_suggestion(state, at),
        Some(Spot::Window) => {}
        _ => search::close(state, effects),
    }
}

fn on_page(state: &mut State, spot: Option<Spot>, effects: &mut Vec<Effect>) {
    match spot {
        None | Some(Spot::Window | Spot::Choice(_)) => {}
        Some(Spot::Room(room)) => navigate::go(state, Some(room), effects),
        Some(Spot::Person(user)) => {
            state.mode = Mode::Compose;
            let mention = format!("@{} ", state.people.name(user));
            compose::insert(state, &mention, effects);
        }
        Some(Spot::Entry(key)) => entry(state, key),
        Some(Spot::Beside(key)) => {
            thread::leave(state);
            entry(state, key);
        }
        Some(Spot::Target(target)) => follow(state, &target, effects),
        Some(Spot::Link(href)) => {
            state.notify(Tone::Plain, format!("opening {}", SafeText::line(&href)));
            effects.push(Effect::Open(href.to_string()));
        }
        Some(Spot::Suggestion(at)) => compose::take(state, at, effects),
        Some(Spot::Pins) => _ = preferences::pins(state, effects),
        Some(Spot::Below) => scroll::live_end(state),
        Some(Spot::Notice) => {
            if state.notice.take().is_none() {
                state.alerts.pop_front();
            }
        }
        Some(Spot::Composer) => select::leave(state),
    }
}

/// Selects an entry; a range goes on to it.
fn entry(state: &mut State, key: EntryKey) {
    if !state.rooms.current().is_some_and(|room| room.timeline.has(key)) {
        return;
    }
    let key = scroll::start_of(state, key);
    match &mut state.mode {
        Mode::Select { selected, .. } => *selected = key,
        mode => *mode = Mode::Select { selected: key, from: None },
    }
    state.completion = None;
    scroll::reveal(state, key);
}

fn follow(state: &mut State, target: &Target, effects: &mut Vec<Effect>) {
    match target {
        Target::Message(id) => message(state, *id),
        Target::Thread(first) => thread::open_at(state, *first),
        Target::React(of, emoji) => change::toggle_reaction(state, *of, emoji, effects),
        Target::Room(name) => targets::room(state, name, "", effects),
        Target::File(file) => open(state, *file, effects),
    }
}

/// Opens a file of a message on the screen, also of the room beside a thread.
fn open(state: &mut State, file: UploadId, effects: &mut Vec<Effect>) {
    let rows = state.timeline_view.rows.iter().chain(&state.base_view.rows);
    let found = rows.filter_map(|row| match row.key {
        EntryKey::Logged(seq) => files::of(state, seq, file),
        EntryKey::Pending(_) => None,
    });
    if let Some(file) = found.into_iter().next() {
        files::open(state, file, "", effects);
    }
}

/// Selects what a message answers.
fn message(state: &mut State, id: MessageId) {
    let place = |state: &State| state.rooms.current().and_then(|room| room.timeline.place(id));
    if place(state).is_none() {
        // It may be of the room beside the thread.
        let is_beside = state.rooms.base().is_some_and(|room| room.timeline.place(id).is_some());
        if !is_beside || !thread::leave(state) {
            return state.notify(Tone::Plain, "what it answers is further up: g loads older messages");
        }
    }
    if let Some(seq) = place(state) {
        entry(state, EntryKey::Logged(seq));
    }
}
