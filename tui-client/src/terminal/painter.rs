//! Turns the state into what the terminal is written: the parts of the picture that changed.

use std::io;

use ratatui::{
    backend::{Backend, CrosstermBackend},
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{screen, steady::Steady};
use crate::{links::Links, state::State, theme::Theme, view};

/// Knows what is on the screen.
#[derive(Debug, Default)]
pub(super) struct Painter {
    shown: Buffer,
    steady: Steady,
    links: Links,
}

impl Painter {
    /// Draws the state; the bytes are added to `bytes`.
    ///
    /// # Errors
    /// Never, as long as there is memory.
    pub(super) fn draw(&mut self, state: &State, theme: Theme, bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut out = CrosstermBackend::new(bytes);
        let area = Rect::new(0, 0, state.size.width, state.size.height);
        if self.shown.area != area {
            out.clear()?;
            self.shown = Buffer::empty(area);
            self.steady = Steady::default();
        }
        let mut picture = Buffer::empty(area);
        self.links.begin();
        let cursor = view::draw(state, theme, &mut self.links, &mut picture);
        let changed = self.steady.changed(&self.shown, &mut picture, &self.links);
        screen::write(&mut out, &changed, &self.links)?;
        self.shown = picture;
        match cursor {
            Some((x, y)) => {
                out.show_cursor()?;
                out.set_cursor_position(Position { x, y })
            }
            None => out.hide_cursor(),
        }
    }
}
