//! Files of messages: saving and opening them, and where they are.

use chat_protocol::{Attachment, Message, UploadId, terminal::SafeText};

use super::change;
use crate::{
    keys::slash::Slash,
    state::{State, Tone},
    update::effect::Effect,
};

/// `/save [FOLDER]` and `/open`; false if the draft shall stay.
pub(super) fn run(
    state: &mut State,
    slash: Slash,
    message: Option<Message>,
    folder: &str,
    effects: &mut Vec<Effect>,
) -> bool {
    let Some(message) = message else {
        let name = if slash == Slash::Open { "/open" } else { "/save" };
        state.notify(Tone::Bad, format!("no file is here: answer the message that has it (Esc, ↑, r), then {name}"));
        return false;
    };
    match (slash, message.attachments.first()) {
        (Slash::Open, Some(first)) => open(state, first.clone(), "", effects),
        _ => save(state, message.attachments, folder, effects),
    }
    true
}

/// Saves the files of the selected message; while they come, stops that.
pub(super) fn save_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(message) = change::selected(state) else { return };
    if message.attachments.is_empty() {
        return state.notify(Tone::Plain, "this message has no file");
    }
    save(state, message.attachments, "", effects);
}

fn save(state: &mut State, files: Vec<Attachment>, folder: &str, effects: &mut Vec<Effect>) {
    let under_way: Vec<_> =
        files.iter().map(|file| file.id).filter(|file| state.saving.bytes(*file).is_some()).collect();
    if !under_way.is_empty() {
        under_way.iter().for_each(|file| state.saving.end(*file));
        effects.push(Effect::StopSaving(under_way));
        return state.notify(Tone::Plain, "stopped: what had come is gone");
    }
    files.iter().for_each(|file| state.saving.begin(file.id));
    effects.push(Effect::SaveFiles { files, folder: folder.to_owned() });
    state.notify(Tone::Plain, "saving… s on the message stops it");
}

/// Opens a file, once it is here.
pub(super) fn open(state: &mut State, file: Attachment, which: &str, effects: &mut Vec<Effect>) {
    if state.saving.bytes(file.id).is_some() {
        return state.notify(Tone::Plain, "it is on its way: s stops it");
    }
    state.saving.begin(file.id);
    state.notify(Tone::Plain, format!("opening {}{which}", SafeText::line(&file.name)));
    let path = state.saving.path(file.id).map(str::to_owned);
    effects.push(Effect::OpenFile { file, path });
}

/// A file of the message at a position of what is on the screen.
pub(super) fn of(state: &State, seq: u64, file: UploadId) -> Option<Attachment> {
    let rooms = [state.rooms.current(), state.rooms.base()];
    let mut messages = rooms.into_iter().flatten().filter_map(|room| room.timeline.message(seq));
    messages.find_map(|message| message.attachments.iter().find(|of_it| of_it.id == file)).cloned()
}

/// Files are here, or it is known why not.
pub(super) fn saved(
    state: &mut State,
    wanted: &[UploadId],
    paths: Vec<(UploadId, String)>,
    result: Result<String, String>,
) {
    wanted.iter().for_each(|file| state.saving.end(*file));
    for (file, path) in paths {
        state.saving.is_at(file, path);
    }
    match result {
        Ok(notice) => state.notify_anywhere(Tone::Plain, notice),
        Err(problem) => state.notify_anywhere(Tone::Bad, problem),
    }
}

/// Where a file is: on this machine if it was saved, else its address.
pub(super) fn place(state: &State, file: &Attachment) -> (String, &'static str) {
    match state.saving.path(file.id) {
        Some(path) => (path.to_owned(), "path copied"),
        None => {
            let address = format!("{}/api/uploads/{}/{}", state.setup.address, file.id, encoded(&file.name));
            (address, "address copied; it wants a token")
        }
    }
}

/// A name as a part of an address.
fn encoded(name: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(byte).collect()
}
