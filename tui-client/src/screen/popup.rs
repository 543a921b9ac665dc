//! The frame of an overlay above the messages.

use super::canvas::Canvas;
use crate::{
    state::{Spot, geometry::Area},
    text::{
        self,
        span::{Role, Span},
    },
};

/// Below this size an overlay has no frame, so that something of it is seen.
const LEAST_FRAMED: (u16, u16) = (24, 6);

/// Fewer cells beside an overlay say nothing of what is behind it: it takes them.
const LEAST_BESIDE: u16 = 12;
/// Fewer rows above and below it.
const LEAST_ABOVE: u16 = 5;

/// An area of at most this size in the middle of the screen; the whole width or height where little would be left.
pub(super) fn centred(canvas: &Canvas<'_>, width: u16, height: u16) -> Area {
    let screen = canvas.screen();
    let extent = |size: u16, all: u16, least: u16| if all.saturating_sub(size) < least { all } else { size };
    let width = extent(width, screen.width, LEAST_BESIDE);
    let height = extent(height, screen.height, LEAST_ABOVE);
    Area { x: (screen.width - width) / 2, y: (screen.height - height) / 2, width, height }
}

/// Empties the area and draws a frame with a title; gives back what is inside.
pub(super) fn frame(canvas: &mut Canvas<'_>, area: Area, title: &str) -> Area {
    // A cell beside it stays free: letters that are cut by a frame cannot be read.
    let x = area.x.saturating_sub(1);
    canvas.clear(Area { x, width: area.width + 1 + (area.x - x), ..area });
    canvas.spot(area, Spot::Window);
    let (least_width, least_height) = LEAST_FRAMED;
    let small = canvas.screen().width < least_width || canvas.screen().height < least_height;
    if small || area.width < 4 || area.height < 3 {
        return area;
    }
    let across = usize::from(area.width) - 2;
    let title = text::fit(&format!(" {title} "), across.saturating_sub(1), "…");
    let rest = across - 1 - text::width(&title);
    let top = [
        Span::new("╭─", Role::Dim),
        Span::new(title, Role::Accent),
        Span::new(format!("{}╮", "─".repeat(rest)), Role::Dim),
    ];
    canvas.put(area.x, area.y, area.width, &top);
    for y in area.y + 1..area.y + area.height - 1 {
        canvas.put(area.x, y, 1, &[Span::new("│", Role::Dim)]);
        canvas.put(area.x + area.width - 1, y, 1, &[Span::new("│", Role::Dim)]);
    }
    let bottom = Span::new(format!("╰{}╯", "─".repeat(across)), Role::Dim);
    canvas.put(area.x, area.y + area.height - 1, area.width, &[bottom]);
    Area { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 }
}
