//! Writes cells to the terminal: with the addresses of links around those that lead somewhere, and with the cursor put
//! right after characters of which terminals do not agree how wide they are.

use std::{
    cell::RefCell,
    io::{self, Write},
    rc::Rc,
};

use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
    style::Color,
};

use super::steady::{CLOSE, is_certain, open};
use crate::{layout, links::Links};

/// Joiners that tie a cluster to the next one. That stands in a cell of its own, and some terminals (tmux) would draw both
/// in one.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// A terminal to be drawn on.
pub(super) struct Screen<W: Write> {
    inner: CrosstermBackend<W>,
    links: Rc<RefCell<Links>>,
}

impl<W: Write> Screen<W> {
    /// Draws on what takes the bytes; `links` are those of the picture that is drawn next.
    pub(super) fn new(out: W, links: Rc<RefCell<Links>>) -> Self {
        Self { inner: CrosstermBackend::new(out), links }
    }
}

/// A link that goes on in the next cell.
struct Open {
    mark: u32,
    next: (u16, u16),
}

impl<W: Write> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let links = self.links.borrow();
        let mut link: Option<Open> = None;
        let mut written: Vec<(u16, u16, Cell)> = Vec::new();
        let mut end = (0, 0);
        for (x, y, cell) in content {
            // What lies under a wide character is never written: that would cut the character in two.
            if cell.symbol().is_empty() || (y == end.1 && x < end.0) {
                continue;
            }
            let wide = u16::try_from(layout::width(cell.symbol())).unwrap_or(u16::MAX).max(1);
            end = (x.saturating_add(wide), y);
            let mut symbol = placed(cell.symbol(), wide, end.0);
            let leads = links.of(cell);
            if link.as_ref().is_some_and(|link| link.next != (x, y) || leads.is_none_or(|(mark, _)| mark != link.mark))
            {
                link = None;
                close(&mut written);
            }
            if let Some((mark, address)) = leads {
                if link.is_none() {
                    symbol.insert_str(0, &open(mark, address));
                }
                link = Some(Open { mark, next: end });
            }
            let mut cell = cell.clone();
            cell.underline_color = Color::Reset;
            cell.set_symbol(&symbol);
            written.push((x, y, cell));
        }
        if link.is_some() {
            close(&mut written);
        }
        self.inner.draw(written.iter().map(|(x, y, cell)| (*x, *y, cell)))
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
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
