//! Keeps Markdown's hands off text that only looks like markup.
//!
//! Before parsing, such characters are replaced by noncharacters, which Markdown takes for letters and which no text
//! may contain; afterwards they are put back, wherever they ended up.
//!
//! - `]:` would begin a link reference definition, which Markdown takes out of the text: a message `[note]: hello`
//!   would be empty.
//! - `_`, `*` and `~` inside a bare address would cut it into pieces: `https://host/__init__.py`.

use std::{borrow::Cow, ops::Range};

use linkify::{LinkFinder, LinkKind};

use crate::unicode::is_noncharacter;

/// Stands between `]` and `:`, for nothing.
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
    for address in addresses(&text) {
        shielded.push_str(&text[done..address.start]);
        shielded.extend(text[address.clone()].chars().map(hide));
        done = address.end;
    }
    shielded.push_str(&text[done..]);
    shielded.replace("]:", &format!("]{NOTHING}:"))
}

/// The text as it was written.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    if text.contains(is_noncharacter) {
        text.chars().filter(|&c| c != NOTHING).map(restore).collect::<String>().into()
    } else {
        text.into()
    }
}

/// Bare addresses without what could be markup around them: their ends.
fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let links = LinkFinder::new().kinds(&[LinkKind::Url]).links(text);
    links.map(|link| link.start()..link.start() + link.as_str().trim_end_matches(['_', '*', '~']).len())
}

fn hide(c: char) -> char {
    IN_ADDRESSES.iter().find(|(plain, _)| *plain == c).map_or(c, |(_, hidden)| *hidden)
}

fn restore(c: char) -> char {
    IN_ADDRESSES.iter().find(|(_, hidden)| *hidden == c).map_or(c, |(plain, _)| *plain)
}
