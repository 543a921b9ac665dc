//! The composer, and the suggestions above it.

use super::{canvas::Canvas, popup};
use crate::{
    keys::slash::{self, Argument, Line},
    layout::timeline::reply,
    state::{
        Attached, Completion, Mode, Spot, State, Writing,
        geometry::{Area, Geometry},
    },
    text::{
        self, editor,
        span::{Role, Span},
    },
};

/// Cells of the prompt.
const PROMPT: u16 = 3;
/// Bytes of a longer text are not looked through at each key for what would help with it.
const LONGEST_HINTED: usize = 64 * 1024;

/// Draws it; gives back where the cursor is.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, geometry: &Geometry) -> Option<(u16, u16)> {
    let area = geometry.composer;
    if area.height == 0 || area.width == 0 {
        return None;
    }
    canvas.spot(area, Spot::Composer);
    context(canvas, state, geometry);
    let prompt = if matches!(state.mode, Mode::Compose) { Role::Accent } else { Role::Dim };
    canvas.put(area.x, area.y, area.width, &[Span::new(" › ", prompt)]);
    let room = state.rooms.current()?;
    let x = area.x + PROMPT.min(area.width - 1);
    let width = geometry.composer_text();
    let text = room.draft.text();
    let (row, column) = room.draft.position(width);
    let first = (row + 1).saturating_sub(usize::from(area.height));
    let rows = room.draft.rows(width, first, usize::from(area.height));
    for (y, range) in (area.y..area.y + area.height).zip(&rows) {
        canvas.put(x, y, area.width - (x - area.x), &super::field(&text[range.clone()]));
    }
    if text.is_empty() && state.completion.is_none() {
        canvas.put(x, area.y, area.width.saturating_sub(PROMPT), &[Span::new(placeholder(state), Role::Dim)]);
    }
    let last = rows.last().map_or(0, |range| editor::cells(&text[range.clone()]));
    hint(canvas, state, text, area, last);
    length(canvas, state, text, geometry);
    if let Some(completion) = &state.completion {
        suggestions(canvas, completion, geometry);
    }
    let cursor_x = (x + u16::try_from(column).unwrap_or(0)).min(area.x + area.width - 1);
    let cursor_y = area.y + u16::try_from(row - first).unwrap_or(0).min(area.height - 1);
    Some((cursor_x, cursor_y))
}

fn placeholder(state: &State) -> String {
    state.rooms.current().map_or_else(String::new, |room| {
        let closed = room.closed(state.now.wall, &state.setup.zone);
        closed.unwrap_or_else(|| match room.thread {
            _ if matches!(room.writing, Writing::Report { .. }) => "say why, or only press Enter".to_owned(),
            Some(_) => format!("reply in this thread of {}", room.label()),
            None => format!("write to {}", room.label()),
        })
    })
}

/// What is answered or edited and what goes out with it, and how to give that up.
fn context(canvas: &mut Canvas<'_>, state: &State, geometry: &Geometry) {
    let area = geometry.context;
    let Some(room) = state.rooms.current().filter(|_| area.height > 0) else { return };
    let about = |what: &str| {
        let words = room.writing.target().and_then(|id| reply::words(room, &state.people, id));
        format!("{what} {}", words.unwrap_or_else(|| "a message further up".to_owned()))
    };
    let with = |attached: &str| match &room.writing {
        Writing::Reply(_) => about(&format!("{attached} ↪")),
        _ => attached.to_owned(),
    };
    let (line, role, give_up) = match (&room.writing, &room.attached) {
        (Writing::Edit { .. }, _) => (about("✎ editing"), Role::Accent, "Esc gives it up "),
        (Writing::Report { .. }, _) => (about("⚑ reporting"), Role::Accent, "Enter reports it · Esc gives it up "),
        (_, Attached::Reading(_)) => (with("▤ reading the clipboard…"), Role::Waiting, "Esc stops that "),
        (_, Attached::Files { named, .. }) => (with(&format!("▤ {named}")), Role::Accent, "Enter sends · Esc drops "),
        (_, Attached::Failed(problem)) => (format!("✗ {problem}"), Role::Bad, "Esc closes this "),
        (Writing::Reply(_), Attached::Nothing) => (about("↪ replying to"), Role::Accent, "Esc drops the reply "),
        (Writing::New, Attached::Nothing) => return,
    };
    let right = canvas.put_right(area, area.y, &[Span::new(give_up, Role::Dim)]);
    let line = text::fit(&format!(" {line}"), usize::from(right.saturating_sub(area.x + 2)), "…");
    canvas.put(area.x, area.y, right.saturating_sub(area.x), &[Span::new(line, role)]);
}

