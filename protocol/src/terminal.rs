//! What a terminal may print of text that came from elsewhere.
//!
//! Bodies, names, topics and titles are written by anyone, and a terminal obeys some of what it is given. The client
//! draws only [`SafeText`], and only this module can make one. Markdown is not its business.

mod characters;
mod escape;
#[cfg(test)]
mod tests;

use std::fmt;

/// Text that a terminal prints as it is meant: it holds no control characters but the newlines of
/// [`SafeText::block`], no part of an escape sequence, nothing that changes the direction of its neighbours, and no
/// character that spills far over its cell or that nobody can see.
///
/// Making a safe text of a safe text changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SafeText(String);

impl SafeText {
    /// Text on one line: line breaks and tabs become spaces.
    pub fn line(text: &str) -> Self {
        let one_line = escape::strip(text).replace(is_line_end_or_tab, " ");
        Self(characters::clean(&one_line))
    }

    /// Text on any number of lines; tabs become spaces up to the next stop.
    pub fn block(text: &str) -> Self {
        let stripped = escape::strip(text);
        let lines: Vec<String> = stripped.split(is_line_end).map(characters::clean).collect();
        Self(lines.join("\n"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for SafeText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Text as its author meant it, before it is sent: without the colours and other control sequences that a program put
/// into its output. Line breaks and all other characters stay as they are.
pub fn without_sequences(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(escape::begins_sequence) { escape::strip(text).into() } else { text.into() }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\u{2028}' | '\u{2029}')
}

fn is_line_end_or_tab(c: char) -> bool {
    c == '\t' || is_line_end(c)
}
