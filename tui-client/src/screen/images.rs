//! Pictures of messages in the picture of the screen. Each stands in it as cells. Where the terminal draws it at once, and
//! nothing covers any of them, its cells are left to that.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use ratatui::buffer::Buffer;

use crate::{
    screen::theme::Theme,
    state::{Picture, PictureKey, geometry::Area},
};

/// A picture in its place.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) area: Area,
    pub(super) key: PictureKey,
    /// Its first row that is there.
    pub(super) from: u16,
    pub(super) picture: Arc<Picture>,
}

/// Those of the last picture of the screen.
#[derive(Debug, Default)]
pub(crate) struct Images {
    placed: Vec<Placed>,
    /// Which of them are drawn as a whole.
    whole: Vec<usize>,
}

impl Images {
    /// Begins a picture of the screen.
    pub(crate) fn begin(&mut self) {
        self.placed.clear();
        self.whole.clear();
    }

    pub(super) fn add(&mut self, placed: Placed) {
        self.placed.push(placed);
    }

    /// Leaves the cells of those that are drawn as a whole to that. One that is cut, or that something covers, stays in cells.
    pub(super) fn settle(&mut self, buffer: &mut Buffer, theme: Theme) {
        for (at, placed) in self.placed.iter().enumerate() {
            let is_whole = placed.picture.whole.is_some() && placed.area.height == placed.key.height;
            if !is_whole || !is_uncovered(placed, buffer, theme) {
                continue;
            }
            let mark = Theme::covered(mark(&placed.key));
            for (x, y) in cells(placed.area) {
                if let Some(cell) = buffer.cell_mut((x, y)) {
                    cell.reset();
                    cell.set_symbol("").set_style(mark);
                }
            }
            self.whole.push(at);
        }
    }

    /// What the terminal must have been given before the cells are drawn, by its numbers.
    pub(crate) fn data(&self) -> impl Iterator<Item = (u32, PictureKey, &str)> {
        self.placed.iter().filter_map(|placed| {
            let (number, data) = placed.picture.data.as_ref()?;
            Some((*number, placed.key, data.as_str()))
        })
    }

    /// What draws pictures as a whole, and where.
    pub(crate) fn whole(&self) -> impl Iterator<Item = (Area, PictureKey, &str)> {
        let placed = self.whole.iter().filter_map(|at| self.placed.get(*at));
        placed.filter_map(|placed| Some((placed.area, placed.key, placed.picture.whole.as_deref()?)))
    }
}

/// Whether all of its cells are as they were drawn.
fn is_uncovered(placed: &Placed, buffer: &Buffer, theme: Theme) -> bool {
    let Area { x, y, .. } = placed.area;
    (0..placed.key.height).all(|row| {
        let drawn = placed.picture.row(placed.key, placed.from + row);
        (x..).zip(drawn).all(|(x, cell)| {
            let style = theme.ink(cell);
            buffer.cell((x, y + row)).is_some_and(|shown| {
                shown.symbol() == &*cell.symbol && Some(shown.fg) == style.fg && Some(shown.bg) == style.bg
            })
        })
    })
}

fn cells(area: Area) -> impl Iterator<Item = (u16, u16)> {
    let columns = area.x..area.x + area.width;
    (area.y..area.y + area.height).flat_map(move |y| columns.clone().map(move |x| (x, y)))
}

/// Tells the cells of one picture from those of another.
fn mark(key: &PictureKey) -> u32 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() as u32
}
