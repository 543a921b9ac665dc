//! Makes the characters of one line safe to put into cells.
//!
//! Explicit marks of direction are taken out rather than balanced: lines are wrapped and stand beside other panes, where
//! an isolate that is closed a row further down would still turn the neighbours around. Letters keep the direction that
//! they have by themselves.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::unicode::{MAX_MARKS, is_combining_mark, is_default_ignorable, is_noncharacter};

/// Columns between tab stops.
const TAB_STOP: usize = 4;

/// The most code points in one cell. The longest emoji that Unicode recommends has ten; what is longer was made to
/// fill memory, and is replaced.
const MAX_CELL: usize = 16;

/// The most cells that one cluster may take: terminals know narrow and wide characters, and nothing wider.
const MAX_WIDTH: usize = 2;

/// The most cells of a cluster with marks. In Indic scripts they take cells of their own and tie letters together, so
/// that ordinary words have clusters of three cells; those stay as they are written.
const MAX_MARKED_WIDTH: usize = 4;

/// Stands for what cannot be drawn.
const REPLACEMENT: char = '\u{fffd}';

/// Carries marks that have no letter to stand on, so that they do not land on whatever is drawn to their left.
const DOTTED_CIRCLE: char = '\u{25cc}';

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';

/// Cleans a line from which control sequences are gone.
pub(super) fn clean(line: &str) -> String {
    let visible = expand_tabs(&keep_visible(line));
    visible.graphemes(true).map(fit).collect()
}

/// Puts spaces in place of tabs, up to the next stop.
fn expand_tabs(line: &str) -> String {
    let mut expanded = String::with_capacity(line.len());
    let mut column = 0;
    for cell in line.graphemes(true) {
        if cell == "\t" {
            let width = TAB_STOP - column % TAB_STOP;
            expanded.extend(std::iter::repeat_n(' ', width));
            column += width;
        } else {
            expanded.push_str(cell);
            column += cell.width();
        }
    }
    expanded
}

/// What a cluster of characters is drawn as: itself, several ones that fit into their cells, or a sign that something
/// was there.
fn fit(cell: &str) -> Cow<'_, str> {
    if cell.chars().nth(MAX_CELL).is_some() {
        return REPLACEMENT.to_string().into();
    }
    if fits(cell) {
        return cell.into();
    }
    let fitting = |parts: &String| parts.graphemes(true).all(fits);
    split(cell).filter(fitting).unwrap_or(REPLACEMENT.to_string()).into()
}

fn fits(cell: &str) -> bool {
    cell.width() <= MAX_WIDTH || (cell.width() <= MAX_MARKED_WIDTH && cell.chars().any(is_combining_mark))
}

/// Takes a cluster apart where it becomes too wide: its letters stay, they only do not grow together.
fn split(cell: &str) -> Option<String> {
    let mut parts = String::with_capacity(cell.len() + DOTTED_CIRCLE.len_utf8());
    let mut width = 0;
    for c in cell.chars() {
        let wide = c.width().unwrap_or(0);
        if width > 0 && width + wide > MAX_WIDTH {
            width = 0;
            if is_skin_tone(c) {
                parts.push(REPLACEMENT);
                width += 1;
                continue;
            }
            if is_combining_mark(c) {
                parts.push(DOTTED_CIRCLE);
                width += 1;
            } else if is_joinable(c) {
                let joined = parts.len() - parts.trim_end_matches(ZERO_WIDTH_JOINER).len();
                parts.truncate(parts.len() - joined);
                parts.push(ZERO_WIDTH_NON_JOINER);
            } else {
                return None;
            }
        }
        parts.push(c);
        width += wide;
    }
    Some(parts)
}

/// The characters that can be seen, and of the others those that shape what can be seen: joiners between letters or
/// emoji, the style of a symbol, and a few marks on each letter.
fn keep_visible(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut joiner = None;
    let mut marks = 0;
    for c in line.chars() {
        let before = kept.chars().next_back();
        match c {
            ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER => {
                joiner = joiner.or(Some(c)).filter(|_| before.is_some_and(is_joinable));
                continue;
            }
            TEXT_STYLE | EMOJI_STYLE => {
                kept.extend(before.filter(|&before| joiner.is_none() && takes_style(before)).map(|_| c));
                continue;
            }
            c if is_default_ignorable(c) || is_noncharacter(c) => continue,
            c if is_combining_mark(c) => {
                marks += 1;
                if marks > MAX_MARKS {
                    continue;
                }
                if before.is_none() {
                    kept.push(DOTTED_CIRCLE);
                }
            }
            _ => marks = 0,
        }
        kept.extend(joiner.take().filter(|_| is_joinable(c)));
        kept.push(c);
    }
    kept
}

/// Whether a joiner can matter beside this character: it does in emoji and in scripts beyond ASCII.
fn is_joinable(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace()
}

/// Whether this colours the emoji before it. After anything else it is a wide character that cannot be told apart from
/// what it follows.
fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Whether a style can be chosen for this character: once for each symbol.
fn takes_style(c: char) -> bool {
    is_joinable(c) && !is_combining_mark(c) && !matches!(c, TEXT_STYLE | EMOJI_STYLE)
}
