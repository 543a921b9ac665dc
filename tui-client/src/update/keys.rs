//! Keys and pasted text: who gets them, and what those do that work everywhere.

use super::{
    change, command, compose, draft, dropped, list, navigate, overlay, records, scroll, search, seek, select, thread,
};
use crate::{
    keys::{
        bindings::{self, Action, Place},
        key::{Code, Key},
        slash::{self, Argument, Slash},
    },
    state::{Attached, Mode, Pick, Room, State, Tone},
    update::{effect::Effect, request::Request},
};

/// A second Ctrl-C within this time quits.
const INTERRUPT_AGAIN: std::time::Duration = std::time::Duration::from_secs(2);

pub(super) fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    if key == Key::plain(Code::Esc) && state.notice.is_none() {
        // Esc also does what it does without: nothing that comes in changes what a key means.
        state.alerts.pop_front();
    }
    let places = places(&state.mode);
    let action = bindings::find(places, key);
    if action != Some(Action::Interrupt) {
        state.transient.interrupt = None;
    }
    if state.transient.doomed.is_some_and(|(_, asked)| Some(asked) != action) {
        change::keep(state);
    }
    match (action, key.typed()) {
        (Some(action), _) => act(state, action, key, effects),
        (None, Some(char)) => typed(state, char, effects),
        (None, None) => {}
    }
}

pub(super) fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    match &mut state.mode {
        Mode::List(list) if list.is_records() => {}
        Mode::List(_) => list::insert(state, text),
        Mode::Search => search::insert(state, text),
        Mode::Password(_) => overlay::insert(state, text),
        Mode::Compose | Mode::Select { .. } => {
            state.mode = Mode::Compose;
            compose::insert(state, text, effects);
            dropped::look(state, text, effects);
        }
        Mode::Help { .. } | Mode::Link(_) => {}
    }
}

/// Several lines that came at once. Nobody knows whether they were typed: windows, which know no lines, take them as keys;
/// where they could be sent they are a paste, and the user looks at them first.
pub(super) fn lines(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let mut rest = text.chars();
    while !matches!(state.mode, Mode::Compose | Mode::Select { .. }) {
        match rest.next() {
            Some('\n') => press(state, Key::plain(Code::Enter), effects),
            Some('\t') => press(state, Key::plain(Code::Tab), effects),
            Some(char) => press(state, Key::char(char), effects),
            None => return,
        }
    }
    if !rest.as_str().is_empty() {
        paste(state, rest.as_str(), effects);
    }
}

/// Where a key is looked for, the first place first.
fn places(mode: &Mode) -> &'static [Place] {
    match mode {
        Mode::Compose => &[Place::Composer, Place::Text, Place::Anywhere],
        Mode::Select { .. } => &[Place::Select, Place::Anywhere],
        Mode::List(list) if list.is_records() => &[Place::Records, Place::Anywhere],
        Mode::List(_) => &[Place::List, Place::Text, Place::Anywhere],
        Mode::Search => &[Place::Search, Place::Text, Place::Anywhere],
        Mode::Help { .. } | Mode::Link(_) => &[Place::Page, Place::Anywhere],
        Mode::Password(_) => &[Place::Form, Place::Text, Place::Anywhere],
    }
}

fn typed(state: &mut State, char: char, effects: &mut Vec<Effect>) {
    let mut buffer = [0; 4];
    let text: &str = char.encode_utf8(&mut buffer);
    match state.mode {
        Mode::Compose => compose::insert(state, text, effects),
        Mode::Select { .. } => {
            state.search.stay();
            select::leave(state);
            compose::insert(state, text, effects);
        }
        Mode::List(ref list) if list.is_records() => {}
        Mode::List(_) => list::insert(state, text),
        Mode::Search => search::insert(state, text),
        Mode::Password(_) => overlay::insert(state, text),
        Mode::Help { .. } | Mode::Link(_) => {}
    }
}

