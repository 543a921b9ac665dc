//! The markers that begin quotes and lists at the start of a line.

use crate::blocks::MAX_DEPTH;

/// Where the first marker stands on this line that would nest deeper than a tree is.
pub(super) fn nested_too_deep(line: &str) -> Option<usize> {
    let mut rest = line.trim_start();
    for _ in 0..MAX_DEPTH {
        rest = after_marker(rest)?.trim_start();
    }
    after_marker(rest).map(|_| line.len() - rest.len())
}

/// What follows the marker that the text begins with, if it does.
fn after_marker(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('>') {
        return Some(rest);
    }
    if is_rule(text) {
        return None;
    }
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest =
        if number.len() < text.len() { number.strip_prefix(['.', ')']) } else { text.strip_prefix(['-', '+', '*']) };
    rest.filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n']))
}

/// Whether this is a thematic break, which looks like many lists.
fn is_rule(text: &str) -> bool {
    ['-', '*'].into_iter().any(|dash| text.starts_with(dash) && text.chars().all(|c| c == dash || c.is_whitespace()))
}
