//! The people pane: who is here, who is writing, who was here when.

use chat_protocol::{Timestamp, UserId, palette};

use super::canvas::Canvas;
use crate::{
    geometry::Area,
    ink::{Role, Span},
    layout,
    state::{Room, State},
};

/// Fewer cells of a longer display name say nothing.
const LEAST_DISPLAY_NAME: usize = 8;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The rows that all people take.
pub(super) fn rows(state: &State) -> u16 {
    let people = state.rooms.current().map_or(0, |room| room.members.listed.len());
    u16::try_from(people + 1).unwrap_or(u16::MAX)
}

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Area) {
    let Some(room) = state.rooms.current().filter(|_| area.height > 0 && area.width > 0) else { return };
    let heading = if state.connection.is_open() {
        format!(" ONLINE {}/{}", room.members.online, room.members.total)
    } else {
        format!(" PEOPLE {}", room.members.total)
    };
    canvas.put(area.x, area.y, area.width, &[Span::new(heading, Role::Dim).bold()]);
    let people = room.members.sorted(&state.directory);
    let shown = usize::from(area.height - 1);
    let fits = people.len() <= shown;
    let listed = if fits { people.len() } else { shown.saturating_sub(1) };
    for (y, &user) in (area.y + 1..).zip(people.iter().take(listed)) {
        row(canvas, state, room, user, Area { y, height: 1, ..area });
    }
    if !fits && shown > 0 {
        let more = format!(" … {} more", people.len() - listed);
        canvas.put(area.x, area.y + area.height - 1, area.width, &[Span::new(more, Role::Dim)]);
    }
}

fn row(canvas: &mut Canvas<'_>, state: &State, room: &Room, user: UserId, area: Area) {
    let here = room.members.is_here(user);
    let sign = if here { Span::new(" ● ", Role::Good) } else { Span::new(" ○ ", Role::Dim) };
    let note = if user == state.me {
        "you".to_owned()
    } else if room.typing.contains(&user) {
        "✎".to_owned()
    } else if here {
        String::new()
    } else {
        state
            .directory
            .person(user)
            .and_then(|person| person.last_seen)
            .map_or_else(String::new, |at| age(at, state.now.wall))
    };
    let inner = Area { width: area.width.saturating_sub(1), ..area };
    let end = if note.is_empty() {
        inner.x + inner.width
    } else {
        canvas.put_right(inner, area.y, &[Span::new(note, Role::Dim)]) - 1
    };
    let used = canvas.put(area.x, area.y, area.width, &[sign]);
    let width = end.saturating_sub(area.x + used);
    let name = layout::fit(state.directory.name(user), usize::from(width), "…");
    let role = if here { Role::Name(palette::slot(user)) } else { Role::Dim };
    let name = Span::new(name, role);
    let name = if user == state.me { name.bold() } else { name };
    let used = used + canvas.put(area.x + used, area.y, width, &[name]);
    let display_name = state.directory.person(user).map_or("", |person| person.display_name.as_str());
    let left = usize::from(end.saturating_sub(area.x + used + 1));
    if !display_name.is_empty() && left >= layout::width(display_name).min(LEAST_DISPLAY_NAME) {
        let text = layout::fit(display_name, left, "…");
        canvas.put(area.x + used + 1, area.y, end.saturating_sub(area.x + used + 1), &[Span::new(text, Role::Dim)]);
    }
}

/// `5m`, `2h`, `3d`.
fn age(then: Timestamp, now: Timestamp) -> String {
    match now.millis().saturating_sub(then.millis()) {
        ..MINUTE_MS => "now".to_owned(),
        ms @ ..HOUR_MS => format!("{}m", ms / MINUTE_MS),
        ms @ ..DAY_MS => format!("{}h", ms / HOUR_MS),
        ms => format!("{}d", ms / DAY_MS),
    }
}
