//! Mentions: `@name` in a message.
//!
//! Finds names as they were written. Whose they are only the server knows, and it looks them up with
//! [`crate::name::lookup`].

#[cfg(test)]
mod tests;

use std::{cell::RefCell, collections::HashSet, ops::Range};

use unicode_security::mixed_script::AugmentedScriptSet;

use crate::{blocks, name, unicode::is_combining_mark};

/// The most users that one message mentions.
pub const MAX_MENTIONS: usize = 50;

/// The distinct names mentioned in a body, in order, without `@`. Nothing in code or in the address of a link counts.
pub fn names(body: &str) -> Vec<String> {
    // A character reference such as `&#64;` can stand for the sign.
    if !body.contains(['@', '&']) {
        return Vec::new();
    }
    let found = RefCell::new((Vec::new(), HashSet::new()));
    blocks::parse(body, &|written| {
        let (names, seen) = &mut *found.borrow_mut();
        if names.len() < MAX_MENTIONS
            && let Some(canonical) = name::lookup(written)
            && seen.insert(canonical)
        {
            names.push(written.to_owned());
        }
        None
    });
    found.into_inner().0
}

/// Where plain text says `@name`: the range with the `@`.
pub(crate) fn find(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices('@').filter_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        let written = name_at_start(&text[at + 1..]);
        let end = at + 1 + written.len();
        let is_address = before.is_some_and(|c| is_name_letter(c) || c == '@') || text[end..].starts_with('@');
        (!written.is_empty() && !is_address).then_some(at..end)
    })
}

/// The longest beginning of `text` that could be a name. A name is of one script, so it also ends where the script
/// changes: people who write without spaces say `@bobさん`.
fn name_at_start(text: &str) -> &str {
    let mut scripts = AugmentedScriptSet::default();
    let end = text.char_indices().find(|&(_, c)| {
        scripts.intersect_with(c.into());
        scripts.is_empty() || !(is_name_letter(c) || matches!(c, '-' | '_' | '.'))
    });
    let run = end.map_or(text, |(end, _)| &text[..end]);
    let run = run.trim_end_matches(['-', '_', '.']);
    if run.starts_with(|c: char| c.is_alphanumeric()) { run } else { "" }
}

fn is_name_letter(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}
