//! Keeps the screen right where terminals do not agree how wide a character is: flags, families, letters with marks of
//! their own width. What one terminal draws narrower leaves something old beside it, what it draws wider covers its
//! neighbours; ratatui, which writes only what changed, would leave both.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::{
    buffer::{Buffer, Cell},
    style::Color,
};
use unicode_width::UnicodeWidthChar;

use crate::screen::links::Links;

/// The most that addresses add to one picture, whatever anyone has written; links beyond it are text. The newest stand
/// at the bottom and come first. A terminal behind 256 KiB a second takes an eighth of a second for it.
pub(super) const LINK_BYTES: usize = 32 * 1024;

/// Opens a link that goes on over several rows: the id tells the terminal that they are one.
pub(super) fn open(mark: u32, address: &str) -> String {
    format!("\x1b]8;id={mark:x};{address}\x1b\\")
}

/// Stands for a part of a picture in the graphics protocol of kitty.
const PLACEHOLDER: char = '\u{10eeee}';

pub(super) const CLOSE: &str = "\x1b]8;;\x1b\\";

/// A cell to be written, and where.
pub(super) type Placed<'a> = (u16, u16, &'a Cell);

/// The rows of the last picture that are written whole or not at all.
#[derive(Debug, Default)]
pub(super) struct Diff {
    /// What they were, as a hash.
    rows: Vec<Option<u64>>,
}

impl Diff {
    /// What is to be written where `shown` is on the screen. A row with a link or with characters whose width is uncertain,
    /// and a row that had them, is written whole when anything in it changes: so no link is torn, and what a character
    /// covered in one terminal and not in another is written again.
    pub(super) fn changed<'a>(&mut self, shown: &Buffer, picture: &'a mut Buffer, links: &Links) -> Vec<Placed<'a>> {
        let width = usize::from(picture.area.width.max(1));
        self.rows.resize(usize::from(picture.area.height), None);
        let mut left = LINK_BYTES;
        for row in picture.content.chunks_mut(width).rev() {
            bound_links(row, links, &mut left);
        }
        let mut changed = Vec::new();
        let rows = picture.content.chunks(width).zip(shown.content.chunks(width));
        for (y, ((row, old), before)) in (0..).zip(rows.zip(&mut self.rows)) {
            let is_whole = row.iter().any(|cell| links.of(cell).is_some() || !is_certain(cell.symbol()));
            let now = is_whole.then(|| hash(row));
            let rewrite = now != *before;
            let cells = (0..).zip(row.iter().zip(old));
            let cells = cells.filter(|(_, (cell, old))| rewrite || (now.is_none() && cell != old));
            // Nothing is written where a wide character that begins further left stands.
            let cells = cells.filter(|(_, (cell, _))| !cell.symbol().is_empty());
            changed.extend(cells.map(|(x, (cell, _))| (x, y, cell)));
            *before = now;
        }
        changed
    }
}

/// Takes the links from a row for which there is no room left.
fn bound_links(row: &mut [Cell], links: &Links, left: &mut usize) {
    for run in row.chunk_by_mut(|one, next| one.underline_color == next.underline_color) {
        let Some((mark, address)) = run.first().and_then(|cell| links.of(cell)) else { continue };
        match left.checked_sub(open(mark, address).len() + CLOSE.len()) {
            Some(rest) => *left = rest,
            None => run.iter_mut().for_each(|cell| cell.underline_color = Color::Reset),
        }
    }
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
    // Only terminals that know it are written it.
    if first == PLACEHOLDER {
        return true;
    }
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
    use ratatui::layout::Rect;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;
    use crate::text;

    /// What is written to turn one picture into the next.
    fn written(diff: &mut Diff, before: &Buffer, text: &str) -> (Buffer, Vec<(u16, String)>) {
        let mut after = Buffer::empty(Rect::new(0, 0, 20, 1));
        let mut x = 0;
        for grapheme in text.graphemes(true) {
            after[(x, 0)].set_symbol(grapheme);
            x += 1;
            for _ in 1..text::width(grapheme) {
                after[(x, 0)].set_symbol("");
                x += 1;
            }
        }
        let cells = diff.changed(before, &mut after, &Links::default());
        let cells = cells.into_iter().map(|(x, _, cell)| (x, cell.symbol().to_owned())).collect();
        (after, cells)
    }

    #[test]
    fn ordinary_text_is_written_where_it_changed() {
        let mut diff = Diff::default();
        let (first, _) = written(&mut diff, &Buffer::empty(Rect::new(0, 0, 20, 1)), "日本 cafe\u{301} x");
        let (_, cells) = written(&mut diff, &first, "日本 cafe\u{301} y");
        assert_eq!(cells, [(10, "y".to_owned())]);
    }

    #[test]
    fn what_a_flag_covered_is_written_again_when_anything_changes() {
        let mut diff = Diff::default();
        let (first, _) = written(&mut diff, &Buffer::empty(Rect::new(0, 0, 20, 1)), "a🇨🇭 b");
        let (first, cells) = written(&mut diff, &first, "a🇨🇭 b");
        assert_eq!(cells, [], "nothing changed");
        let (second, cells) = written(&mut diff, &first, "a🇨🇭 c");
        assert_eq!(cells.len(), 19, "{cells:?}");
        let (third, cells) = written(&mut diff, &second, "a");
        assert_eq!(cells.iter().map(|(x, _)| *x).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
        let (fourth, _) = written(&mut diff, &third, "a");
        let (_, cells) = written(&mut diff, &fourth, "a");
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
