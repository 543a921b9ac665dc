//! Turns the state into what the terminal is written: the parts of the picture that changed.

use std::io;

use ratatui::{
    backend::{Backend, CrosstermBackend},
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{diff::Diff, writer};
use crate::{
    screen::{self, links::Links, spots::Spots, theme::Theme},
    state::{Spot, State},
};

/// Knows what is on the screen.
#[derive(Debug, Default)]
pub(super) struct Renderer {
    shown: Buffer,
    diff: Diff,
    links: Links,
    spots: Spots,
}

impl Renderer {
    /// What stands there in the last picture.
    pub(super) fn spot(&self, x: u16, y: u16) -> Option<Spot> {
        self.spots.at(x, y).cloned()
    }

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
            self.diff = Diff::default();
        }
        let mut picture = Buffer::empty(area);
        self.links.begin();
        self.spots.begin();
        let cursor = screen::draw(state, theme, &mut self.links, &mut self.spots, &mut picture);
        let changed = self.diff.changed(&self.shown, &mut picture, &self.links);
        writer::write(&mut out, &changed, &self.links)?;
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
