//! Sending a message.

use chat_protocol::body::{Body, BodyError};

use super::scroll;
use crate::{
    state::{State, Tone, Writing},
    update::input::Effect,
};

/// Sends a message to the room on the screen, and goes where it will appear; false if no server would take it.
pub(super) fn message(state: &mut State, body: &str, effects: &mut Vec<Effect>) -> bool {
    let Some(current) = state.rooms.current() else { return false };
    let room = current.id;
    if let Some(notice) = current.closed(state.now.wall, &state.setup.zone) {
        state.notify(Tone::Bad, notice);
        return false;
    }
    let body = match Body::parse(body, state.longest_body.unwrap_or(usize::MAX)) {
        Ok(body) => body,
        Err(error) => {
            state.notify(Tone::Bad, refusal(&error));
            return false;
        }
    };
    // With a message, the server ends its author's typing.
    state.transient.typing = None;
    let reply_to = current.writing.target().or(current.thread);
    effects.push(Effect::Send { room, body, reply_to });
    // A user who answers has seen what was new.
    if let Some(room) = state.rooms.current_mut() {
        room.divider = None;
        room.writing = Writing::New;
        room.stays_unread = false;
    }
    scroll::live_end(state);
    true
}

/// What to do about a text that is no message.
pub(super) fn refusal(error: &BodyError) -> String {
    match error {
        BodyError::TooLong { bytes, max } => {
            let over = bytes.saturating_sub(*max);
            let plural = if over == 1 { "" } else { "s" };
            format!("{over} byte{plural} too long: shorten it, or send it in parts")
        }
        BodyError::Blank => error.to_string(),
    }
}
