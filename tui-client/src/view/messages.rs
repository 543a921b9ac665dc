//! The messages pane. Which rows it shows is decided in [`crate::timeline_view`].

use super::canvas::Canvas;
use crate::{
    geometry::{Area, Geometry, TIME},
    ink::{Role, Span},
    layout,
    state::{Mode, State},
    timeline_view::{Content, Mark, ViewRow},
};

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, geometry: &Geometry) {
    let area = geometry.messages;
    let rows = &state.timeline_view.rows;
    let shown = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(area.height);
    if rows.is_empty() {
        empty(canvas, state, area);
    }
    let top = area.y + area.height - shown;
    for (y, row) in (top..top + shown).zip(rows) {
        draw_row(canvas, geometry, Area { y, height: 1, ..area }, row);
        let selected = matches!(state.mode, Mode::Browse { selected } if selected == row.key && row.index >= 0);
        if selected {
            canvas.put(area.x, y, 1, &[Span::new("▐", Role::Accent)]);
        }
    }
}

fn empty(canvas: &mut Canvas<'_>, state: &State, area: Area) {
    if area.height == 0 {
        return;
    }
    let text = match state.rooms.current() {
        None => "waiting for the server…".to_owned(),
        Some(room) if room.timeline.beginning().1 => format!("this is where {} begins", room.label()),
        Some(_) => "loading messages…".to_owned(),
    };
    remark(canvas, Area { y: area.y + area.height / 2, ..area }, &text);
}

fn draw_row(canvas: &mut Canvas<'_>, geometry: &Geometry, area: Area, row: &ViewRow) {
    let columns = geometry.columns;
    let text_x = area.x + columns.gutter;
    let text_width = (area.width.saturating_sub(columns.gutter)).min(columns.text + columns.mark);
    match &row.content {
        Content::Remark(text) => remark(canvas, area, text),
        Content::Day(text) => rule(canvas, area, text, Role::Dim),
        Content::New(text) => new(canvas, area, text),
        Content::Event { time, spans } => {
            if let Some(time) = time {
                canvas.put(area.x + 1, area.y, TIME, &[Span::new(time, Role::Dim)]);
                let dot = if columns.name > 0 { "·" } else { "" };
                canvas.put(text_x.saturating_sub(2), area.y, 1, &[Span::new(dot, Role::Dim)]);
            }
            canvas.put(text_x, area.y, text_width, spans);
        }
        Content::Text { head, spans, mark } => {
            if let Some(time) = &head.time {
                canvas.put(area.x + 1, area.y, TIME, &[Span::new(time, Role::Dim)]);
            }
            if let Some(name) = &head.name {
                canvas.put(area.x + 1 + TIME + 1, area.y, columns.name, std::slice::from_ref(name));
            }
            let used = canvas.put(text_x, area.y, text_width.min(columns.text), spans);
            if let Some(mark) = mark {
                let margin = u16::from(columns.name > 0);
                let field = Area { x: text_x, width: text_width.saturating_sub(margin), ..area };
                draw_mark(canvas, field, used, *mark);
            }
        }
    }
}

/// The mark in words where there is room, else as a sign.
fn draw_mark(canvas: &mut Canvas<'_>, field: Area, used: u16, mark: Mark) {
    let (sign, words, role) = match mark {
        Mark::Queued => ("◌", "◌ queued", Role::Waiting),
        Mark::Sending => ("◌", "◌ sending", Role::Waiting),
        Mark::Stored => ("✓", "✓", Role::Dim),
        Mark::Failed => ("✗", "✗ not sent", Role::Bad),
    };
    let wide = u16::try_from(layout::width(words)).unwrap_or(u16::MAX);
    let fits = used.saturating_add(wide + 1) <= field.width;
    canvas.put_right(field, field.y, &[Span::new(if fits { words } else { sign }, role)]);
}

fn remark(canvas: &mut Canvas<'_>, area: Area, text: &str) {
    let text = layout::fit(text, usize::from(area.width), "…");
    let wide = u16::try_from(layout::width(&text)).unwrap_or(u16::MAX);
    let x = area.x + area.width.saturating_sub(wide) / 2;
    canvas.put(x, area.y, wide, &[Span::new(text, Role::Dim)]);
}

/// A rule across the pane with a text in its middle.
fn rule(canvas: &mut Canvas<'_>, area: Area, text: &str, role: Role) {
    let label = format!(" {text} ");
    let wide = layout::width(&label).min(usize::from(area.width));
    let rest = usize::from(area.width) - wide;
    let spans =
        [Span::new("─".repeat(rest / 2), role), Span::new(label, role), Span::new("─".repeat(rest - rest / 2), role)];
    canvas.put(area.x, area.y, area.width, &spans);
}

/// The line above what is new, its text at the left.
fn new(canvas: &mut Canvas<'_>, area: Area, text: &str) {
    let label = format!("── {text} ");
    let rest = usize::from(area.width).saturating_sub(layout::width(&label));
    canvas.put(area.x, area.y, area.width, &[Span::new(label, Role::New), Span::new("─".repeat(rest), Role::New)]);
}
