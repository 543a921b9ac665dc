//! What a line may say: as the server would have taken it from a client, or written it.

use chat_protocol::{
    RoomChanges,
    body::{Body, Line},
    emoji::Emoji,
};

use super::{Result, wrong};
use crate::store::{
    archive::{EventKind, EventRecord},
    sqlite::log,
};

/// The longest line of text that is taken, in characters: topics, reasons, display names.
const MOST_CHARS: usize = 1_000;

pub(super) fn text(text: &str) -> Result<Body> {
    Body::parse(text, usize::MAX).or_else(|error| wrong(error.to_string()))
}

pub(super) fn text_or_nothing(written: &str) -> Result<String> {
    if written.is_empty() { Ok(String::new()) } else { text(written).map(Body::into_string) }
}

pub(super) fn line(text: &str) -> Result<String> {
    Line::parse(text, MOST_CHARS).map(Line::into_string).or_else(|error| wrong(error.to_string()))
}

pub(super) fn emoji_or_nothing(text: &str) -> Result<&str> {
    if text.is_empty() {
        return Ok("");
    }
    Emoji::parse(text).map(|emoji| emoji.as_str()).or_else(|error| wrong(error.to_string()))
}

pub(super) fn color(text: &str) -> Result<&str> {
    let is_color = text.len() == 7 && text.starts_with('#') && text.bytes().skip(1).all(|b| b.is_ascii_hexdigit());
    if is_color { Ok(text) } else { wrong("a color is written #rrggbb") }
}

pub(super) fn media_type(text: &str) -> Result<&str> {
    let is_type = text.len() <= 100 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/+-.".contains(&b));
    if is_type { Ok(text) } else { wrong("the type of a file is written like image/png") }
}

/// Events are read by everyone who is in the room: what they hold must be what the server writes.
pub(super) fn check_changes(event: &EventRecord) -> Result<()> {
    let changes = event.changes.clone();
    let fits = match event.kind {
        EventKind::ReactionAdded | EventKind::ReactionRemoved => {
            let read = changes.and_then(|value| serde_json::from_value::<(String, u64)>(value).ok());
            read.is_some_and(|(emoji, _)| Emoji::parse(&emoji).is_ok())
        }
        EventKind::RoomUpdated => changes.is_some_and(|value| serde_json::from_value::<RoomChanges>(value).is_ok()),
        EventKind::Moderated => changes.is_some_and(|value| log::moderation_of(&value.to_string()).is_some()),
        _ => changes.is_none(),
    };
    if fits { Ok(()) } else { wrong("`changes` is not what an event of this kind has") }
}
