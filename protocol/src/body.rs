//! The text that people send: a message's body, and the single lines of display names and topics.
//!
//! Text is stored as it was sent, in one normal form and without control characters. What a screen may show of it is
//! decided where it is shown, see [`crate::terminal`].

#[cfg(test)]
mod tests;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::unicode::{is_invisible, turns_direction};

/// Normalising makes text shorter by at most this factor (eight bytes of a Greek letter with three accents become three);
/// what is longer still is refused before any work is done on it.
const MAX_SHRINKING: usize = 4;

/// Why a text cannot be the body of a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// There is nothing to see in it.
    #[error("the message is blank; write something")]
    Blank,
    /// It takes more bytes than allowed.
    #[error("the message is too long: {bytes} bytes, at most {max}; shorten it or send it in parts")]
    TooLong {
        /// What it takes.
        bytes: usize,
        /// What it may take.
        max: usize,
    },
}

/// The body of a message: Markdown, NFC, with no control characters but newline and tab, not blank unless it is [empty](Body::empty).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Body(String);

impl Body {
    /// Cleans and checks a body; `max_bytes` counts UTF-8 bytes after cleaning.
    pub fn parse(text: &str, max_bytes: usize) -> Result<Self, BodyError> {
        if text.len() > max_bytes.saturating_mul(MAX_SHRINKING) {
            return Err(BodyError::TooLong { bytes: text.len(), max: max_bytes });
        }
        let body = clean(text);
        if body.len() > max_bytes {
            return Err(BodyError::TooLong { bytes: body.len(), max: max_bytes });
        }
        if body.chars().all(is_invisible) {
            return Err(BodyError::Blank);
        }
        Ok(Self(body))
    }

    /// That of a message that says nothing beside its files.
    pub const fn empty() -> Self {
        Self(String::new())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl AsRef<str> for Body {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Why a text cannot be a display name or topic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It has more characters than allowed.
    #[error("the text is too long: {chars} characters, at most {max}; shorten it")]
    TooLong {
        /// What it has.
        chars: usize,
        /// What it may have.
        max: usize,
    },
}

/// One line of text, as in display names and topics: cleaned like a body and trimmed. It may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Line(String);

impl Line {
    /// Cleans and checks a line; line breaks and tabs become spaces, and nothing turns the direction of what follows. A line with nothing to see in it is empty.
    pub fn parse(text: &str, max_chars: usize) -> Result<Self, LineError> {
        let max_bytes = max_chars.saturating_mul(char::MAX.len_utf8() * MAX_SHRINKING);
        if text.len() > max_bytes {
            return Err(LineError::TooLong { chars: text.chars().count(), max: max_chars });
        }
        let line = clean(text).replace(is_line_break_or_tab, " ").replace(turns_direction, "");
        if line.chars().all(is_invisible) {
            return Ok(Self::default());
        }
        let line = line.trim();
        let chars = line.chars().count();
        if chars > max_chars {
            return Err(LineError::TooLong { chars, max: max_chars });
        }
        Ok(Self(line.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl AsRef<str> for Line {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// NFC without control characters other than newline and tab.
fn clean(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'\n' | b'\t' | b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars().filter(|&c| matches!(c, '\n' | '\t') || !c.is_control()).nfc().collect()
}

fn is_line_break_or_tab(c: char) -> bool {
    matches!(c, '\n' | '\t' | '\u{2028}' | '\u{2029}')
}
