//! Writing: text, completions, sending.

use chat_protocol::{
    body::{Body, BodyError},
    code,
    terminal::SafeText,
};

use super::{before_draw, command, scroll, select};
use crate::{
    keys::{
        bindings::Action,
        slash::{self, Argument, Line},
    },
    state::{Completion, Refused, State, Suggestion, Tone},
    text::editor::Edit,
    update::input::Effect,
};

/// Bytes of a longer word are no name: nothing is suggested for it.
const LONGEST_WORD: usize = 256;
/// Suggestions that can be gone through; who wants others types on.
const SUGGESTED: usize = 100;

/// Writes at the cursor. A command that was refused gives way to what is written instead of it; undoing brings it back.
pub(super) fn insert(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let refused = state.later.refused.take();
    if let Some(room) = state.rooms.current_mut() {
        let goes_on = refused == Some(Refused::Incomplete) && !text.starts_with('/');
        if refused.is_some() && !goes_on {
            _ = room.draft.take();
        }
        if goes_on && !room.draft.text().ends_with(char::is_whitespace) && !text.starts_with(char::is_whitespace) {
            room.draft.insert(" ");
        }
        room.draft.insert(text);
        changed(state, effects);
    }
}

pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    if !matches!(action, Action::Send) {
        // Who moves in it, or corrects it, means to keep it.
        state.later.refused = None;
    }
    match action {
        Action::Send if accept(state, effects) => {}
        Action::Send => send(state, effects),
        Action::NewLine => insert(state, "\n", effects),
        Action::Fence => fence(state, effects),
        Action::Complete => choose(state, 1, effects),
        Action::CompleteBack => choose(state, -1, effects),
        Action::Escape if state.completion.take().is_some() => {}
        Action::Escape => select::enter(state),
        Action::Edit(edit) => edit_draft(state, edit, effects),
        _ => {}
    }
}

/// The draft changed: others may see it, and it is to be kept.
pub(super) fn changed(state: &mut State, effects: &mut Vec<Effect>) {
    before_draw::draft_changed(state);
    state.completion = complete(state);
    let Some(room) = state.rooms.current() else { return };
    let says_something = !room.gone && !room.draft.text().trim().is_empty() && !room.draft.text().starts_with('/');
    if says_something {
        state.later.typing = Some(room.id);
        effects.push(Effect::Typing(room.id));
    } else {
        stop_typing(state, effects);
    }
}

pub(super) fn stop_typing(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(room) = state.later.typing.take() {
        effects.push(Effect::StoppedTyping(room));
    }
}

fn edit_draft(state: &mut State, edit: Edit, effects: &mut Vec<Effect>) {
    if let (Some(completion), Edit::Up | Edit::Down) = (&mut state.completion, edit) {
        let count = completion.items.len();
        let step = if edit == Edit::Up { count - 1 } else { 1 };
        completion.chosen =
            Some(completion.chosen.map_or(if edit == Edit::Up { count - 1 } else { 0 }, |at| (at + step) % count));
        completion.inserted = false;
        return;
    }
    let width = state.geometry().composer_text();
    let Some(room) = state.rooms.current_mut() else { return };
    if room.draft.apply(edit, width) {
        changed(state, effects);
    } else {
        state.completion = None;
    }
}

fn send(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.current_mut() else {
        state.notify(Tone::Bad, "there is no room to write to yet");
        return;
    };
    let id = room.id;
    let text = room.draft.text().trim_end().to_owned();
    if text.trim().is_empty() {
        return;
    }
    let done = match slash::read(&text) {
        Line::Message(body) => say(state, body, effects),
        Line::Command(slash, argument) => command::run(state, slash, argument, effects),
        Line::Incomplete(slash) => {
            state.notify(Tone::Bad, format!("usage: {}", slash::row(slash).usage()));
            state.later.refused = Some(Refused::Incomplete);
            return;
        }
        Line::Several(slash) => {
            let name = slash::row(slash).names[0];
            state.notify(
                Tone::Bad,
                format!("/{name} takes one line: remove the others, or begin with // to send all of it"),
            );
            false
        }
        Line::Unknown(name) => {
            let name = SafeText::line(name);
            state.notify(
                Tone::Bad,
                format!("there is no command /{name}: F1 lists them, // sends a text that begins with /"),
            );
            false
        }
    };
    if !done && matches!(slash::read(&text), Line::Command(..) | Line::Unknown(_)) {
        state.later.refused = Some(Refused::Whole);
    }
    if done && let Some(room) = state.rooms.room_mut(id) {
        room.draft.take();
        state.completion = None;
        stop_typing(state, effects);
        effects.push(Effect::SaveDraft { room: id, text: String::new() });
        if state.later.draft.is_some_and(|(room, _)| room == id) {
            state.later.draft = None;
        }
    }
}

