//! The rooms pane: where the user can go, and where something is new.

use super::canvas::Canvas;
use crate::{
    state::{Room, State, geometry::Area},
    text::{
        self,
        span::{Role, Span},
    },
};

/// Cells for the mark of the current room.
const MARK: u16 = 1;

/// The rows that all rooms take.
pub(super) fn rows(state: &State) -> u16 {
    u16::try_from(state.rooms.ids().len() + 1).unwrap_or(u16::MAX)
}

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Area) {
    if area.height == 0 || area.width == 0 {
        return;
    }
    canvas.put(area.x, area.y, area.width, &[Span::new(" ROOMS", Role::Dim).bold()]);
    let rooms: Vec<&Room> = state.rooms.iter().collect();
    let shown = usize::from(area.height - 1);
    let current = rooms.iter().position(|room| Some(room.id) == state.rooms.current_id()).unwrap_or(0);
    let first = current.saturating_sub(shown / 2).min(rooms.len().saturating_sub(shown));
    for (y, room) in (area.y + 1..).zip(rooms.iter().skip(first).take(shown)) {
        row(canvas, state, room, Area { y, height: 1, ..area });
    }
}

fn row(canvas: &mut Canvas<'_>, state: &State, room: &Room, area: Area) {
    let is_current = Some(room.id) == state.rooms.current_id();
    let note = note(room, is_current);
    let right = Area { width: area.width.saturating_sub(1), ..area };
    let end =
        if note.is_empty() { right.x + right.width } else { canvas.put_right(right, area.y, &note).saturating_sub(1) };
    let x = area.x + MARK;
    let width = end.saturating_sub(x);
    let name = text::fit(&room.label(), usize::from(width), "…");
    let name = match (is_current, room.unread > 0) {
        _ if room.gone => Span::new(name, Role::Dim),
        (true, _) => Span::new(name, Role::Accent),
        (false, true) => Span::new(name, Role::Text).bold(),
        (false, false) => Span::new(name, Role::Text),
    };
    canvas.put(x, area.y, width, &[name]);
    if is_current {
        canvas.put(area.x, area.y, MARK, &[Span::new("▌", Role::Accent)]);
    }
}

/// `2@ 4` is two mentions in four unread messages, `✎` a draft.
fn note(room: &Room, is_current: bool) -> Vec<Span> {
    let mut note = Vec::new();
    if room.gone {
        note.push(Span::new("✗ ", Role::Dim));
    }
    if !is_current && !room.draft.is_empty() {
        note.push(Span::new(if room.unread > 0 { "✎ " } else { "✎" }, Role::Dim));
    }
    if room.mentions > 0 {
        note.push(Span::new(format!("{}@ ", count(room.mentions)), Role::Bad));
    }
    if room.unread > 0 {
        note.push(Span::new(count(room.unread), Role::Text).bold());
    }
    note
}

/// A number that leaves room for the name.
fn count(number: u64) -> String {
    /// Nobody reads that many, and more digits say no more.
    const MOST: u64 = 9999;
    if number > MOST { format!("{MOST}+") } else { number.to_string() }
}
