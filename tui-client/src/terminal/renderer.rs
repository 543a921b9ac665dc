//! Turns the state into what the terminal is written: the parts of the picture that changed.

use std::{
    collections::HashMap,
    io::{self, Write as _},
};

use ratatui::{
    backend::{Backend, CrosstermBackend},
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{diff::Diff, writer};
use crate::{
    screen::{self, images::Images, links::Links, spots::Spots, theme::Theme},
    state::{PictureKey, Spot, State, geometry::Area},
};

/// Knows what is on the screen.
#[derive(Debug, Default)]
pub(super) struct Renderer {
    shown: Buffer,
    diff: Diff,
    links: Links,
    spots: Spots,
    images: Images,
    /// The pictures that the terminal was given as data, by their numbers.
    given: HashMap<u32, PictureKey>,
    /// Those that were drawn as a whole in the last picture, and where.
    whole: Vec<(Area, PictureKey)>,
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
        self.images.begin();
        let cursor = screen::draw(state, theme, &mut self.links, &mut self.spots, &mut self.images, &mut picture);
        for (number, key, data) in self.images.data() {
            if self.given.insert(number, key) != Some(key) {
                out.write_all(data.as_bytes())?;
            }
        }
        let changed = self.diff.changed(&self.shown, &mut picture, &self.links);
        writer::write(&mut out, &changed, &self.links)?;
        // What stood in their cells is gone; nothing else is written there while they are the same.
        let mut whole = Vec::new();
        for (area, key, drawn) in self.images.whole() {
            if !self.whole.contains(&(area, key)) {
                write!(out, "\x1b[{};{}H{drawn}", area.y + 1, area.x + 1)?;
            }
            whole.push((area, key));
        }
        self.whole = whole;
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
