//! The first row: where one is, what the room is about, how many are here.

use chat_client::Action;
use chat_protocol::{RoomChanges, terminal::SafeText};

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
    let waiting = waiting(room).filter(|_| thread.is_none());
    let role = if waiting.is_some() { Role::Waiting } else { Role::Text };
    let topic = thread.or(waiting).unwrap_or_else(|| room.topic.as_str().to_owned());
    let Some(pinned) = pinned else {
        let topic = text::fit(&topic, usize::from(left), "…");
        canvas.put(used, area.y, left, &[Span::new(topic, role)]);
        return;
    };
    // Each has half of the row, and what the other leaves.
    let separator = if topic.is_empty() { "" } else { " · " };
    let (room, wanted) = (usize::from(left).saturating_sub(text::width(separator)), text::width(&pinned));
    let topic = text::fit(&topic, room.saturating_sub(wanted.min(room / 2)), "…");
    let used = used + canvas.put(used, area.y, left, &[Span::new(format!("{topic}{separator}"), role)]);
    let left = right_at.saturating_sub(used + 2);
    let pinned = text::fit(&pinned, usize::from(left), "…");
    let wide = canvas.put(used, area.y, left, &[Span::new(pinned, Role::Link)]);
    canvas.spot(Area { x: used, width: wide, ..area }, Spot::Pins);
}

/// What the user has changed of the room and the server has not: it stands where the topic does.
fn waiting(room: &Room) -> Option<String> {
    let changes = room.timeline.commands().iter().filter_map(|entry| match &entry.action {
        Action::UpdateRoom { changes } => Some(changes),
        _ => None,
    });
    let words: Vec<_> = changes.flat_map(described).collect();
    (!words.is_empty()).then(|| format!("◌ {}", words.join(", ")))
}

fn described(changes: &RoomChanges) -> impl Iterator<Item = String> {
    let topic = changes.topic.as_deref().map(|topic| match topic {
        "" => "no topic".to_owned(),
        topic => SafeText::line(topic).to_string(),
    });
    let name = changes.name.as_deref().map(|name| format!("to be renamed {}", SafeText::line(name)));
    let archived = changes.archived.map(|on| if on { "to be archived" } else { "to be opened again" }.to_owned());
    let slow = changes.slow_seconds.map(|seconds| match seconds {
        0 => "slow mode off".to_owned(),
        seconds => format!("slow mode {seconds} s"),
    });
    let retention = changes.retention_days.map(|days| match days {
        None => "messages kept as on the server".to_owned(),
        Some(0) => "messages kept for ever".to_owned(),
        Some(days) => format!("messages kept for {days} d"),
    });
    [topic, name, archived, slow, retention].into_iter().flatten()
}

/// What was pinned last, as it reads now.
fn pinned(room: &Room) -> Option<String> {
    let (id, words) = room.newest_pin.as_ref()?;
    let now = room.timeline.place(*id).and_then(|seq| room.timeline.message(seq));
    let words = now.map_or_else(|| words.clone(), reply::first_words);
    (!words.is_empty()).then(|| format!("pinned: {words}"))
}
