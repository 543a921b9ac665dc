//! The first row: where one is, what the room is about, how many are here.

use super::canvas::Canvas;
use crate::{
    layout::timeline::reply,
    state::{
        State,
        geometry::{Breadth, Geometry},
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
    let topic = thread.unwrap_or_else(|| room.topic.as_str().to_owned());
    let topic = text::fit(&topic, usize::from(left), "…");
    canvas.put(used, area.y, left, &[Span::new(topic, Role::Text)]);
}
