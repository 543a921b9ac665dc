//! The messages pane. Which rows it shows is decided in [`crate::layout::timeline`].

use chat_protocol::RoomKind;

use super::canvas::Canvas;
use crate::{
    state::{
        Content, Head, Known, Mark, Mode, Room, Spot, State, ViewRow,
        geometry::{Area, Columns, Geometry, TIME},
    },
    text::{
        self,
        span::{Role, Span},
    },
};

/// Cells between the text of an own message and its mark.
const MARK_GAP: u16 = 2;

/// Draws what has the keys, and beside an open thread its room.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, geometry: &Geometry) {
    let (area, columns) = geometry.active();
    if area != geometry.messages {
        for (y, row) in (geometry.messages.y..).zip(&state.base_view.rows) {
            // A room that does not fill its pane stands at its bottom.
            let free = usize::from(geometry.messages.height).saturating_sub(state.base_view.rows.len());
            let y = y + u16::try_from(free).unwrap_or(0);
            let area = Area { y, height: 1, ..geometry.messages };
            canvas.spot(area, Spot::Beside(row.key));
            draw_row(canvas, geometry.columns, area, row);
        }
        let rows = &state.base_view.rows;
        let free = geometry.messages.height.saturating_sub(u16::try_from(rows.len()).unwrap_or(u16::MAX));
        let shown =
            Area { y: geometry.messages.y + free, height: geometry.messages.height - free, ..geometry.messages };
        pictures(canvas, state, rows, shown, geometry.columns);
    }
    draw_active(canvas, state, area, columns);
}

fn draw_active(canvas: &mut Canvas<'_>, state: &State, area: Area, columns: Columns) {
    let rows = &state.timeline_view.rows;
    let shown = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(area.height);
    if rows.is_empty() {
        empty(canvas, state, area);
    }
    let top = area.y + area.height - shown;
    welcome(canvas, state, Area { height: top - area.y, ..area });
    for (y, row) in (top..top + shown).zip(rows) {
        let line = Area { y, height: 1, ..area };
        canvas.spot(line, Spot::Entry(row.key));
        draw_row(canvas, columns, line, row);
        if row.index < 0 {
            continue;
        }
        let is_picture = matches!(row.content, Content::Picture { .. });
        if !is_picture && state.mode.range().is_some_and(|range| range.contains(&row.key)) {
            canvas.tint(Area { x: area.x + 1, width: area.width.saturating_sub(1), y, height: 1 }, Role::Chosen);
        }
        if matches!(state.mode, Mode::Select { selected, .. } if selected == row.key) {
            canvas.put(area.x, y, 1, &[Span::new("▐", Role::Accent)]);
        }
    }
    pictures(canvas, state, rows, Area { y: top, height: shown, ..area }, columns);
}

/// Draws the pictures among rows. One that is not here leaves its rows free; the first of them says why, if it stays so.
fn pictures(canvas: &mut Canvas<'_>, state: &State, rows: &[ViewRow], area: Area, columns: Columns) {
    let of = |row: &ViewRow| match row.content {
        Content::Picture { picture, row, .. } => Some((picture, row)),
        _ => None,
    };
    let mut y = area.y;
    let x = area.x + columns.gutter;
    for run in rows.chunk_by(
        |one, next| matches!((of(one), of(next)), (Some((a, row)), Some((b, next))) if a == b && next == row + 1),
    ) {
        let height = u16::try_from(run.len()).unwrap_or(u16::MAX).min((area.y + area.height).saturating_sub(y));
        if let Some((picture, from)) = run.first().and_then(of) {
            let place = Area { x, y, width: area.width.saturating_sub(columns.gutter), height };
            match state.pictures.known(&picture) {
                Some(Known::Here(drawn)) => canvas.image(place, picture, from, drawn),
                Some(Known::Absent) if state.connection.is_open() => {
                    canvas.put(x, y, columns.text, &[Span::new("the line is slow · Esc, then z shows it", Role::Dim)]);
                }
                Some(Known::Absent) => {
                    canvas.put(x, y, columns.text, &[Span::new("not here while offline", Role::Dim)]);
                }
                Some(Known::Failed(problem)) => {
                    canvas.put(x, y, columns.text, &[Span::new(format!("no picture: {problem}"), Role::Dim)]);
                }
                Some(Known::Loading) | None => {}
            }
        }
        y += height;
    }
}

fn empty(canvas: &mut Canvas<'_>, state: &State, area: Area) {
    if area.height == 0 {
        return;
    }
    let text = match state.rooms.current() {
        None => "waiting for the server…".to_owned(),
        Some(room) if room.gone => room.beginning(),
        Some(room) if room.timeline.beginning().1 => return,
        Some(_) => "loading messages…".to_owned(),
    };
    remark(canvas, Area { y: area.y + area.height / 2, ..area }, &text);
}

/// Rows that the whole welcome takes, a free one above and below included.
const WELCOME: usize = 10;

