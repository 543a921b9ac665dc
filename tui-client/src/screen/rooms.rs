//! The rooms pane: where the user can go, and where something is new.

use super::canvas::Canvas;
use crate::{
    state::{Room, Section, Spot, State, geometry::Area},
    text::{
        self,
        span::{Role, Span},
    },
};

/// Cells for the mark of the current room.
const MARK: u16 = 1;

/// The rows that all rooms take.
pub(super) fn rows(state: &State) -> u16 {
    u16::try_from(lines(state).len()).unwrap_or(u16::MAX)
}

/// A row of the pane.
enum Line<'a> {
    Heading(Section),
    Room(&'a Room),
}

/// The rooms below the headings of their sections.
fn lines(state: &State) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut section = None;
    for room in state.rooms.shown() {
        let of = Section::of(room);
        if section != Some(of) {
            lines.push(Line::Heading(of));
            section = Some(of);
        }
        lines.push(Line::Room(room));
    }
    if lines.is_empty() {
        lines.push(Line::Heading(Section::Rooms));
    }
    lines
}

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Area) {
    if area.height == 0 || area.width == 0 {
        return;
    }
    let (first, lines) = visible(state, area);
    for (y, line) in (area.y..area.y + area.height).zip(lines.iter().skip(first)) {
        match line {
            Line::Heading(section) => {
                canvas.put(area.x, y, area.width, &[Span::new(format!(" {}", section.title()), Role::Dim).bold()]);
            }
            Line::Room(room) => row(canvas, state, room, Area { y, height: 1, ..area }),
        }
    }
}

/// The lines, and the first of them that is on the screen: the current room is.
fn visible(state: &State, area: Area) -> (usize, Vec<Line<'_>>) {
    let lines = lines(state);
    let shown = usize::from(area.height);
    let is_current = |line: &Line<'_>| matches!(line, Line::Room(room) if Some(room.id) == state.rooms.current_id());
    let current = lines.iter().position(is_current).unwrap_or(0);
    let first = if current < shown { 0 } else { current.saturating_sub(shown / 2) };
    (first.min(lines.len().saturating_sub(shown)), lines)
}

fn row(canvas: &mut Canvas<'_>, state: &State, room: &Room, area: Area) {
    let is_current = Some(room.id) == state.rooms.current_id();
    let note = note(room, is_current);
    let right = Area { width: area.width.saturating_sub(1), ..area };
    let end =
        if note.is_empty() { right.x + right.width } else { canvas.put_right(right, area.y, &note).saturating_sub(1) };
    let x = area.x + MARK;
    let width = end.saturating_sub(x);
    let name = text::fit(&title(state, room), usize::from(width), "…");
    let name = match (is_current, room.unread > 0) {
        _ if room.gone => Span::new(name, Role::Dim),
        (true, _) => Span::new(name, Role::Accent),
        (false, true) if !room.is_muted() => Span::new(name, Role::Text).bold(),
        (false, _) => Span::new(name, Role::Text),
    };
    canvas.put(x, area.y, width, &[name]);
    canvas.spot(area, Spot::Room(room.id));
    if is_current {
        canvas.put(area.x, area.y, MARK, &[Span::new("▌", Role::Accent)]);
    }
}

/// The room's title; in front of one other person, whether they are here.
fn title(state: &State, room: &Room) -> String {
    let title = room.title();
    let Some(other) = room.other().filter(|_| state.connection.is_open()) else { return title };
    let presence = match state.people.person(other) {
        Some(person) if person.online && person.away => "◐",
        Some(person) if person.online => "●",
        _ => "○",
    };
    format!("{presence} {title}")
}

/// `2@ 4` is two mentions in four unread messages, `✎` a draft.
fn note(room: &Room, is_current: bool) -> Vec<Span> {
    let mut note = Vec::new();
    if room.gone {
        note.push(Span::new("✗ ", Role::Dim));
    }
    if room.is_muted() {
        note.push(Span::new(if room.unread > 0 { "⌀ " } else { "⌀" }, Role::Dim));
    }
    if !is_current && !room.draft.is_empty() {
        note.push(Span::new(if room.unread > 0 { "✎ " } else { "✎" }, Role::Dim));
    }
    if room.mentions > 0 {
        note.push(Span::new(format!("{}@ ", count(room.mentions)), Role::Bad));
    }
    if room.unread > 0 {
        let number = Span::new(count(room.unread), if room.is_muted() { Role::Dim } else { Role::Text });
        note.push(if room.is_muted() { number } else { number.bold() });
    }
    note
}

/// A number that leaves room for the name.
fn count(number: u64) -> String {
    /// Nobody reads that many, and more digits say no more.
    const MOST: u64 = 9999;
    if number > MOST { format!("{MOST}+") } else { number.to_string() }
}
