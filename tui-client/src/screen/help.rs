//! The overlay with the keys.

use super::{canvas::Canvas, popup};
use crate::{layout::help, state::State};

const WIDTH: u16 = 84;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, scroll: usize) {
    let screen = canvas.screen();
    let area = popup::centred(canvas, WIDTH.min(screen.width), screen.height.saturating_sub(2).max(1));
    let rows = help::rows(state, usize::from(area.width.saturating_sub(4).max(1)));
    let shown = usize::from(area.height.saturating_sub(2));
    let scroll = scroll.min(rows.len().saturating_sub(shown));
    let more = rows.len().saturating_sub(scroll + shown);
    let title =
        if more > 0 { format!("keys that work here · ↓ {more} more") } else { "keys that work here".to_owned() };
    let inside = popup::frame(canvas, area, &title);
    for (y, row) in (inside.y..inside.y + inside.height).zip(rows.iter().skip(scroll)) {
        canvas.put(inside.x + 1, y, inside.width.saturating_sub(1), row);
    }
}