/// What stands in a room where nobody has written yet: what it is about, who is here, and what there is to do.
fn welcome(canvas: &mut Canvas<'_>, state: &State, area: Area) {
    let Some(room) =
        state.rooms.current().filter(|room| room.timeline.beginning().1 && !room.gone && room.thread.is_none())
    else {
        return;
    };
    if room.timeline.has_messages() || area.height == 0 {
        return;
    }
    let label = room.label();
    // What happened before anyone wrote says it already.
    let heading = if room.timeline.first().is_some() { label.clone() } else { format!("this is where {label} begins") };
    let topic = match room.topic.as_str() {
        "" => Span::new("no topic yet", Role::Dim),
        topic => Span::new(topic, Role::Text),
    };
    let name = room.name.as_str();
    let thing = |key: &str, does: String| vec![Span::new(format!("{key:<12}"), Role::Key), Span::new(does, Role::Dim)];
    let mut lines = vec![
        vec![Span::new(heading, Role::Accent).bold()],
        vec![topic],
        vec![Span::new(who_is_here(state, room), Role::Dim)],
        Vec::new(),
        thing("write", "the first message, and press Enter".to_owned()),
        thing("/topic TEXT", format!("say what {label} is about")),
        match room.kind {
            RoomKind::Private => thing("/add NAME", "let someone in; they can read all of it".to_owned()),
            _ => thing("invite", format!("/join {name}, typed by others at {}", state.setup.host)),
        },
    ];
    if usize::from(area.height) < WELCOME {
        lines.retain(|line| !line.is_empty());
    }
    let wide = |line: &Vec<Span>| line.iter().map(|span| text::width(&span.text)).sum::<usize>();
    let widest = lines.iter().map(wide).max().unwrap_or(0).min(usize::from(area.width.saturating_sub(2)));
    let x = area.x + area.width.saturating_sub(u16::try_from(widest).unwrap_or(u16::MAX)) / 2;
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    let top = area.y + (area.height - height) / 2;
    for (y, line) in (top..top + height).zip(lines) {
        let room = usize::from((area.x + area.width).saturating_sub(x + 1));
        canvas.put_fit(x, y, room, &line);
    }
}

/// `bob, carol and 2 more are here`.
fn who_is_here(state: &State, room: &Room) -> String {
    const NAMED: usize = 3;
    let others: Vec<&str> = room
        .members
        .sorted(&state.people)
        .into_iter()
        .filter(|&user| user != state.me && room.members.is_here(user))
        .map(|user| state.people.name(user))
        .collect();
    let more = others.len().saturating_sub(NAMED);
    match &others[..others.len().min(NAMED)] {
        [] if room.members.total > 1 => format!("{} members, none of the others is here now", room.members.total),
        [] => "you are the only member so far".to_owned(),
        [one] => format!("{one} is here"),
        [first @ .., last] if more == 0 => format!("{} and {last} are here", first.join(", ")),
        named => format!("{} and {more} more are here", named.join(", ")),
    }
}

fn draw_row(canvas: &mut Canvas<'_>, columns: Columns, area: Area, row: &ViewRow) {
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
        Content::Picture { head: of, .. } => head(canvas, columns, area, of),
        Content::Text { head: of, spans, mark } => {
            head(canvas, columns, area, of);
            let used = canvas.put(text_x, area.y, text_width.min(columns.text), spans);
            if let Some(mark) = mark {
                let margin = u16::from(columns.name > 0);
                let field = Area { x: text_x, width: text_width.saturating_sub(margin), ..area };
                draw_mark(canvas, field, used, *mark);
            }
        }
    }
}

fn head(canvas: &mut Canvas<'_>, columns: Columns, area: Area, head: &Head) {
    if let Some(time) = &head.time {
        canvas.put(area.x + 1, area.y, TIME, &[Span::new(time, Role::Dim)]);
    }
    if let Some(name) = &head.name {
        canvas.put(area.x + 1 + TIME + 1, area.y, columns.name, std::slice::from_ref(name));
    }
}

/// The mark in words where there is room, else as a sign.
fn draw_mark(canvas: &mut Canvas<'_>, field: Area, used: u16, mark: Mark) {
    let (sign, words, role) = match mark {
        Mark::Saving => ("◌", "◌ saving", Role::Waiting),
        Mark::Queued => ("◌", "◌ queued", Role::Waiting),
        Mark::Sending => ("◌", "◌ sending", Role::Waiting),
        Mark::Stored => ("✓", "✓", Role::Dim),
        Mark::Failed => ("✗", "✗ not sent", Role::Bad),
    };
    let wide = u16::try_from(text::width(words)).unwrap_or(u16::MAX);
    let fits = used.saturating_add(wide + MARK_GAP) <= field.width;
    let sign = Span::new(if fits { words } else { sign }, role);
    // Right behind the text, so that on a wide screen the eye finds it.
    let wide = u16::try_from(text::width(&sign.text)).unwrap_or(u16::MAX);
    let x = (used + MARK_GAP).min(field.width.saturating_sub(wide));
    canvas.put(field.x + x, field.y, wide, &[sign]);
}

fn remark(canvas: &mut Canvas<'_>, area: Area, text: &str) {
    let text = text::fit(text, usize::from(area.width), "…");
    let wide = u16::try_from(text::width(&text)).unwrap_or(u16::MAX);
    let x = area.x + area.width.saturating_sub(wide) / 2;
    canvas.put(x, area.y, wide, &[Span::new(text, Role::Dim)]);
}

/// A rule across the pane with a text in its middle.
fn rule(canvas: &mut Canvas<'_>, area: Area, text: &str, role: Role) {
    let label = format!(" {text} ");
    let wide = text::width(&label).min(usize::from(area.width));
    let rest = usize::from(area.width) - wide;
    let spans =
        [Span::new("─".repeat(rest / 2), role), Span::new(label, role), Span::new("─".repeat(rest - rest / 2), role)];
    canvas.put(area.x, area.y, area.width, &spans);
}

/// The line above what is new, its text at the left.
fn new(canvas: &mut Canvas<'_>, area: Area, text: &str) {
    let label = format!("── {text} ");
    let rest = usize::from(area.width).saturating_sub(text::width(&label));
    canvas.put(area.x, area.y, area.width, &[Span::new(label, Role::New), Span::new("─".repeat(rest), Role::New)]);
}
