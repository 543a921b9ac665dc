//! The typing row and the status row: who is writing, how the connection is, what is unread elsewhere, which keys work.

use std::time::Duration;

use super::canvas::Canvas;
use crate::{
    state::{
        Connection, EntryKey, Mode, Notice, Room, Spot, State, Tone,
        geometry::{Area, Breadth, Geometry},
        is_stuck,
    },
    text::{
        self,
        span::{Role, Span},
    },
};

/// Between two parts of the status row.
const SEPARATOR: &str = " │ ";

/// Who is writing, or a notice, and how much is below.
pub(super) fn typing_row(canvas: &mut Canvas<'_>, state: &State, geometry: &Geometry) {
    let area = geometry.typing;
    if let Some(notice) = state.shown_notice() {
        canvas.spot(area, Spot::Notice);
        draw_notice(canvas, area, notice);
        return;
    }
    if area.height == 0 {
        return;
    }
    let mut width = area.width;
    if !state.timeline_view.at_end && state.timeline_view.below > 0 {
        let below = format!("↓ {} below · Alt-End ", state.timeline_view.below);
        width = canvas.put_right(area, area.y, &[Span::new(below, Role::Waiting)]).saturating_sub(area.x);
        canvas.spot(Area { x: area.x + width, width: area.width - width, ..area }, Spot::Below);
    }
    let text = text::fit(&typing(state), usize::from(width.saturating_sub(2)), "…");
    canvas.put(area.x + 1, area.y, width.saturating_sub(1), &[Span::new(text, Role::Dim)]);
}

/// A notice, cut where it would take more than half of the pane.
fn draw_notice(canvas: &mut Canvas<'_>, area: Area, notice: &Notice) {
    let role = match notice.tone {
        Tone::Plain => Role::Accent,
        Tone::Bad => Role::Bad,
    };
    let width = area.width.saturating_sub(2).max(1);
    let mut rows = notice.rows(usize::from(width));
    if rows.len() > usize::from(area.height) {
        rows.truncate(usize::from(area.height));
        if let Some(last) = rows.last_mut() {
            *last = text::fit(&format!("{last} …"), usize::from(width), "…");
        }
    }
    for (y, row) in (area.y..area.y + area.height).zip(rows) {
        canvas.put(area.x + 1, y, width, &[Span::new(row, role)]);
    }
}

fn typing(state: &State) -> String {
    let Some(room) = state.rooms.base() else { return String::new() };
    let names: Vec<&str> = room.typing.iter().map(|&user| state.people.name(user)).collect();
    match &names[..] {
        [] => String::new(),
        [one] => format!("✎ {one} is typing…"),
        [one, two] => format!("✎ {one} and {two} are typing…"),
        [one, two, others @ ..] => format!("✎ {one}, {two} and {} more are typing…", others.len()),
    }
}

pub(super) fn status_row(canvas: &mut Canvas<'_>, state: &State, geometry: &Geometry) {
    let area = geometry.status;
    if area.height == 0 {
        return;
    }
    let mut parts = vec![connection(state, geometry.breadth)];
    if state.presence.is_away {
        parts.push(vec![Span::new("◐ away", Role::Waiting)]);
    }
    if state.setup.unencrypted {
        parts.push(vec![Span::new("UNENCRYPTED", Role::Bad)]);
    }
    if geometry.breadth == Breadth::Narrow || geometry.title.height == 0 {
        parts.extend(state.rooms.current().map(here));
    }
    if geometry.breadth == Breadth::Narrow {
        parts.extend(hotlist(state));
    } else if geometry.breadth == Breadth::Wide || !matches!(state.mode, Mode::Select { .. }) {
        let tls = if state.setup.encrypted && geometry.breadth == Breadth::Wide { " (TLS)" } else { "" };
        parts.push(vec![Span::new(format!("{}@{}{tls}", state.my_name(), state.setup.host), Role::Text)]);
        parts.extend(unread(state));
    }
    let mut x = area.x + 1;
    let left = |x: u16| (area.x + area.width).saturating_sub(x);
    for (index, part) in parts.iter().enumerate() {
        let separator = if index == 0 { "" } else { SEPARATOR };
        // A part that does not fit is left out, except for the first, which says how the connection is.
        if index > 0 && wide(part) + text::width(separator) > usize::from(left(x)) {
            continue;
        }
        x += canvas.put(x, area.y, left(x), &[Span::new(separator, Role::Dim)]);
        x += canvas.put(x, area.y, left(x), part);
    }
    let mut separator = SEPARATOR;
    for hint in hints(state, geometry.breadth) {
        if text::width(separator) + wide(&hint) > usize::from(left(x)) {
            break;
        }
        x += canvas.put(x, area.y, left(x), &[Span::new(separator, Role::Dim)]);
        x += canvas.put(x, area.y, left(x), &hint);
        separator = "  ";
    }
}

