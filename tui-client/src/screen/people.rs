//! The people pane: who is here, who is writing, who was here when.

use chat_protocol::{Timestamp, UserId, palette};

use super::canvas::Canvas;
use crate::{
    state::{Room, Spot, State, geometry::Area},
    text::{
        self,
        span::{Role, Span},
    },
};

/// Cells before a name.
const SIGN: usize = 3;
/// Fewer cells of a longer display name say nothing.
const LEAST_DISPLAY_NAME: usize = 8;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A row of the pane.
enum Line {
    Heading(String),
    Person(UserId),
}

/// The rows that all people take.
pub(super) fn rows(state: &State) -> u16 {
    state.rooms.base().map_or(1, |room| u16::try_from(lines(state, room).len()).unwrap_or(u16::MAX))
}

/// Those who are here, then those who are not, below a heading of their own; without a connection nobody knows.
fn lines(state: &State, room: &Room) -> Vec<Line> {
    let members = &room.members;
    let people = members.sorted(&state.people);
    let here = people.iter().take_while(|&&user| members.is_here(user)).count();
    let mut lines: Vec<_> = people.into_iter().map(Line::Person).collect();
    if state.connection.is_open() {
        if here < lines.len() {
            let away = members.total.saturating_sub(members.online);
            lines.insert(here, Line::Heading(format!(" OFFLINE {away}")));
        }
        lines.insert(0, Line::Heading(format!(" ONLINE {}", members.online)));
    } else {
        lines.insert(0, Line::Heading(format!(" PEOPLE {}", members.total)));
    }
    lines
}

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Area) {
    let Some(room) = state.rooms.base().filter(|_| area.height > 0 && area.width > 0) else { return };
    let lines = lines(state, room);
    let shown = usize::from(area.height);
    let fits = lines.len() <= shown;
    let mut listed = if fits { lines.len() } else { shown.saturating_sub(1) };
    // A heading with nobody below it says nothing.
    if !fits && listed > 1 && matches!(lines.get(listed - 1), Some(Line::Heading(_))) {
        listed -= 1;
    }
    for (y, line) in (area.y..).zip(lines.iter().take(listed)) {
        match line {
            Line::Heading(text) => {
                canvas.put(area.x, y, area.width, &[Span::new(text, Role::Dim).bold()]);
            }
            Line::Person(user) => {
                let area = Area { y, height: 1, ..area };
                canvas.spot(area, Spot::Person(*user));
                row(canvas, state, room, *user, area);
            }
        }
    }
    if !fits && shown > 1 {
        let people = |lines: &[Line]| lines.iter().filter(|line| matches!(line, Line::Person(_))).count();
        let more = format!(" … {} more", people(&lines[listed..]));
        canvas.put(area.x, area.y + u16::try_from(listed).unwrap_or(0), area.width, &[Span::new(more, Role::Dim)]);
    }
}

fn row(canvas: &mut Canvas<'_>, state: &State, room: &Room, user: UserId, area: Area) {
    let here = room.members.is_here(user);
    let person = state.people.person(user);
    let away = here && person.is_some_and(|person| person.away);
    let sign = match (here, away) {
        (true, true) => Span::new(" ◐ ", Role::Waiting),
        (true, false) => Span::new(" ● ", Role::Good),
        (false, _) => Span::new(" ○ ", Role::Dim),
    };
    let note = if user == state.me {
        "you".to_owned()
    } else if room.typing.contains(&user) {
        "✎".to_owned()
    } else if away {
        "away".to_owned()
    } else if here {
        String::new()
    } else {
        state
            .people
            .person(user)
            .and_then(|person| person.last_seen)
            .map_or_else(String::new, |at| age(at, state.now.wall))
    };
    let inner = Area { width: area.width.saturating_sub(1), ..area };
    let note = with_role(state, room, user, note, area.width);
    let end = if note.is_empty() {
        inner.x + inner.width
    } else {
        canvas.put_right(inner, area.y, &[Span::new(note, Role::Dim)]) - 1
    };
    let used = canvas.put(area.x, area.y, area.width, &[sign]);
    let width = end.saturating_sub(area.x + used);
    let name = text::fit(state.people.name(user), usize::from(width), "…");
    let role = if here { Role::Name(palette::slot(user)) } else { Role::Dim };
    let name = Span::new(name, role);
    let name = if user == state.me { name.bold() } else { name };
    let used = used + canvas.put(area.x + used, area.y, width, &[name]);
    // What someone says of themselves now says more than what they are called besides.
    let display_name = person.map_or("", |person| match person.status(state.now.wall) {
        "" => person.display_name.as_str(),
        status => status,
    });
    let left = usize::from(end.saturating_sub(area.x + used + 1));
    if !display_name.is_empty() && left >= text::width(display_name).min(LEAST_DISPLAY_NAME) {
        let text = text::fit(display_name, left, "…");
        canvas.put(area.x + used + 1, area.y, end.saturating_sub(area.x + used + 1), &[Span::new(text, Role::Dim)]);
    }
}

/// What someone may do in the room, or that they are a bot, before the note, where that costs no letter of the name.
fn with_role(state: &State, room: &Room, user: UserId, note: String, width: u16) -> String {
    let role = match state.people.person(user) {
        _ if room.members.is_moderator(user) => "mod",
        Some(person) if person.is_admin => "admin",
        Some(person) if person.bot => "bot",
        _ => return note,
    };
    let longer = if note.is_empty() { role.to_owned() } else { format!("{role} {note}") };
    let used = SIGN + text::width(state.people.name(user)) + 1 + text::width(&longer) + 1;
    if used <= usize::from(width) { longer } else { note }
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