/// What helps with what is being written, at the right of the last row, if there is room.
fn hint(canvas: &mut Canvas<'_>, state: &State, text: &str, area: Area, used: usize) {
    if text.len() > LONGEST_HINTED {
        return;
    }
    let lines = text.lines().count();
    let hint = match slash::read(text) {
        Line::Command(slash, _) | Line::Incomplete(slash) | Line::Several(slash) => {
            let row = slash::row(slash);
            let usage = if row.argument == Argument::None { String::new() } else { format!("{} · ", row.usage()) };
            format!("{usage}{}", row.does)
        }
        _ if chat_protocol::code::looks_like_code(text) => format!("{lines} lines · ^X as code · ⏎ send"),
        _ if lines > 1 => {
            let newline = if state.setup.extended_keys { "⇧⏎" } else { "^J" };
            format!("{lines} lines · {newline} newline · ⏎ send")
        }
        _ => return,
    };
    let free = usize::from(area.width).saturating_sub(usize::from(PROMPT) + used + 2);
    if text::width(&hint) < free {
        let field = Area { width: area.width.saturating_sub(1), ..area };
        canvas.put_right(field, area.y + area.height - 1, &[Span::new(hint, Role::Dim)]);
    }
}

/// How long the message is, on the rule above it, when it comes near to what the server takes.
fn length(canvas: &mut Canvas<'_>, state: &State, text: &str, geometry: &Geometry) {
    let Some(longest) = state.longest_body.filter(|longest| text.len() > longest / 10 * 9) else { return };
    let role = if text.len() > longest { Role::Bad } else { Role::Waiting };
    let row = if geometry.rule.height > 0 { geometry.rule } else { geometry.composer };
    let field = Area { width: row.width.saturating_sub(1), ..row };
    canvas.put_right(field, row.y, &[Span::new(format!(" {}/{longest} bytes ", text.len()), role)]);
}

/// Suggestions shown at once, above a row that says how many more there are.
const SHOWN: usize = 8;

/// The suggestions stand right above the composer, those around the chosen one if there are many.
fn suggestions(canvas: &mut Canvas<'_>, completion: &Completion, geometry: &Geometry) {
    let bottom = geometry.composer.y.saturating_sub(geometry.rule.height + geometry.context.height);
    let labels = completion.items.iter().map(|item| text::width(&item.label)).max().unwrap_or(0);
    let hints = completion.items.iter().map(|item| text::width(&item.hint)).max().unwrap_or(0);
    let inner = u16::try_from(labels + hints + 5).unwrap_or(u16::MAX).max(20);
    // As wide as the messages, of which it would leave only pieces.
    let x = geometry.messages.x;
    let width = (inner + 2).max(geometry.messages.width).min(geometry.screen.width.saturating_sub(x));
    let all = completion.items.len();
    let count = if all > SHOWN { SHOWN + 1 } else { all };
    let height = u16::try_from(count).unwrap_or(u16::MAX).saturating_add(2).min(bottom);
    if height < 3 || width < 6 {
        return;
    }
    let area = Area { x, y: bottom - height, width, height };
    let inside = popup::frame(canvas, area, completion.kind());
    let rows = usize::from(inside.height);
    let listed = if all > rows { rows.saturating_sub(1).max(1) } else { all };
    let at = completion.chosen.unwrap_or(0);
    let first = (at + 1).saturating_sub(listed);
    for (y, (index, item)) in (inside.y..).zip(completion.items.iter().enumerate().skip(first).take(listed)) {
        let chosen = completion.chosen == Some(index);
        let marker = if chosen || (completion.chosen.is_none() && index == 0) { "▸" } else { " " };
        let across = usize::from(inside.width).saturating_sub(1);
        let label = text::fit(&item.label, across, "…");
        let fill = " ".repeat(labels.min(across).saturating_sub(text::width(&label)));
        let hint = text::fit(&item.hint, across.saturating_sub(labels + 3), "…");
        let spans = [
            Span::new(marker, Role::Accent),
            Span::new(format!("{label}{fill}"), Role::Text),
            Span::new(format!("  {hint}"), Role::Dim),
        ];
        let line = Area { x: inside.x, y, width: inside.width, height: 1 };
        canvas.spot(line, Spot::Suggestion(index));
        canvas.put(inside.x, y, inside.width, &spans);
        if chosen {
            canvas.tint(line, Role::Chosen);
        }
    }
    if all > listed && rows > listed {
        let (above, below) = (first, all - first - listed);
        let more = match (above, below) {
            (0, below) => format!("  ↓ {below} more"),
            (above, 0) => format!("  ↑ {above} more"),
            (above, below) => format!("  ↑ {above} · ↓ {below} more"),
        };
        let y = inside.y + inside.height - 1;
        canvas.put(
            inside.x,
            y,
            inside.width,
            &[Span::new(text::fit(&more, usize::from(inside.width), "…"), Role::Dim)],
        );
    }
}
