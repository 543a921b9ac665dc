//! What tells a user who looks elsewhere that somebody wrote.

use std::time::Duration;

use chat_protocol::{Message, RoomId, RoomKind, notifies, terminal::SafeText};

use crate::{
    layout::timeline::reply,
    state::{Mode, Notifications, Room, Scroll, State},
    update::effect::{Effect, Notification},
};

/// A room notifies once in this time, however much is written there.
const EVERY: Duration = Duration::from_secs(1);
/// Rooms that notify in that time; the unread counts tell of the others.
const ROOMS: usize = 4;
/// Characters of a text that are told: more is read in the room.
const TOLD: usize = 200;

/// A message of another that has just come: the user is told if it calls them and they do not see it.
pub(super) fn said(state: &mut State, room: RoomId, message: &Message, effects: &mut Vec<Effect>) {
    let level = state.preferences.notifications;
    if level == Notifications::Off || !state.transient.was_live || sees(state, room, message) {
        return;
    }
    let Some(room) =
        state.rooms.room(room).filter(|room| notifies(message, room.attention(), room.viewer(), &state.followed))
    else {
        return;
    };
    let id = room.id;
    let notification = match level {
        Notifications::Bell | Notifications::Off => Notification::default(),
        Notifications::Names => Notification { title: title(room, message), text: String::new() },
        Notifications::Full => Notification { title: title(room, message), text: text(message) },
    };
    let now = state.now.instant;
    let notified = &mut state.transient.notified;
    notified.retain(|(_, at)| now < *at + EVERY);
    if notified.len() < ROOMS && notified.iter().all(|(room, _)| *room != id) {
        notified.push((id, now));
        effects.push(Effect::Notify(notification));
    }
}

/// Whether the user has a message before their eyes: the window has the focus, and follows what comes.
fn sees(state: &State, room: RoomId, message: &Message) -> bool {
    let shown = state.focused && state.rooms.current_id() == Some(room) && state.rooms.past().is_none();
    if !shown || !matches!(state.mode, Mode::Compose | Mode::Select { .. }) {
        return false;
    }
    let follows = |room: Option<&Room>| room.is_some_and(|room| room.scroll == Scroll::Live);
    match state.rooms.thread() {
        Some(thread) if message.thread == Some(thread.first) => follows(state.rooms.current()),
        Some(_) => state.geometry().thread.width > 0 && follows(state.rooms.base()),
        None => follows(state.rooms.base()),
    }
}

/// `bob in #ops`; of a direct room of two only who.
fn title(room: &Room, message: &Message) -> String {
    let name = SafeText::line(&message.author.name).to_string();
    let is_of_two = room.kind == RoomKind::Direct && room.other().is_some();
    if is_of_two { name } else { format!("{name} in {}", room.label()) }
}

fn text(message: &Message) -> String {
    let words = reply::first_words(message);
    match words.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}
