//! Turns the state into what the terminal is written: the parts of the picture that changed.

use std::io::{self, Write};

use ratatui::{
    backend::{Backend, CrosstermBackend},
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{screen, steady::Steady};
use crate::{links::Links, state::State, theme::Theme, view};

/// Knows what is on the screen.
pub(super) struct Painter<W: Write> {
    out: CrosstermBackend<W>,
    shown: Buffer,
    steady: Steady,
    links: Links,
}

impl<W: Write> Painter<W> {
    /// Paints on an empty screen, which takes the bytes.
    pub(super) fn new(out: W) -> Self {
        let (shown, steady, links) = (Buffer::default(), Steady::default(), Links::default());
        Self { out: CrosstermBackend::new(out), shown, steady, links }
    }

    /// Draws the state.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn draw(&mut self, state: &State, theme: Theme) -> io::Result<()> {
        let area = Rect::new(0, 0, state.size.width, state.size.height);
        if self.shown.area != area {
            self.out.clear()?;
            self.shown = Buffer::empty(area);
            self.steady = Steady::default();
        }
        let mut picture = Buffer::empty(area);
        self.links.begin();
        let cursor = view::draw(state, theme, &mut self.links, &mut picture);
        let changed = self.steady.changed(&self.shown, &mut picture, &self.links);
        screen::write(&mut self.out, &changed, &self.links)?;
        match cursor {
            Some((x, y)) => {
                self.out.show_cursor()?;
                self.out.set_cursor_position(Position { x, y })?;
            }
            None => self.out.hide_cursor()?,
        }
        self.shown = picture;
        Backend::flush(&mut self.out)
    }
}
