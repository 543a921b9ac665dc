//! Keeps the screen right where terminals do not agree how wide a character is: flags, families, letters with marks of
//! their own width. What one terminal draws narrower leaves something old beside it, what it draws wider covers its
//! neighbours; ratatui, which writes only what changed, would leave both.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::{
    buffer::{Buffer, Cell, CellDiffOption},
    style::Color,
};
use unicode_width::UnicodeWidthChar;

use crate::links::Links;

/// The most that addresses add to one picture, whatever anyone has written; links beyond it are text. The newest stand
/// at the bottom and come first. A terminal behind 256 KiB a second takes an eighth of a second for it.
pub(super) const LINK_BYTES: usize = 32 * 1024;

/// Opens a link that goes on over several rows: the id tells the terminal that they are one.
pub(super) fn open(mark: u32, address: &str) -> String {
    format!("\x1b]8;id={mark:x};{address}\x1b\\")
}

/// Ends a link.
pub(super) const CLOSE: &str = "\x1b]8;;\x1b\\";

/// The rows of the last picture that are written whole or not at all.
#[derive(Debug, Default)]
pub(super) struct Steady {
    /// What they were, as a hash.
    rows: Vec<Option<u64>>,
}

impl Steady {
    /// Prepares a picture for being written. A row with a link or with characters whose width is uncertain, and a row that
    /// had them, is written whole when anything in it changes: so no link is torn, and what a character covered in one
    /// terminal and not in another is written again.
    pub(super) fn prepare(&mut self, picture: &mut Buffer, links: &Links) {
        let area = picture.area;
        self.rows.resize(usize::from(area.height), None);
        let mut left = LINK_BYTES;
        for (row, before) in picture.content.chunks_mut(usize::from(area.width.max(1))).zip(&mut self.rows).rev() {
            let has_links = bound_links(row, links, &mut left);
            let now = (has_links || row.iter().any(|cell| !is_certain(cell.symbol()))).then(|| hash(row));
            let option = match (&*before, now) {
                (None, None) => CellDiffOption::None,
                (before, now) if *before == now => CellDiffOption::Skip,
                _ => CellDiffOption::AlwaysUpdate,
            };
            for cell in row {
                cell.set_diff_option(option);
            }
            *before = now;
        }
    }
}

/// Takes the links from a row for which there is no room left; true if any stay.
fn bound_links(row: &mut [Cell], links: &Links, left: &mut usize) -> bool {
    let mut has_links = false;
    for run in row.chunk_by_mut(|one, next| one.underline_color == next.underline_color) {
        let Some((mark, address)) = run.first().and_then(|cell| links.of(cell)) else { continue };
        match left.checked_sub(open(mark, address).len() + CLOSE.len()) {
            Some(rest) => (*left, has_links) = (rest, true),
            None => run.iter_mut().for_each(|cell| cell.underline_color = Color::Reset),
        }
    }
    has_links
}

fn hash(row: &[Cell]) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    hasher.finish()
}

/// Whether all terminals give a cluster as many cells as this program does. They do for single characters of the scripts
/// that terminals have had for decades, also with the accents of Europe. Everything else is not worth a guess.
pub(super) fn is_certain(symbol: &str) -> bool {
    if symbol.is_ascii() {
        return true;
    }
    let mut chars = symbol.chars();
    let Some(first) = chars.next() else { return true };
    let marks = chars.as_str();
    if marks.is_empty() {
        match first.width() {
            Some(1) => is_narrow(first),
            Some(2) => is_ideographic(first),
            _ => false,
        }
    } else {
        first < '\u{530}' && marks.chars().all(|mark| matches!(mark, '\u{300}'..='\u{36f}'))
    }
}

/// Letters from Latin to Hebrew, punctuation, and the signs that this program draws with.
fn is_narrow(char: char) -> bool {
    matches!(char, '\u{a1}'..='\u{5ff}' | '\u{1e00}'..='\u{1fff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}'
        | '\u{2070}'..='\u{2bff}')
}

/// Scripts that have been two cells wide in every terminal for decades.
fn is_ideographic(char: char) -> bool {
    matches!(char, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use ratatui::{layout::Rect, style::Style};

    use super::*;

    /// What is written to turn one picture into the next.
    fn written(steady: &mut Steady, before: &Buffer, text: &str) -> (Buffer, Vec<(u16, String)>) {
        let mut after = Buffer::empty(Rect::new(0, 0, 20, 1));
        after.set_string(0, 0, text, Style::new());
        steady.prepare(&mut after, &Links::default());
        let cells = before.diff(&after).into_iter().map(|(x, _, cell)| (x, cell.symbol().to_owned())).collect();
        (after, cells)
    }

    #[test]
    fn ordinary_text_is_written_where_it_changed() {
        let mut steady = Steady::default();
        let (first, _) = written(&mut steady, &Buffer::empty(Rect::new(0, 0, 20, 1)), "日本 cafe\u{301} x");
        let (_, cells) = written(&mut steady, &first, "日本 cafe\u{301} y");
        assert_eq!(cells, [(10, "y".to_owned())]);
    }

    #[test]
    fn what_a_flag_covered_is_written_again_when_anything_changes() {
        let mut steady = Steady::default();
        let (first, _) = written(&mut steady, &Buffer::empty(Rect::new(0, 0, 20, 1)), "a🇨🇭 b");
        let (first, cells) = written(&mut steady, &first, "a🇨🇭 b");
        assert_eq!(cells, [], "nothing changed");
        let (second, cells) = written(&mut steady, &first, "a🇨🇭 c");
        assert_eq!(cells.len(), 19, "{cells:?}");
        let (third, cells) = written(&mut steady, &second, "a");
        assert_eq!(cells.iter().map(|(x, _)| *x).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
        let (fourth, _) = written(&mut steady, &third, "a");
        let (_, cells) = written(&mut steady, &fourth, "a");
        assert_eq!(cells, [], "and then all is quiet again");
    }

    #[test]
    fn terminals_agree_about_old_scripts_and_about_nothing_else() {
        for certain in ["a", "é", "e\u{301}", "ß", "Ж", "א", "─", "▐", "…", "✓", "日", "글", "、", "Ａ"]
        {
            assert!(is_certain(certain), "{certain:?}");
        }
        for uncertain in [
            "ශ්\u{200d}",
            "⌚",
            "⌚\u{fe0e}",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "🇨🇭",
            "👍🏽",
            "👨\u{200d}👩\u{200d}👧",
            "\u{1100}",
            "\u{1100}\u{1161}",
            "क्षि",
            "ﾞ",
            "ｶﾞ",
            "ก",
            "\u{600}",
            "﷽",
        ] {
            assert!(!is_certain(uncertain), "{uncertain:?}");
        }
    }
}
