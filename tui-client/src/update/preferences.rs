//! The user's own settings: what notifies them, which rooms are listed where, whom they ignore, how they are.

use chat_protocol::{Notify, RoomId, Status, api::SettingsPatch, terminal::SafeText};

use super::list;
use crate::{
    state::{Notifications, Room, State, Tone},
    update::{effect::Effect, request::Request},
};

/// Characters that a status may have (contract of the server, which checks it again).
const LONGEST_STATUS: usize = 100;

/// `/notify all|mentions|none`.
pub(super) fn notify(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let (notify, what) = match argument.to_lowercase().as_str() {
        "all" => (Notify::All, "every message notifies you"),
        "mentions" => (Notify::Mentions, "mentions notify you"),
        "none" => (Notify::None, "nothing notifies you"),
        _ => {
            state.notify(Tone::Bad, "usage: /notify all, /notify mentions or /notify none");
            return false;
        }
    };
    let patch = SettingsPatch { notify: Some(notify), ..SettingsPatch::default() };
    set(state, patch, |room| format!("{}: {what}", room.label()), effects)
}

/// `/notifications [full|names|bell|off]`.
pub(super) fn notifications(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let word = argument.to_lowercase();
    if !word.is_empty() {
        let Some(level) = Notifications::of(&word) else {
            state.notify(Tone::Bad, "usage: /notifications full, names, bell or off");
            return false;
        };
        state.preferences.notifications = level;
        effects.push(Effect::SavePreferences(state.preferences));
    }
    let says = match state.preferences.notifications {
        Notifications::Full => "the terminal rings and shows who writes, where and what",
        Notifications::Names => "the terminal rings and shows who writes and where, never the text",
        Notifications::Bell => "the terminal rings",
        Notifications::Off => "nothing rings here",
    };
    state.notify(Tone::Plain, format!("{says}: /notify says for each room what does it"));
    true
}

/// `/fold-replies`.
pub(super) fn fold_replies(state: &mut State, effects: &mut Vec<Effect>) {
    let folds = !state.preferences.folds_replies;
    state.preferences.folds_replies = folds;
    effects.push(Effect::SavePreferences(state.preferences));
    let says =
        if folds { "replies that follow one another are one row: t opens the thread" } else { "each reply is shown" };
    state.notify(Tone::Plain, says);
}

/// Mutes the room on the screen, or ends that.
pub(super) fn toggle_mute(state: &mut State, effects: &mut Vec<Effect>) {
    let muted = state.rooms.base().is_some_and(Room::is_muted);
    notify(state, if muted { "mentions" } else { "none" }, effects);
}

/// `/favourite`.
pub(super) fn favourite(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let on = !state.rooms.base().is_some_and(|room| room.favourite);
    let patch = SettingsPatch { favourite: Some(on), ..SettingsPatch::default() };
    let what = if on { "stands above other rooms now" } else { "stands among the others again" };
    set(state, patch, |room| format!("{} {what}", room.label()), effects)
}

/// `/hide`.
pub(super) fn hide(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let on = !state.rooms.base().is_some_and(|room| room.hidden);
    let patch = SettingsPatch { hidden: Some(on), ..SettingsPatch::default() };
    let what = if on { "leaves the list when you go: Ctrl-K finds it" } else { "is listed again" };
    set(state, patch, |room| format!("{} {what}", room.label()), effects)
}

fn set(
    state: &mut State,
    patch: SettingsPatch,
    notice: impl FnOnce(&Room) -> String,
    effects: &mut Vec<Effect>,
) -> bool {
    let Some(room) = here(state) else { return false };
    let notice = state.rooms.room(room).map_or_else(String::new, notice);
    effects.push(Effect::Ask(state.keys, Request::Settings { room, patch, notice }));
    true
}

/// The room on the screen, if the user is in it; else it is said why not.
fn here(state: &mut State) -> Option<RoomId> {
    let room = state.rooms.base()?;
    if room.gone {
        let notice = room.gone_notice();
        state.notify(Tone::Bad, notice);
        return None;
    }
    Some(room.id)
}

/// `/ignore NAME` and `/unignore NAME`.
pub(super) fn ignore(state: &mut State, argument: &str, on: bool, effects: &mut Vec<Effect>) {
    let name = argument.strip_prefix('@').unwrap_or(argument);
    let name = SafeText::line(name).to_string();
    effects.push(Effect::Ask(state.keys, Request::Ignore { name, on }));
}

/// `/status :emoji: text`.
pub(super) fn status(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let (first, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let (emoji, text) = if emojis::get(first).is_some() { (first, rest.trim()) } else { ("", argument) };
    if text.chars().count() > LONGEST_STATUS {
        state.notify(Tone::Bad, format!("a status has at most {LONGEST_STATUS} characters: shorten it"));
        return false;
    }
    let status = Status { text: text.to_owned(), emoji: emoji.to_owned(), until: None };
    effects.push(Effect::Ask(state.keys, Request::Status(Some(status).filter(|_| !argument.is_empty()))));
    true
}

/// `/pins`.
pub(super) fn pins(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some(room) = here(state) else { return false };
    list::open_pins(state, room, effects);
    true
}
