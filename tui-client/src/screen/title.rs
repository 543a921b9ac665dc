//! The first row: where one is, what the room is about, how many are here.

use super::canvas::Canvas;
use crate::{
    layout::timeline::reply,
    state::{
        Room, Spot, State,
        geometry::{Area, Breadth, Geometry},
    },
    text::{
        self,
        span::{Role, Span},
    },
};

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, geometry: &Geometry) {
    let area = geometry.title;
    let Some(room) = state.rooms.base().filter(|_| area.height > 0) else { return };
    let members = &room.members;
    let count = match geometry.breadth {
        _ if !state.connection.is_open() => String::new(),
        Breadth::Wide if members.total == 1 => format!("1 member, {} online", members.online),
        Breadth::Wide => format!("{} members, {} online", members.total, members.online),
        _ => format!("{} online", members.online),
    };
    let right = [Span::new(count, Role::Dim), Span::new("  ^K", Role::Dim), Span::new(" ", Role::Text)];
    let right_at = canvas.put_right(area, area.y, &right);
    let label = Span::new(format!(" {}  ", room.title()), Role::Accent);
    let used = canvas.put(0, area.y, right_at, &[label]);
    let left = right_at.saturating_sub(used + 2);
    let thread = state.rooms.thread().map(|thread| {
        let words = reply::words(room, &state.people, thread.first);
        format!("⏎ thread of {}", words.unwrap_or_else(|| "a message further up".to_owned()))
    });
    let past = state.rooms.past().map(|_| "↑ older messages · F4 goes to the newest".to_owned());
    let thread = past.or(thread);
    let pinned = pinned(room).filter(|_| thread.is_none());
    let topic = thread.unwrap_or_else(|| room.topic.as_str().to_owned());
    let Some(pinned) = pinned else {
        let topic = text::fit(&topic, usize::from(left), "…");
        canvas.put(used, area.y, left, &[Span::new(topic, Role::Text)]);
        return;
    };
    // Each has half of the row, and what the other leaves.
    let separator = if topic.is_empty() { "" } else { " · " };
    let (room, wanted) = (usize::from(left).saturating_sub(text::width(separator)), text::width(&pinned));
    let topic = text::fit(&topic, room.saturating_sub(wanted.min(room / 2)), "…");
    let used = used + canvas.put(used, area.y, left, &[Span::new(format!("{topic}{separator}"), Role::Text)]);
    let left = right_at.saturating_sub(used + 2);
    let pinned = text::fit(&pinned, usize::from(left), "…");
    let wide = canvas.put(used, area.y, left, &[Span::new(pinned, Role::Link)]);
    canvas.spot(Area { x: used, width: wide, ..area }, Spot::Pins);
}

/// What was pinned last, as it reads now.
fn pinned(room: &Room) -> Option<String> {
    let (id, words) = room.newest_pin.as_ref()?;
    let now = room.timeline.place(*id).and_then(|seq| room.timeline.message(seq));
    let words = now.map_or_else(|| words.clone(), reply::first_words);
    (!words.is_empty()).then(|| format!("pinned: {words}"))
}
