//! Pictures of messages: which are fetched, when, and what the user sets.

use std::time::Duration;

use chat_protocol::Attachment;

use super::{change, files};
use crate::{
    state::{Connection, Content, EntryKey, Known, Method, Picture, PictureKey, PictureSetting, State, Tone, ViewRow},
    update::effect::Effect,
};

/// A server that takes longer to answer is behind a slow line: pictures are fetched only when the user asks.
const SLOW: Duration = Duration::from_millis(400);

/// The terminal answered that it can draw pictures so. Placeholders of kitty are better than sixels: they scroll with the text.
pub(super) fn terminal_draws(state: &mut State, method: Method) {
    let known = &mut state.pictures.terminal;
    // What cannot show blocks shows no pictures at all, and what draws images of iTerm2 was not asked.
    if matches!((*known, method), (Some(Method::Blocks), _) | (Some(Method::Sixel), Method::Kitty)) {
        *known = Some(method);
    }
}

/// Asks for the pictures on the screen that are not here.
pub(super) fn load(state: &mut State, effects: &mut Vec<Effect>) {
    let rows = state.timeline_view.rows.iter().chain(&state.base_view.rows);
    let mut wanted: Vec<(EntryKey, PictureKey)> = rows.filter_map(picture).collect();
    wanted.dedup();
    let slow = matches!(state.connection, Connection::Connected { round_trip: Some(time) } if time > SLOW);
    for (entry, picture) in wanted {
        let network = state.connection.is_open() && (!slow || state.pictures.is_asked_for(picture.file));
        match state.pictures.wanted(&picture) {
            None => {}
            Some(Known::Absent) if network => {}
            Some(_) => continue,
        }
        let Some(file) = file(state, entry, &picture) else { continue };
        state.pictures.set(picture, Known::Loading);
        let (light, cell) = (state.light, state.pictures.cell());
        effects.push(Effect::LoadPicture { picture, file, network, light, cell });
    }
}

/// The first row of a picture that is on the screen stands for all.
fn picture(row: &ViewRow) -> Option<(EntryKey, PictureKey)> {
    match row.content {
        Content::Picture { picture, .. } => Some((row.key, picture)),
        _ => None,
    }
}

/// The file that is drawn there.
fn file(state: &State, entry: EntryKey, picture: &PictureKey) -> Option<Attachment> {
    let EntryKey::Logged(seq) = entry else { return None };
    files::of(state, seq, picture.file)
}

/// A picture is here, or it is known why not.
pub(super) fn loaded(state: &mut State, picture: PictureKey, result: Result<Option<Picture>, String>) {
    // Its message may have been deleted meanwhile.
    if !matches!(state.pictures.known(&picture), Some(Known::Loading)) {
        return;
    }
    let known = match result {
        Ok(Some(drawn)) => Known::Here(drawn.into()),
        Ok(None) => Known::Absent,
        Err(problem) => Known::Failed(problem),
    };
    state.pictures.set(picture, known);
}

/// The files of a message that is gone are not kept.
pub(super) fn forget(state: &mut State, files: Vec<Attachment>, effects: &mut Vec<Effect>) {
    let pictures: Vec<_> = files.into_iter().filter(Attachment::is_picture).collect();
    if !pictures.is_empty() {
        pictures.iter().for_each(|file| state.pictures.forget(file.id));
        effects.push(Effect::ForgetPictures(pictures));
    }
}

/// Shows the pictures of the selected message, also large ones, or hides them.
pub(super) fn toggle(state: &mut State) {
    let Some(message) = change::selected(state) else { return };
    let files: Vec<_> = message.attachments.iter().filter(|file| file.is_picture()).collect();
    if files.is_empty() {
        return state.notify(Tone::Plain, "this message has no picture");
    }
    if state.pictures.method(state.preferences.pictures).is_none() {
        return state.notify(Tone::Plain, "pictures are off here: /pictures blocks draws them");
    }
    let hides = files.iter().any(|file| state.pictures.shows(file) && !state.pictures.is_missing(file.id));
    for file in &files {
        state.pictures.show(file.id, !hides);
    }
    if !hides && !files.iter().any(|file| state.pictures.shows(file)) {
        state.notify(Tone::Plain, "it is too large to be drawn here: /save keeps it");
    }
}

/// `/pictures [auto|off|blocks|kitty|iterm2|sixel]`.
pub(super) fn set(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let word = argument.to_lowercase();
    if !word.is_empty() {
        let Some(setting) = PictureSetting::of(&word) else {
            state.notify(Tone::Bad, "usage: /pictures auto, off, blocks, kitty, iterm2 or sixel");
            return false;
        };
        // What is said now goes before the command line.
        state.pictures.option = None;
        state.preferences.pictures = setting;
        effects.push(Effect::SavePreferences(state.preferences));
    }
    let says = match state.pictures.method(state.preferences.pictures) {
        None => "pictures are not drawn: /pictures blocks draws them",
        Some(Method::Blocks) => "pictures are drawn in blocks",
        Some(Method::Kitty) => "pictures are drawn as kitty does",
        Some(Method::Iterm2) => "pictures are drawn as iTerm2 does",
        Some(Method::Sixel) => "pictures are drawn as sixels",
    };
    state.notify(Tone::Plain, says);
    true
}
