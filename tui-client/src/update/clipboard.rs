//! A picture or files of the clipboard: asked for by a key or by `/paste`, held beside the draft until Enter sends them with
//! what is written.

use chat_client::NewFile;
use chat_protocol::file::MAX_ATTACHMENTS;

use super::send;
use crate::{
    state::{Attached, Mode, State, Ticket, Tone, Writing},
    text::{files, time},
    update::{effect::Effect, input::Clipping},
};

/// Asks for what the clipboard holds, to go out with what is written.
pub(super) fn read(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(room) = state.rooms.current() else { return };
    let refused = match room.writing {
        Writing::New | Writing::Reply(_) => room.closed(state.now.wall, &state.setup.zone),
        Writing::Edit { .. } => Some("an edit takes no files: Esc gives it up".to_owned()),
        Writing::Report { .. } => Some("a report takes no files: Esc gives it up".to_owned()),
    };
    if let Some(notice) = refused {
        return state.notify(Tone::Bad, notice);
    }
    if let Some(room) = state.rooms.current_mut() {
        room.attached = Attached::Reading(state.keys);
    }
    state.mode = Mode::Compose;
    effects.push(Effect::ReadClipboard(state.keys));
}

/// What the clipboard holds is here, or it is known why not. It is for the draft from which it was asked for.
pub(super) fn answered(state: &mut State, ticket: Ticket, result: Result<Clipping, String>) {
    let result = result.and_then(|clipping| files_of(state, clipping));
    let awaits = state.awaits(ticket);
    let is_for = |attached: &&mut Attached| matches!(attached, Attached::Reading(asked) if *asked == ticket);
    let Some(attached) = state.rooms.attached_mut().find(is_for) else { return };
    match result {
        Ok((files, named)) => *attached = Attached::Files { files, named },
        // Enter still means that something goes with the text.
        Err(problem) if !awaits => *attached = Attached::Failed(problem),
        Err(problem) => {
            *attached = Attached::Nothing;
            state.notify(Tone::Bad, problem);
        }
    }
}

/// What is to be sent of the clipboard, and what it is called.
fn files_of(state: &State, clipping: Clipping) -> Result<(Vec<NewFile>, String), String> {
    match clipping {
        Clipping::Picture(png) => {
            let name = format!("pasted-{}.png", time::stamp(state.now.wall, &state.setup.zone));
            let named = files::name_and_size(&name, png.len() as u64);
            Ok((vec![NewFile::of_bytes(&name, png)], named))
        }
        Clipping::Files(found) if found.len() > MAX_ATTACHMENTS => {
            Err(format!("the clipboard has {} files: a message takes {MAX_ATTACHMENTS}", found.len()))
        }
        Clipping::Files(found) => {
            let (files, sizes): (Vec<_>, Vec<_>) =
                found.into_iter().map(|(path, size)| (NewFile::at(path), size)).unzip();
            let named: Vec<_> =
                files.iter().zip(sizes).map(|(file, size)| files::name_and_size(&file.name, size)).collect();
            Ok((files, named.join(", ")))
        }
    }
}

/// Sends the files with a text, which may be empty; false if the draft shall stay.
pub(super) fn submit(state: &mut State, text: &str, effects: &mut Vec<Effect>) -> bool {
    let Some(room) = state.rooms.current_mut() else { return false };
    match std::mem::take(&mut room.attached) {
        Attached::Nothing => send::message(state, text, effects),
        Attached::Reading(ticket) => {
            room.attached = Attached::Reading(ticket);
            state.notify(Tone::Plain, "the clipboard is still being read; Esc stops that");
            false
        }
        Attached::Failed(problem) => {
            state.notify(Tone::Bad, format!("{problem}; Enter sends the text alone"));
            false
        }
        Attached::Files { files, named } => {
            let sent = send::files(state, files.clone(), text, effects);
            if let Some(room) = state.rooms.current_mut().filter(|_| !sent) {
                room.attached = Attached::Files { files, named };
            }
            sent
        }
    }
}

/// Lets go of the files; false if there are none, or something else is being written meanwhile.
pub(super) fn let_go(state: &mut State) -> bool {
    let takes_files = |room: &&mut crate::state::Room| matches!(room.writing, Writing::New | Writing::Reply(_));
    let Some(room) = state.rooms.current_mut().filter(takes_files) else { return false };
    std::mem::take(&mut room.attached).is_any()
}
