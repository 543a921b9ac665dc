//! Makes the characters of one line safe to put into cells.
//!
//! Explicit marks of direction are taken out rather than balanced: lines are wrapped and stand beside other panes, where
//! an isolate that is closed a row further down would still turn the neighbours around. Letters keep the direction that
//! they have by themselves.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::unicode::{MAX_MARKS, is_combining_mark, is_default_ignorable, is_noncharacter};

/// Columns between tab stops.
const TAB_STOP: usize = 4;

/// The most code points in one cell. The longest emoji that Unicode recommends has ten; what is longer was made to
/// fill memory, and is replaced.
const MAX_CELL: usize = 16;

/// Carries marks that have no letter to stand on, so that they do not land on whatever is drawn to their left.
const DOTTED_CIRCLE: char = '\u{25cc}';

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';

/// Cleans a line from which control sequences are gone.
pub(super) fn clean(line: &str) -> String {
    let visible = keep_visible(line);
    let mut cells = String::with_capacity(visible.len());
    let mut column = 0;
    for cell in visible.graphemes(true) {
        if cell == "\t" {
            let width = TAB_STOP - column % TAB_STOP;
            cells.extend(std::iter::repeat_n(' ', width));
            column += width;
            continue;
        }
        let is_oversized = cell.chars().nth(MAX_CELL).is_some();
        let cell = if is_oversized { "\u{fffd}" } else { cell };
        cells.push_str(cell);
        column += cell.width();
    }
    cells
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

/// Whether a style can be chosen for this character: once for each symbol.
fn takes_style(c: char) -> bool {
    is_joinable(c) && !is_combining_mark(c) && !matches!(c, TEXT_STYLE | EMOJI_STYLE)
}