fn wide(spans: &[Span]) -> usize {
    spans.iter().map(|span| text::width(&span.text)).sum()
}

/// The room on the screen, where no pane says it; with what is unread in it while the user looks elsewhere.
fn here(room: &Room) -> Vec<Span> {
    let mut spans = vec![Span::new(room.label(), Role::Accent)];
    if room.unread > 0 {
        spans.push(Span::new(format!(" {}", room.unread), Role::Text));
    }
    spans
}

fn connection(state: &State, breadth: Breadth) -> Vec<Span> {
    let short = breadth == Breadth::Narrow;
    let queued = match state.queued() {
        0 => String::new(),
        count => format!(", {count} queued"),
    };
    match &state.connection {
        Connection::Connecting => vec![Span::new(format!("◐ connecting{queued}"), Role::Waiting)],
        Connection::CatchingUp { done, total } => {
            let text = format!("◐ catching up {}/{}", thousands(*done), thousands(*total));
            vec![Span::new(text, Role::Waiting)]
        }
        Connection::Connected { round_trip } => {
            let text = match round_trip {
                _ if short => String::new(),
                Some(time) => format!(" connected {}", milliseconds(*time)),
                None => " connected".to_owned(),
            };
            vec![Span::new("●", Role::Good), Span::new(text, Role::Text)]
        }
        Connection::Offline { retry_at, .. } => {
            let left = retry_at.saturating_duration_since(state.now.instant);
            let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            let when = if seconds == 0 { "trying again".to_owned() } else { format!("retry in {seconds} s") };
            vec![Span::new(format!("○ offline{queued}, {when} (^R now)"), Role::Bad)]
        }
        Connection::SignedOut => {
            let how = if short { "start again" } else { "quit and start again to sign in" };
            vec![Span::new(format!("✗ signed out{queued}: {how}"), Role::Bad)]
        }
    }
}

fn milliseconds(time: Duration) -> String {
    match time.as_millis() {
        0 => "<1 ms".to_owned(),
        ms => format!("{} ms", thousands(u64::try_from(ms).unwrap_or(u64::MAX))),
    }
}

/// `1 240`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn unread(state: &State) -> Option<Vec<Span>> {
    let (mentions, unread) = state.rooms.unread();
    if unread == 0 {
        return None;
    }
    let mut spans = Vec::new();
    if mentions > 0 {
        spans.push(Span::new(format!("{mentions}@ "), Role::Bad));
    }
    spans.push(Span::new(format!("{unread} unread"), Role::Text));
    Some(spans)
}

/// The rooms with something unread, for screens without a rooms pane.
fn hotlist(state: &State) -> Vec<Vec<Span>> {
    let mut rooms: Vec<_> =
        state.rooms.iter().filter(|room| room.unread > 0 && Some(room.id) != state.rooms.current_id()).collect();
    rooms.sort_by_key(|room| room.mentions == 0);
    rooms
        .into_iter()
        .map(|room| match room.mentions {
            0 => vec![Span::new(format!("{} {}", room.label(), room.unread), Role::Text)],
            mentions => vec![Span::new(format!("{} {mentions}@", room.label()), Role::Bad)],
        })
        .collect()
}