/// Does what an action says, where it was asked for.
fn act(state: &mut State, action: Action, key: Key, effects: &mut Vec<Effect>) {
    match action {
        Action::LeaveThread => thread::leave_for_first(state),
        Action::Palette => list::toggle_palette(state),
        Action::Search => search::toggle(state, effects),
        Action::NextUnread => navigate::next_unread(state, effects),
        Action::PreviousRoom => navigate::go(state, state.rooms.neighbour(-1), effects),
        Action::NextRoom => navigate::go(state, state.rooms.neighbour(1), effects),
        Action::NumberedRoom => navigate::numbered(state, key, effects),
        Action::Help => overlay::toggle_help(state),
        Action::RoomsPane => {
            state.preferences.panes.rooms = !state.preferences.panes.rooms;
            effects.push(Effect::SavePreferences(state.preferences));
        }
        Action::PeoplePane => {
            state.preferences.panes.people = !state.preferences.panes.people;
            effects.push(Effect::SavePreferences(state.preferences));
        }
        Action::Mouse => {
            state.mouse = !state.mouse;
            let notice = if state.mouse {
                "clicks and the wheel work here; hold Shift to select text"
            } else {
                "the mouse selects text in the terminal"
            };
            state.notify(Tone::Plain, notice);
            effects.push(Effect::Mouse(state.mouse));
        }
        Action::Reconnect => effects.push(Effect::Reconnect),
        Action::Repaint => effects.push(Effect::Repaint),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Interrupt => interrupt(state, effects),
        _ => in_place(state, action, effects),
    }
}

fn in_place(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    match (&state.mode, action) {
        (Mode::List(_), Action::End) => records::end(state, effects),
        (Mode::List(_), Action::Accept) => take(state, effects),
        (Mode::List(_), _) => {
            list::act(state, action);
            records::read_on(state, effects);
        }
        (Mode::Search, _) => search::act(state, action, effects),
        (Mode::Help { .. } | Mode::Link(_) | Mode::Password(_), _) => overlay::act(state, action, effects),
        (_, Action::PageUp) => scroll::page(state, -1),
        (_, Action::PageDown) => scroll::page(state, 1),
        (_, Action::FirstUnread) => scroll::first_unread(state),
        (_, Action::LiveEnd) => scroll::live_end(state),
        (Mode::Compose, _) => compose::act(state, action, effects),
        (Mode::Select { .. }, _) => select::act(state, action, effects),
    }
}

/// Takes the row of the open list that is chosen.
pub(super) fn take(state: &mut State, effects: &mut Vec<Effect>) {
    if records::is_chosen(state) {
        records::take(state, effects);
    } else if let Some(pick) = list::act(state, Action::Accept) {
        accept(state, pick, effects);
    }
}

/// Does what was chosen from a list.
fn accept(state: &mut State, pick: Pick, effects: &mut Vec<Effect>) {
    match pick {
        Pick::Open(room) => navigate::open(state, room, effects),
        Pick::Join(room) => effects.push(Effect::Ask(state.keys, Request::Join { name: room.to_string() })),
        Pick::Mention(user) => {
            let text = format!("@{} ", state.people.name(user));
            compose::insert(state, &text, effects);
        }
        Pick::Message { id, seq } => seek::message(state, id, seq),
        // Taken where it is listed.
        Pick::Record(_) => {}
        Pick::React(of, emoji) => change::react(state, of, emoji, effects),
        Pick::Act(action) => act(state, action, Key::char(' '), effects),
        Pick::Slash(slash) => begin(state, slash, effects),
    }
}

/// Runs a command that needs nothing more; of another the beginning goes into an empty composer.
fn begin(state: &mut State, slash: Slash, effects: &mut Vec<Effect>) {
    let row = slash::row(slash);
    let is_empty = state.rooms.current().is_some_and(|room| room.draft.is_empty());
    match row.argument {
        Argument::Required(_) if is_empty => {
            state.mode = Mode::Compose;
            compose::insert(state, &format!("/{} ", row.names[0]), effects);
        }
        Argument::Required(_) => state.notify(Tone::Plain, format!("write {}", row.usage())),
        Argument::None | Argument::Optional(_) => {
            command::run(state, slash, "", effects);
        }
    }
}

fn interrupt(state: &mut State, effects: &mut Vec<Effect>) {
    if matches!(state.mode, Mode::Select { .. }) {
        select::leave(state);
    }
    let has_text = |room: &&mut Room| !room.draft.is_empty() || room.attached.is_any();
    let Some(room) = state.rooms.current_mut().filter(has_text) else {
        let again =
            state.transient.interrupt.is_some_and(|then| state.now.instant.duration_since(then) < INTERRUPT_AGAIN);
        if again {
            navigate::quit(state, effects);
        } else {
            state.transient.interrupt = Some(state.now.instant);
            state.notify(Tone::Plain, "Ctrl-C again quits");
        }
        return;
    };
    room.draft.take();
    room.attached = Attached::Nothing;
    draft::changed(state);
    state.completion = None;
    draft::stop_typing(state, effects);
    state.notify(Tone::Plain, "draft cleared; Ctrl-_ brings it back");
}
