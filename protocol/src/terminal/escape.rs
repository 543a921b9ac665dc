//! Takes whole control sequences out of text (ECMA-48), not only the byte that begins them: a terminal that is not
//! given the escape prints the rest of it, as in `[31mred`.

const BELL: char = '\u{7}';
const CANCEL: char = '\u{18}';
const SUBSTITUTE: char = '\u{1a}';
const ESCAPE: char = '\u{1b}';
const STRING_TERMINATOR: char = '\u{9c}';

/// The text without control sequences and without control characters other than newline and tab.
pub(super) fn strip(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            ESCAPE => rest = after_escape(rest),
            '\u{9b}' => rest = after_control_sequence(rest),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => rest = after_control_string(rest),
            '\n' | '\t' => kept.push(c),
            c if c.is_control() => {}
            c => kept.push(c),
        }
    }
    kept
}

/// Whether a control sequence begins with this character.
pub(super) fn begins_sequence(c: char) -> bool {
    matches!(c, ESCAPE | '\u{90}' | '\u{98}' | '\u{9b}' | '\u{9d}'..='\u{9f}')
}

/// What follows a sequence of which the escape is gone.
fn after_escape(text: &str) -> &str {
    match text.chars().next() {
        Some('[') => after_control_sequence(&text[1..]),
        Some(']' | 'P' | 'X' | '^' | '_') => after_control_string(&text[1..]),
        _ => after_one(text.trim_start_matches(is_intermediate), '0'..='~'),
    }
}

/// CSI: parameters, intermediates, one final character.
fn after_control_sequence(text: &str) -> &str {
    let text = text.trim_start_matches(|c| ('0'..='?').contains(&c)).trim_start_matches(is_intermediate);
    after_one(text, '@'..='~')
}

/// OSC, DCS, SOS, PM and APC: up to the terminator. One that is never terminated takes its own line only, so that it
/// cannot swallow a message.
fn after_control_string(text: &str) -> &str {
    let ends = [BELL, STRING_TERMINATOR, CANCEL, SUBSTITUTE, ESCAPE, '\n'];
    let Some(end) = text.find(ends) else { return "" };
    let text = &text[end..];
    match text.chars().next() {
        Some(ESCAPE) => text.strip_prefix("\u{1b}\\").unwrap_or(text),
        Some('\n') | None => text,
        Some(terminator) => &text[terminator.len_utf8()..],
    }
}

fn after_one(text: &str, range: std::ops::RangeInclusive<char>) -> &str {
    text.strip_prefix(|c| range.contains(&c)).unwrap_or(text)
}

fn is_intermediate(c: char) -> bool {
    (' '..='/').contains(&c)
}
