//! Sending a message.

use chat_client::NewFile;
use chat_protocol::{
    MessageId, RoomId,
    body::{Body, BodyError},
};

use super::scroll;
use crate::{
    state::{State, Tone, Writing},
    update::effect::Effect,
};

/// Sends a message to the room on the screen, and goes where it will appear; false if no server would take it.
pub(super) fn message(state: &mut State, body: &str, effects: &mut Vec<Effect>) -> bool {
    let body = Body::parse(body, state.longest_body.unwrap_or(usize::MAX));
    say(state, body, effects, |room, body, reply_to| Effect::Send { room, body, reply_to })
}

/// Sends a file, and what is said with it.
pub(super) fn file(state: &mut State, argument: &str, effects: &mut Vec<Effect>) -> bool {
    let (path, text) = path_and_text(argument);
    if path.is_empty() {
        state.notify(Tone::Bad, "say which file: /file PATH, with quotes around a path that has blanks");
        return false;
    }
    files(state, vec![NewFile::at(path)], text, effects)
}

/// Sends files, and what is said with them.
pub(super) fn files(state: &mut State, files: Vec<NewFile>, text: &str, effects: &mut Vec<Effect>) -> bool {
    let body = match Body::parse(text, state.longest_body.unwrap_or(usize::MAX)) {
        Err(BodyError::Blank) => Ok(Body::empty()),
        body => body,
    };
    say(state, body, effects, |room, body, reply_to| Effect::SendFiles { room, files, body, reply_to })
}

fn say(
    state: &mut State,
    body: Result<Body, BodyError>,
    effects: &mut Vec<Effect>,
    effect: impl FnOnce(RoomId, Body, Option<MessageId>) -> Effect,
) -> bool {
    let Some(current) = state.rooms.current() else { return false };
    if let Some(notice) = current.closed(state.now.wall, &state.setup.zone) {
        state.notify(Tone::Bad, notice);
        return false;
    }
    let body = match body {
        Ok(body) => body,
        Err(error) => {
            state.notify(Tone::Bad, refusal(&error));
            return false;
        }
    };
    // With a message, the server ends its author's typing.
    state.transient.typing = None;
    effects.push(effect(current.id, body, current.writing.target().or(current.thread)));
    // A user who answers has seen what was new.
    if let Some(room) = state.rooms.current_mut() {
        room.divider = None;
        room.writing = Writing::New;
        room.stays_unread = false;
    }
    scroll::live_end(state);
    true
}

/// A path and what follows it. The path may stand in quotes, or have backslashes before its blanks: so terminals write one
/// that is dropped on them.
pub(super) fn path_and_text(argument: &str) -> (String, &str) {
    let argument = argument.trim();
    for quote in ['"', '\''] {
        if let Some((path, rest)) = argument.strip_prefix(quote).and_then(|quoted| quoted.split_once(quote)) {
            return (path.to_owned(), rest.trim_start());
        }
    }
    let (mut path, mut chars) = (String::new(), argument.char_indices());
    while let Some((at, char)) = chars.next() {
        match char {
            // A backslash before anything else is part of the name.
            '\\' if argument[at + 1..].starts_with([' ', '\\', '(', ')', '\'', '"', '&']) => {
                path.extend(chars.next().map(|(_, char)| char));
            }
            char if char.is_whitespace() => return (path, argument[at..].trim_start()),
            char => path.push(char),
        }
    }
    (path, "")
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

#[cfg(test)]
mod tests {
    use super::path_and_text;

    #[test]
    fn a_path_ends_at_a_blank_that_is_not_quoted() {
        for (argument, path, text) in [
            ("out.log", "out.log", ""),
            ("~/out.log  the log of today", "~/out.log", "the log of today"),
            ("'my file.png' look", "my file.png", "look"),
            ("\"my file.png\"", "my file.png", ""),
            (r"my\ file\ \(1\).png look", "my file (1).png", "look"),
            (r"C:\logs\out.log", r"C:\logs\out.log", ""),
            ("it's", "it's", ""),
            ("'open", "'open", ""),
            ("", "", ""),
        ] {
            assert_eq!(path_and_text(argument), (path.to_owned(), text), "{argument}");
        }
    }
}
