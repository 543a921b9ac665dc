//! Writing: text, completions, sending.

use chat_protocol::{MessageId, RoomId, code, terminal::SafeText};

use super::{change, clipboard, command, completion, draft, of_message, select};
use crate::{
    keys::{
        bindings::Action,
        slash::{self, Line, Slash},
    },
    state::{Refused, State, Tone, Writing},
    text::editor::Edit,
    update::effect::Effect,
};

/// Writes at the cursor. A command that was refused gives way to what is written instead of it; undoing brings it back.
pub(super) fn insert(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let refused = state.transient.refused.take();
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
        // A user who moves in it, or corrects it, means to keep it.
        state.transient.refused = None;
    }
    match action {
        Action::Send if accept(state, effects) => {}
        Action::Send => submit(state, effects),
        Action::NewLine => insert(state, "\n", effects),
        Action::Fence => fence(state, effects),
        Action::AttachFile => attach(state, effects),
        Action::Paste => clipboard::read(state, effects),
        Action::Complete => choose(state, 1, effects),
        Action::CompleteBack => choose(state, -1, effects),
        Action::Escape if state.completion.take().is_some() => {}
        Action::Escape if clipboard::let_go(state) => {}
        Action::Escape if change::drop_target(state, effects) => {}
        Action::Escape => select::enter(state),
        Action::Edit(Edit::Up) if state.completion.is_none() && change::edit_last(state) => {}
        Action::Edit(edit) => edit_draft(state, edit, effects),
        _ => {}
    }
}

/// Begins the command that sends a file.
fn attach(state: &mut State, effects: &mut Vec<Effect>) {
    if state.rooms.current().is_some_and(|room| room.draft.is_empty()) {
        insert(state, "/file ", effects);
    } else {
        state.notify(Tone::Plain, "a text stands after the path: /file PATH TEXT");
    }
}

/// The draft changed: others may see it, and it is to be kept.
pub(super) fn changed(state: &mut State, effects: &mut Vec<Effect>) {
    draft::changed(state);
    state.completion = completion::complete(state);
    let Some(room) = state.rooms.current() else { return };
    let is_message = !matches!(room.writing, Writing::Report { .. });
    let may_write = room.closed(state.now.wall, &state.setup.zone).is_none();
    let says_something =
        is_message && may_write && !room.draft.text().trim().is_empty() && !room.draft.text().starts_with('/');
    if says_something {
        state.transient.typing = Some(room.id);
        effects.push(Effect::Typing(room.id));
    } else {
        draft::stop_typing(state, effects);
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

/// Sends what is written, or runs it where it is a command.
fn submit(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.current_mut() else {
        state.notify(Tone::Bad, "there is no room to write to yet");
        return;
    };
    let (id, thread, is_attached) = (room.id, room.thread, room.attached.is_any());
    let text = room.draft.text().trim_end().to_owned();
    // What is said to the user now must not stand behind suggestions.
    state.completion = None;
    if let Writing::Report { message, .. } = room.writing {
        of_message::send_report(state, message, &text, effects);
        change::drop_target(state, effects);
        return;
    }
    let is_edit = matches!(room.writing, Writing::Edit { .. });
    if text.trim().is_empty() && (is_edit || !is_attached) {
        return;
    }
    let line = if is_edit { Line::Message(&text) } else { slash::read(&text) };
    let done = match line {
        Line::Message(_) if is_edit => return change::submit_edit(state, &text, effects),
        Line::Message(body) => clipboard::submit(state, body, effects),
        Line::Command(Slash::Paste, text) => return paste(state, text, effects),
        Line::Command(slash, argument) => command::run(state, slash, argument, effects),
        Line::Incomplete(slash) => {
            state.notify(Tone::Bad, format!("usage: {}", slash::row(slash).usage()));
            state.transient.refused = Some(Refused::Incomplete);
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
        state.transient.refused = Some(Refused::Whole);
    }
    if done {
        clear(state, id, thread, effects);
    }
}

/// Asks for what the clipboard holds. The text that goes with it takes the place of the command.
fn paste(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    if let Some(room) = state.rooms.current_mut() {
        room.draft.replace(0..room.draft.text().len(), text);
        changed(state, effects);
    }
    clipboard::read(state, effects);
}

/// What was written is sent, and nothing is left of it to be kept.
pub(super) fn clear(state: &mut State, id: RoomId, thread: Option<MessageId>, effects: &mut Vec<Effect>) {
    if let Some(draft) = state.rooms.draft_mut(id, thread) {
        draft.take();
        state.completion = None;
        draft::stop_typing(state, effects);
        if thread.is_some() {
            return;
        }
        effects.push(Effect::SaveDraft { room: id, text: String::new() });
        if state.transient.draft.is_some_and(|(room, _)| room == id) {
            state.transient.draft = None;
        }
    }
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

/// Takes a suggestion.
pub(super) fn take(state: &mut State, at: usize, effects: &mut Vec<Effect>) {
    if let Some(completion) = &mut state.completion {
        (completion.chosen, completion.inserted) = (Some(at), false);
        accept(state, effects);
    }
}

/// Puts the next suggestion into the draft.
fn choose(state: &mut State, by: isize, effects: &mut Vec<Effect>) {
    if state.completion.is_none() {
        state.completion = completion::complete(state);
    }
    let Some(completion) = &mut state.completion else { return };
    completion.next(by);
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