/// Sends a message to the room on the screen, and goes where it will appear; false if no server would take it.
pub(super) fn say(state: &mut State, body: &str, effects: &mut Vec<Effect>) -> bool {
    let Some(current) = state.rooms.current() else { return false };
    let room = current.id;
    if current.gone {
        let notice = format!("you are no longer in {}: type /join {} to return", current.label(), current.name);
        state.notify(Tone::Bad, notice);
        return false;
    }
    if let Err(error) = Body::parse(body, state.longest_body.unwrap_or(usize::MAX)) {
        let notice = match error {
            BodyError::TooLong { bytes, max } => {
                let over = bytes.saturating_sub(max);
                let plural = if over == 1 { "" } else { "s" };
                format!("{over} byte{plural} too long: shorten it, or send it in parts")
            }
            BodyError::Blank => error.to_string(),
        };
        state.notify(Tone::Bad, notice);
        return false;
    }
    // The server ends the typing of who sends.
    state.later.typing = None;
    effects.push(Effect::Send { room, body: body.to_owned() });
    // Who answers has seen what was new.
    if let Some(room) = state.rooms.current_mut() {
        room.divider = None;
    }
    scroll::live_end(state);
    true
}

/// Makes a block of code of the draft; undo takes it back.
fn fence(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.current_mut().filter(|room| !room.draft.text().trim().is_empty()) else { return };
    let fenced = code::fenced(room.draft.text());
    room.draft.replace(0..room.draft.text().len(), &fenced);
    changed(state, effects);
}

/// Takes the suggestion that was chosen with the arrows.
fn accept(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let chosen =
        state.completion.as_ref().is_some_and(|completion| completion.chosen.is_some() && !completion.inserted);
    if chosen {
        put(state, effects);
        state.completion = None;
    }
    chosen
}

/// Puts the next suggestion into the draft.
fn choose(state: &mut State, by: isize, effects: &mut Vec<Effect>) {
    if state.completion.is_none() {
        state.completion = complete(state);
    }
    let Some(completion) = &mut state.completion else { return };
    let count = completion.items.len();
    let next = |at: usize| at.saturating_add(count).saturating_add_signed(by) % count;
    completion.chosen = Some(match completion.chosen {
        Some(at) if completion.inserted => next(at),
        Some(at) => at,
        None if by < 0 => count - 1,
        None => 0,
    });
    put(state, effects);
}

fn put(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(completion) = &mut state.completion else { return };
    let Some(item) = completion.chosen.and_then(|at| completion.items.get(at)) else { return };
    let Some(room) = state.rooms.current_mut() else { return };
    room.draft.replace(completion.range.clone(), &item.insert);
    completion.range.end = completion.range.start + item.insert.len();
    completion.inserted = true;
    let kept = state.completion.take();
    changed(state, effects);
    state.completion = kept.filter(|completion| completion.items.len() > 1);
}

/// Suggestions for the word at the cursor.
pub(crate) fn complete(state: &State) -> Option<Completion> {
    let room = state.rooms.current()?;
    let before = &room.draft.text()[..room.draft.cursor()];
    let start =
        before.rfind(char::is_whitespace).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let word = &before[start..];
    let sigil = word.chars().next().filter(|_| word.len() <= LONGEST_WORD)?;
    let query = word[sigil.len_utf8()..].to_lowercase();
    let mut items = match sigil {
        '@' => people(state, &query),
        '#' => rooms(state, &query),
        '/' if start == 0 && !query.contains('/') => commands(&query),
        _ => return None,
    };
    items.truncate(SUGGESTED);
    let is_done = matches!(&items[..], [only] if only.insert.trim_end() == word);
    (!items.is_empty() && !is_done).then_some(Completion {
        range: start..room.draft.cursor(),
        items,
        chosen: None,
        inserted: false,
    })
}

fn people(state: &State, query: &str) -> Vec<Suggestion> {
    let Some(room) = state.rooms.current() else { return Vec::new() };
    let found = room.members.sorted(&state.directory).into_iter().filter(|&user| user != state.me).map(|user| {
        let hint = if room.members.is_here(user) { "online" } else { "" };
        (state.directory.name(user).to_owned(), hint.to_owned())
    });
    matching('@', query, found)
}

fn rooms(state: &State, query: &str) -> Vec<Suggestion> {
    matching('#', query, state.rooms.iter().map(|room| (room.name.as_str().to_owned(), room.topic.as_str().to_owned())))
}

fn commands(query: &str) -> Vec<Suggestion> {
    let rows = slash::TABLE.iter().filter(|row| row.names.iter().any(|name| name.starts_with(query)));
    rows.map(|row| {
        let space = if row.argument == Argument::None { "" } else { " " };
        Suggestion { insert: format!("/{}{space}", row.names[0]), label: row.usage(), hint: row.short.to_owned() }
    })
    .collect()
}

/// Names that begin with the query, then those that hold it.
fn matching(sigil: char, query: &str, names: impl Iterator<Item = (String, String)>) -> Vec<Suggestion> {
    let mut found: Vec<_> = names.filter(|(name, _)| name.to_lowercase().contains(query)).collect();
    found.sort_by_key(|(name, _)| !name.to_lowercase().starts_with(query));
    found
        .into_iter()
        .map(|(name, hint)| Suggestion { insert: format!("{sigil}{name} "), label: format!("{sigil}{name}"), hint })
        .collect()
}
