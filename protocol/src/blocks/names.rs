//! Names in plain text: of people after `@`, of rooms after `#`.

use std::ops::Range;

use unicode_security::mixed_script::AugmentedScriptSet;

use crate::unicode::is_combining_mark;

/// Where plain text says `@name` or `#name`: the range with the sign.
pub(super) fn find_names(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(['@', '#']).filter_map(|(at, sign)| {
        let before = text[..at].chars().next_back();
        let written = name_at_start(&text[at + sign.len()..]);
        let end = at + sign.len() + written.len();
        let is_address = before
            .is_some_and(|c| is_name_letter(c) || c == '@' || (sign == "#" && is_part_of_number_sign(c)))
            || text[end..].starts_with('@');
        (!written.is_empty() && !is_address).then_some(at..end)
    })
}

/// What stands before the `#` of an address, a character reference, or another heading's.
fn is_part_of_number_sign(c: char) -> bool {
    matches!(c, '#' | '/' | '&' | '?' | '=')
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
