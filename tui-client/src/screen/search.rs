//! The window of the search: the query, what is wrong about it or how it could go on, and what was found.

use chat_protocol::palette;

use super::{canvas::Canvas, popup};
use crate::{
    layout::hit,
    state::{Search, Spot, State, geometry::Area},
    text::{
        self, files,
        span::{Role, Span},
        time,
    },
};

const WIDTH: u16 = 110;
const HEIGHT: u16 = 40;
/// Who, where and when; and the words.
const ROWS: u16 = 2;
/// Cells before the rows of a hit.
const INDENT: u16 = 3;

/// Draws it; gives back where the cursor is.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State) -> Option<(u16, u16)> {
    let (screen, search) = (canvas.screen(), &state.search);
    let size = (WIDTH.min(screen.width.saturating_sub(2)), HEIGHT.min(screen.height.saturating_sub(2)));
    let area = popup::centred(canvas, size.0, size.1);
    let inside = popup::frame(canvas, area, "search what was said · newest first");
    if inside.height == 0 || inside.width == 0 {
        return None;
    }
    let prompt = canvas.put(inside.x, inside.y, inside.width, &[Span::new(" › ", Role::Accent)]);
    let x = super::one_row(canvas, &search.query, inside.x + prompt, inside.y, inside.width - prompt);
    if search.is_earlier {
        let cells = u16::try_from(text::width(search.query.text())).unwrap_or(u16::MAX);
        let row = Area { x: inside.x + prompt, width: cells.min(inside.width - prompt), height: 1, ..inside };
        canvas.tint(row, Role::Chosen);
    }
    let below = Area { y: inside.y + 1, height: 1.min(inside.height - 1), ..inside };
    if below.height > 0 {
        beside_query(canvas, search, below);
    }
    let taken = 1 + below.height;
    hits(canvas, state, Area { y: inside.y + taken, height: inside.height.saturating_sub(taken), ..inside });
    Some((x.min(inside.x + inside.width - 1), inside.y))
}

/// What can be written next, else what is wrong, else how much was found.
fn beside_query(canvas: &mut Canvas<'_>, search: &Search, area: Area) {
    if let Some(completion) = &search.completion {
        let first = completion.chosen.unwrap_or(0).saturating_sub(2);
        let mut x = area.x + INDENT;
        for (at, item) in completion.items.iter().enumerate().skip(first) {
            let role = if completion.chosen == Some(at) { Role::Accent } else { Role::Text };
            let hint = if item.hint.is_empty() { String::new() } else { format!(" {}", item.hint) };
            let left = (area.x + area.width).saturating_sub(x);
            if usize::from(left) < text::width(&item.label) {
                break;
            }
            let used = canvas.put(x, area.y, left, &[Span::new(&item.label, role), Span::new(hint, Role::Dim)]);
            canvas.spot(Area { x, width: used, ..area }, Spot::Suggestion(at));
            x = x.saturating_add(used + 2);
        }
        return;
    }
    let line = match &search.problem {
        Some(problem) => Span::new(format!("✗ {problem}"), Role::Bad),
        None => Span::new(status(search), Role::Dim),
    };
    let cells = usize::from(area.width.saturating_sub(INDENT));
    canvas.put_fit(area.x + INDENT, area.y, cells, &[line]);
}

fn status(search: &Search) -> String {
    let more = if search.next.is_some() { "+" } else { "" };
    match search.hits.len() {
        _ if search.text().is_empty() => {
            "words, \"a phrase\", -without · from: in: before: after: has: is: · Tab completes".to_owned()
        }
        _ if !search.is_answered() => "searching…".to_owned(),
        0 if search.next.is_some() => "searching further…".to_owned(),
        0 if has_short_word(search.text()) => "nothing found: parts of words are found from 3 letters on".to_owned(),
        0 => "nothing found: fewer or shorter words find more".to_owned(),
        1 => format!("1{more} found"),
        count => format!("{count}{more} found"),
    }
}

fn has_short_word(query: &str) -> bool {
    query.split_whitespace().any(|word| word.is_ascii() && word.len() < 3)
}

fn hits(canvas: &mut Canvas<'_>, state: &State, area: Area) {
    let Search { hits, chosen, .. } = &state.search;
    let mut area = area;
    let fit = |area: Area| usize::from(area.height / ROWS);
    if hits.len() > fit(area) && area.height > ROWS {
        area.height -= 1;
        let first = (chosen + 1).saturating_sub(fit(area));
        let below = hits.len().saturating_sub(first + fit(area));
        let plus = if state.search.next.is_some() { "+" } else { "" };
        let more = match (first, below) {
            (0, below) => format!("   ↓ {below}{plus} more"),
            (above, 0) => format!("   ↑ {above} more"),
            (above, below) => format!("   ↑ {above} · ↓ {below}{plus} more"),
        };
        canvas.put(area.x, area.y + area.height, area.width, &[Span::new(more, Role::Dim)]);
    }
    let first = (chosen + 1).saturating_sub(fit(area));
    for (row, at) in (0..fit(area)).zip(first..hits.len()) {
        let y = area.y + u16::try_from(row).unwrap_or(0) * ROWS;
        let area = Area { y, height: ROWS, ..area };
        canvas.spot(area, Spot::Choice(at));
        draw_hit(canvas, state, at, area);
    }
}

fn draw_hit(canvas: &mut Canvas<'_>, state: &State, at: usize, area: Area) {
    let hit = &state.search.hits[at];
    let message = &hit.message;
    let is_chosen = at == state.search.chosen;
    canvas.put(area.x, area.y, INDENT, &[Span::new(if is_chosen { " ▸ " } else { "   " }, Role::Accent)]);
    let (now, zone) = (state.now.wall, &state.setup.zone);
    let clock = time::clock(message.sent_at, zone);
    let day = time::day(message.sent_at, now, zone, false);
    let when = if time::same_day(message.sent_at, now, zone) { clock } else { format!("{day} {clock}") };
    let inner = Area { width: area.width.saturating_sub(1), ..area };
    let right = canvas.put_right(inner, area.y, &[Span::new(when, Role::Dim)]);
    let room = state.rooms.room(hit.room).map_or_else(|| "a room that you are not in".to_owned(), |room| room.label());
    let name = state.people.name(message.author.id);
    let heading = [
        Span::new(name, Role::Name(palette::slot(message.author.id))).bold(),
        Span::new(format!("  {room}"), Role::Dim),
    ];
    let left = usize::from(right.saturating_sub(area.x + INDENT + 1));
    canvas.put_fit(area.x + INDENT, area.y, left, &heading);
    let cells = area.width.saturating_sub(INDENT + 1);
    let words = if message.body.is_empty() {
        vec![Span::new(text::fit(&files::names(&message.attachments), usize::from(cells), "…"), Role::Text)]
    } else {
        hit::snippet(&message.body, &hit.marks, usize::from(cells))
    };
    canvas.put(area.x + INDENT, area.y + 1, cells, &words);
    if is_chosen {
        canvas.tint(Area { height: 1, ..area }, Role::Chosen);
    }
}
