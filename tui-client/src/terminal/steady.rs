//! Keeps the screen right where terminals do not agree how wide a character is: flags, families, letters with marks of
//! their own width. What one terminal draws narrower leaves something old beside it, what it draws wider covers its
//! neighbours; ratatui, which writes only what changed, would leave both.

use std::num::NonZeroU16;

use chat_protocol::terminal::SafeText;
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Which rows had such characters in the last picture.
#[derive(Debug, Default)]
pub(super) struct Steady {
    rows: Vec<bool>,
}

impl Steady {
    /// Prepares a picture for being written: each such character first clears its cells, and the rows that have one, or
    /// had, are written whole.
    pub(super) fn prepare(&mut self, picture: &mut Buffer) {
        let area = picture.area;
        self.rows.resize(usize::from(area.height), false);
        for (row, had) in picture.content.chunks_mut(usize::from(area.width.max(1))).zip(&mut self.rows) {
            let has = clear_first(row);
            if has || *had {
                for cell in row.iter_mut().filter(|cell| cell.diff_option == CellDiffOption::None) {
                    cell.set_diff_option(CellDiffOption::AlwaysUpdate);
                }
            }
            *had = has;
        }
    }

    /// Nothing is on the screen any more.
    pub(super) fn forget(&mut self) {
        self.rows.clear();
    }
}

/// Lets the characters of a row that need it clear their cells first; true if there are any.
fn clear_first(row: &mut [Cell]) -> bool {
    let mut found = false;
    let mut x = 0;
    while let Some(cell) = row.get_mut(x) {
        let wide = match cell.diff_option {
            CellDiffOption::ForcedWidth(wide) => usize::from(wide.get()),
            _ => cell.symbol().width().max(1),
        };
        if is_uncertain(cell.symbol())
            && let Some(forced) = u16::try_from(wide).ok().and_then(NonZeroU16::new)
        {
            found = true;
            let symbol = format!("\x1b[{wide}X{}", cell.symbol());
            cell.set_symbol(&symbol).set_diff_option(CellDiffOption::ForcedWidth(forced));
            // Unlike anything else, so that it is written again when the character goes.
            for covered in row.iter_mut().skip(x + 1).take(wide - 1) {
                covered.set_symbol("");
            }
        }
        x += wide;
    }
    found
}

fn is_uncertain(symbol: &str) -> bool {
    if symbol.is_ascii() {
        return false;
    }
    // The address of a link stands around the character.
    let text = SafeText::line(symbol);
    let mut chars = text.as_str().chars();
    match (chars.next(), chars.next()) {
        (Some(char), None) => char.width() == Some(2) && !is_ideographic(char),
        (Some(_), Some(_)) => text.as_str().width() > 1,
        _ => false,
    }
}

/// Scripts that have been two cells wide in every terminal for decades.
fn is_ideographic(char: char) -> bool {
    matches!(char, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use ratatui::{layout::Rect, style::Style};

    use super::*;

    fn picture(text: &str) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        buffer.set_string(0, 0, text, Style::new());
        buffer
    }

    /// What is written to turn one picture into the next.
    fn written(steady: &mut Steady, before: &Buffer, text: &str) -> (Buffer, Vec<(u16, String)>) {
        let mut after = picture(text);
        steady.prepare(&mut after);
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
    fn what_a_flag_covered_is_written_again_when_it_goes() {
        let mut steady = Steady::default();
        let (first, cells) = written(&mut steady, &Buffer::empty(Rect::new(0, 0, 20, 1)), "a🇨🇭 b");
        assert_eq!(cells[1], (1, "\u{1b}[2X🇨🇭".to_owned()));
        let (second, cells) = written(&mut steady, &first, "a");
        assert_eq!(cells.iter().map(|(x, _)| *x).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
        let (third, _) = written(&mut steady, &second, "a");
        let (_, cells) = written(&mut steady, &third, "a");
        assert_eq!(cells, [], "and then all is quiet again");
    }
}
