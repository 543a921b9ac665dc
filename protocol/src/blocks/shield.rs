//! Keeps Markdown's hands off text that only looks like markup.
//!
//! Before parsing, noncharacters are put in, which Markdown takes for letters and which no text may contain;
//! afterwards they are taken out, wherever they ended up.
//!
//! - `]:` would begin a link reference definition, which Markdown takes out of the text: a message `[note]: hello`
//!   would be empty.
//! - `_`, `*` and `~` inside a bare address would cut it into pieces: `https://host/__init__.py`.
//! - Thousands of quotes and lists that begin on one line would make the parser walk through all of them for every
//!   line that follows. The first few are enough for any tree; the other markers are text.

mod markers;

use std::borrow::Cow;

use self::markers::nested_too_deep;
use super::address;
use crate::unicode::is_noncharacter;

/// Stands for nothing: between `]` and `:`, and before a marker that shall not be one.
const NOTHING: char = '\u{fdd0}';
/// What stands for what inside an address.
const IN_ADDRESSES: [(char, char); 3] = [('_', '\u{fdd1}'), ('*', '\u{fdd2}'), ('~', '\u{fdd3}')];

/// The text as it is parsed.
pub(super) fn raise(text: &str) -> String {
    let text: Cow<'_, str> = if text.contains(is_noncharacter) {
        text.chars().filter(|&c| !is_noncharacter(c)).collect::<String>().into()
    } else {
        text.into()
    };
    let mut shielded = String::with_capacity(text.len());
    let mut done = 0;
    for found in address::find(&text) {
        // What stands at its end is rather the markup around it.
        let address = text[found.range.clone()].trim_end_matches(|c| hide(c) != c);
        shielded.push_str(&text[done..found.range.start]);
        shielded.extend(address.chars().map(hide));
        done = found.range.start + address.len();
    }
    shielded.push_str(&text[done..]);
    let shielded = shielded.replace("]:", &format!("]{NOTHING}:"));
    shielded.split_inclusive('\n').fold(String::with_capacity(shielded.len()), |text, line| {
        match nested_too_deep(line) {
            Some(marker) => text + &line[..marker] + NOTHING.encode_utf8(&mut [0; 4]) + &line[marker..],
            None => text + line,
        }
    })
}

/// The text as it was written.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    if text.contains(is_noncharacter) {
        text.chars().filter(|&c| c != NOTHING).map(restore).collect::<String>().into()
    } else {
        text.into()
    }
}

fn hide(c: char) -> char {
    IN_ADDRESSES.iter().find(|(plain, _)| *plain == c).map_or(c, |(_, hidden)| *hidden)
}

fn restore(c: char) -> char {
    IN_ADDRESSES.iter().find(|(_, hidden)| *hidden == c).map_or(c, |(plain, _)| *plain)
}