/// The keys that matter now, the most important first: as many are shown as there is room for.
fn hints(state: &State, breadth: Breadth) -> Vec<Vec<Span>> {
    let keys: &[(&str, &str)] = match (&state.mode, breadth) {
        (Mode::Compose, _) if state.completion.is_some() => &[("Tab", "accept"), ("↑↓", "choose"), ("Esc", "close")],
        (Mode::Compose, _) if state.rooms.past().is_some() => &[("F4", "newest"), ("Esc", "select"), ("F1", "keys")],
        (Mode::Compose, _) if state.rooms.thread().is_some() => {
            &[("F5", "leave thread"), ("Esc", "select"), ("F1", "keys")]
        }
        (Mode::Compose, Breadth::Narrow) => &[("F1", "keys")],
        (Mode::Compose, Breadth::Rail) => &[("Esc", "select"), ("F1", "keys")],
        (Mode::Compose, Breadth::Wide) => &[("Esc", "select"), ("^K", "go"), ("F1", "keys")],
        (Mode::Select { from: Some(_), .. }, _) => &[("j/k", "extend"), ("y", "copy"), ("Esc", "one again")],
        (Mode::Select { selected, .. }, _) if is_failed(state, *selected) => {
            &[("R", "retry"), ("D", "drop"), ("j/k", "select"), ("i", "write"), ("y", "copy"), ("F1", "keys")]
        }
        (Mode::Select { .. }, _) if state.search.origin.is_some() => &[
            ("n", "older hit"),
            ("N", "newer hit"),
            ("^F", "hits"),
            ("Esc", "back"),
            ("j/k", "select"),
            ("F1", "keys"),
        ],
        (Mode::Select { .. }, _) if state.rooms.thread().is_some() => {
            &[("j/k", "select"), ("i", "write"), ("Esc", "leave thread"), ("r", "reply"), ("e", "edit"), ("F1", "keys")]
        }
        (Mode::Select { selected, .. }, _) if has_files(state, *selected) => &[
            ("j/k", "select"),
            ("i", "write"),
            ("o", "open"),
            ("s", "save"),
            ("r", "reply"),
            ("t", "thread"),
            ("+", "react"),
            ("d", "delete"),
            ("z", "pictures"),
            ("F1", "keys"),
        ],
        (Mode::Select { .. }, _) => &[
            ("j/k", "select"),
            ("i", "write"),
            ("r", "reply"),
            ("t", "thread"),
            ("e", "edit"),
            ("+", "react"),
            ("d", "delete"),
            ("p", "pin"),
            ("u", "unread"),
            ("y", "copy"),
            ("F1", "keys"),
        ],
        (Mode::List(list), _) if list.is_records() => {
            &[("j/k", "choose"), ("⏎", "take"), ("x", "end it"), ("Esc", "close")]
        }
        (Mode::Search, _) => &[("↑↓", "choose"), ("⏎", "go there"), ("Tab", "filter"), ("Esc", "close")],
        (Mode::List(_), _) => &[("↑↓", "choose"), ("⏎", "take"), ("Esc", "close")],
        (Mode::Help { .. }, _) => &[("↑↓", "scroll"), ("Esc", "close")],
        (Mode::Link(_), _) => &[("Esc", "close")],
        (Mode::Password(_), _) => &[("Tab", "next"), ("⏎", "save"), ("Esc", "close")],
    };
    let selecting = match state.mode {
        Mode::Select { from: None, .. } => Some(vec![Span::new("SELECT", Role::Accent)]),
        Mode::Select { from: Some(_), .. } => Some(vec![Span::new("RANGE", Role::Accent)]),
        _ => None,
    };
    let hint = |(key, does): &(&str, &str)| vec![Span::new(*key, Role::Key), Span::new(format!(" {does}"), Role::Dim)];
    selecting.into_iter().chain(keys.iter().map(hint)).collect()
}

fn has_files(state: &State, selected: EntryKey) -> bool {
    let EntryKey::Logged(seq) = selected else { return false };
    let message = state.rooms.current().and_then(|room| room.timeline.message(seq));
    message.is_some_and(|message| !message.attachments.is_empty())
}

fn is_failed(state: &State, key: EntryKey) -> bool {
    let EntryKey::Pending(id) = key else { return false };
    let entry = state.rooms.current().and_then(|room| room.timeline.pending_entry(id));
    entry.is_some_and(is_stuck)
}
