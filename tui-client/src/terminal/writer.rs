//! Writes cells to the terminal: with the addresses of links around those that lead somewhere, and with the cursor put
//! right after characters of which terminals do not agree how wide they are.

use std::io::{self, Write};

use ratatui::{
    backend::{Backend, CrosstermBackend},
    buffer::Cell,
    style::Color,
};

use super::diff::{CLOSE, Placed, is_certain, open};
use crate::{screen::links::Links, text};

/// Joiners that tie a cluster to the next one. That stands in a cell of its own, and some terminals (tmux) would draw both
/// in one.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// A link that goes on in the next cell.
struct Open {
    mark: u32,
    next: (u16, u16),
}

/// Writes cells, of each row from left to right.
///
/// # Errors
/// When the terminal is gone.
pub(super) fn write<W: Write>(out: &mut CrosstermBackend<W>, cells: &[Placed<'_>], links: &Links) -> io::Result<()> {
    let mut link: Option<Open> = None;
    let mut written: Vec<(u16, u16, Cell)> = Vec::with_capacity(cells.len());
    for &(x, y, cell) in cells {
        let wide = u16::try_from(text::width(cell.symbol())).unwrap_or(u16::MAX).max(1);
        let end = x.saturating_add(wide);
        let mut symbol = placed(cell.symbol(), wide, end);
        let leads = links.of(cell);
        if link.as_ref().is_some_and(|link| link.next != (x, y) || leads.is_none_or(|(mark, _)| mark != link.mark)) {
            link = None;
            close(&mut written);
        }
        if let Some((mark, address)) = leads {
            if link.is_none() {
                symbol.insert_str(0, &open(mark, address));
            }
            link = Some(Open { mark, next: (end, y) });
        }
        let mut cell = cell.clone();
        cell.underline_color = Color::Reset;
        cell.set_symbol(&symbol);
        written.push((x, y, cell));
    }
    if link.is_some() {
        close(&mut written);
    }
    out.draw(written.iter().map(|(x, y, cell)| (*x, *y, cell)))
}

/// A cluster of `wide` cells that ends before the column `end`. Where its width is uncertain, its cells are cleared first,
/// should it be narrower; then the cursor is put where it belongs.
fn placed(symbol: &str, wide: u16, end: u16) -> String {
    if is_certain(symbol) {
        return symbol.to_owned();
    }
    format!("\x1b[{wide}X{}\x1b[{}G", symbol.trim_end_matches(JOINERS), u32::from(end) + 1)
}

/// Ends a link after the last cell that was written.
fn close(written: &mut [(u16, u16, Cell)]) {
    if let Some((_, _, cell)) = written.last_mut() {
        let symbol = format!("{}{CLOSE}", cell.symbol());
        cell.set_symbol(&symbol);
    }
}

#[cfg(test)]
mod grid;
#[cfg(test)]
mod tests;
