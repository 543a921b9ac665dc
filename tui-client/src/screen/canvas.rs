//! Puts spans into cells, and nothing outside of the screen.

use std::sync::Arc;

use ratatui::{buffer::Buffer, style::Style};
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    screen::{
        images::{Images, Placed},
        links::Links,
        spots::Spots,
        theme::Theme,
    },
    state::{Picture, PictureKey, Spot, geometry::Area},
    text::{
        self,
        span::{Role, Span, SpanStyle},
    },
};

/// The cells of the screen, and how things look.
pub(super) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: Theme,
    links: &'a mut Links,
    spots: &'a mut Spots,
    images: &'a mut Images,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(
        buffer: &'a mut Buffer,
        theme: Theme,
        links: &'a mut Links,
        spots: &'a mut Spots,
        images: &'a mut Images,
    ) -> Self {
        Self { buffer, theme, links, spots, images }
    }

    /// Draws a picture: from the row `from` on, as many as `area` has.
    pub(super) fn image(&mut self, area: Area, key: PictureKey, from: u16, picture: &Arc<Picture>) {
        let theme = self.theme;
        for (y, row) in (area.y..area.y + area.height).zip(from..key.height) {
            for (x, cell) in (area.x..area.x + key.width).zip(picture.row(key, row)) {
                if let Some(drawn) = self.buffer.cell_mut((x, y)) {
                    drawn.reset();
                    drawn.set_symbol(&cell.symbol).set_style(theme.ink(cell));
                }
            }
        }
        self.images.add(Placed { area: Area { width: key.width, ..area }, key, from, picture: Arc::clone(picture) });
    }

    /// Decides which pictures are drawn as a whole, when everything else is drawn.
    pub(super) fn settle_images(&mut self) {
        self.images.settle(self.buffer, self.theme);
    }

    /// A click there is one on this.
    pub(super) fn spot(&mut self, area: Area, spot: Spot) {
        self.spots.add(area, spot);
    }

    pub(super) fn buffer(&mut self) -> &mut Buffer {
        self.buffer
    }

    pub(super) fn theme(&self) -> Theme {
        self.theme
    }

    pub(super) fn screen(&self) -> Area {
        Area { x: 0, y: 0, width: self.buffer.area.width, height: self.buffer.area.height }
    }

    /// Writes spans from left to right into at most `width` cells; gives back how many were used.
    pub(super) fn put(&mut self, x: u16, y: u16, width: u16, spans: &[Span]) -> u16 {
        let screen = self.screen();
        if y >= screen.height {
            return 0;
        }
        let end = x.saturating_add(width).min(screen.width);
        let mut at = x;
        for span in spans {
            if at >= end {
                break;
            }
            let style = self.theme.style(&span.style);
            let next = self.write(at, y, end, &span.text, style);
            if let Some(href) = span.style.href.as_deref().filter(|_| self.theme.links) {
                self.link(at, next, y, href);
            }
            self.spots.add_part(Area { x: at, y, width: next.saturating_sub(at), height: 1 }, &span.style);
            at = next;
        }
        at - x.min(at)
    }

    /// Writes spans into at most `cells` cells, ending in `…` where they do not fit.
    pub(super) fn put_fit(&mut self, x: u16, y: u16, cells: usize, spans: &[Span]) {
        let mut left = cells;
        for span in spans {
            let text = text::fit(&span.text, left, "…");
            let used = text::width(&text);
            let at = x.saturating_add(u16::try_from(cells - left).unwrap_or(u16::MAX));
            self.put(at, y, u16::try_from(used).unwrap_or(u16::MAX), &[Span { text, style: span.style.clone() }]);
            left -= used.min(left);
        }
    }

    /// Writes spans so that they end at the right of `area`'s row; gives back where they begin.
    pub(super) fn put_right(&mut self, area: Area, y: u16, spans: &[Span]) -> u16 {
        let wide = spans.iter().map(|span| text::width(&span.text)).sum::<usize>();
        let wide = u16::try_from(wide).unwrap_or(u16::MAX).min(area.width);
        let x = area.x + area.width - wide;
        self.put(x, y, wide, spans);
        x
    }

    /// Sets a style over cells that are written already.
    pub(super) fn tint(&mut self, area: Area, role: Role) {
        let style = self.theme.style(&SpanStyle::of(role));
        for y in area.y..area.y.saturating_add(area.height) {
            for x in area.x..area.x.saturating_add(area.width) {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.set_style(style);
                }
            }
        }
    }

    /// Empties cells, with all of what they cut in two.
    pub(super) fn clear(&mut self, area: Area) {
        for y in area.y..area.y.saturating_add(area.height) {
            let end = area.x.saturating_add(area.width);
            let before = (0..=area.x).rev().find(|&x| !self.is_covered(x, y)).unwrap_or(area.x);
            let after = (end..=self.screen().width).find(|&x| !self.is_covered(x, y)).unwrap_or(end);
            for x in before.min(area.x)..after {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// Whether a wide character that begins further left stands here.
    fn is_covered(&self, x: u16, y: u16) -> bool {
        self.buffer.cell((x, y)).is_some_and(|cell| cell.symbol().is_empty())
    }

    /// Writes text that ends before the column `end`; gives back where it does. The later cells of wide characters are left
    /// without any symbol.
    fn write(&mut self, x: u16, y: u16, end: u16, text: &str, style: Style) -> u16 {
        let mut at = x;
        for grapheme in text.graphemes(true).filter(|grapheme| !grapheme.contains(char::is_control)) {
            let wide = u16::try_from(text::width(grapheme)).unwrap_or(u16::MAX);
            if wide > end - at {
                break;
            }
            for covered in at..at + wide {
                if let Some(cell) = self.buffer.cell_mut((covered, y)) {
                    cell.reset();
                    cell.set_symbol(if covered == at { grapheme } else { "" }).set_style(style);
                }
            }
            at += wide;
        }
        at
    }

    /// Makes the cells of a row lead somewhere.
    fn link(&mut self, from: u16, to: u16, y: u16, href: &str) {
        let Some(mark) = self.links.mark(href) else { return };
        for x in from..to {
            if let Some(cell) = self.buffer.cell_mut((x, y)) {
                cell.underline_color = mark;
            }
        }
    }
}
