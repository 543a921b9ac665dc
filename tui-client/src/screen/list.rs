//! The overlay with a list to choose from.

use unicode_segmentation::UnicodeSegmentation;

use super::{canvas::Canvas, popup};
use crate::{
    state::{Choice, List, Source, Spot, geometry::Area},
    text::{
        self,
        span::{Role, Span, SpanStyle},
    },
};

const WIDTH: u16 = 84;
const HEIGHT: u16 = 22;
/// The frame.
const AROUND: u16 = 2;
/// Hints stand below one another, unless a name is longer than this.
const COLUMN: usize = 22;

/// Draws it; gives back where the cursor is.
pub(super) fn draw(canvas: &mut Canvas<'_>, list: &List) -> Option<(u16, u16)> {
    let screen = canvas.screen();
    let most =
        popup::centred(canvas, WIDTH.min(screen.width.saturating_sub(2)), HEIGHT.min(screen.height.saturating_sub(2)));
    // Its top stays where it is while the rows become fewer.
    let rows = u16::try_from(list.choices.len()).unwrap_or(HEIGHT).max(1);
    let query = u16::from(!list.is_records());
    let area = Area { height: most.height.min(rows + AROUND + query), ..most };
    let (title, waiting) = match &list.source {
        Source::Palette => ("go to a room, a person, a command", false),
        Source::Pins(_, pins) => ("pinned messages", pins.is_none()),
        Source::Emojis(_) => ("react with", false),
        Source::Rooms(rooms) => ("rooms of this server", rooms.is_none()),
        Source::Records(of, records) => (of.title(), records.is_none()),
    };
    let inside = popup::frame(canvas, area, title);
    if inside.height == 0 || inside.width == 0 {
        return None;
    }
    let mut rows = inside;
    let mut cursor = None;
    if !list.is_records() {
        let prompt = canvas.put(inside.x, inside.y, inside.width, &[Span::new(" › ", Role::Accent)]);
        let x = super::one_row(canvas, &list.query, inside.x + prompt, inside.y, inside.width - prompt);
        cursor = Some((x.min(inside.x + inside.width - 1), inside.y));
        rows = Area { y: inside.y + 1, height: inside.height - 1, ..inside };
    }

    if list.choices.is_empty() && rows.height > 0 {
        let line = match &list.problem {
            Some(problem) => Span::new(format!(" ✗ {problem}"), Role::Bad),
            None if waiting => Span::new(" asking the server…", Role::Dim),
            None if matches!(&list.source, Source::Pins(_, Some(pins)) if pins.is_empty()) => {
                Span::new(" nothing is pinned: p pins the selected message", Role::Dim)
            }
            None => match &list.source {
                Source::Records(of, _) => Span::new(format!(" {}", of.none()), Role::Dim),
                _ => Span::new(" nothing matches", Role::Dim),
            },
        };
        canvas.put(rows.x, rows.y, rows.width, &[line]);
    }
    if list.choices.len() > usize::from(rows.height) && rows.height > 2 {
        rows.height -= 1;
        let first = (list.chosen + 1).saturating_sub(usize::from(rows.height));
        let below = list.choices.len().saturating_sub(first + usize::from(rows.height));
        let more = match (first, below) {
            (0, below) => format!("   ↓ {below} more"),
            (above, 0) => format!("   ↑ {above} more"),
            (above, below) => format!("   ↑ {above} · ↓ {below} more"),
        };
        canvas.put(rows.x, rows.y + rows.height, rows.width, &[Span::new(more, Role::Dim)]);
    }
    let shown = usize::from(rows.height);
    let first = (list.chosen + 1).saturating_sub(shown);
    let label = |choice: &Choice| if choice.hint.is_empty() { 0 } else { text::width(&choice.text) };
    let column = list.choices.iter().map(label).max().unwrap_or(0).min(COLUMN);
    for (index, (y, choice)) in (rows.y..rows.y + rows.height).zip(list.choices.iter().skip(first)).enumerate() {
        let area = Area { y, height: 1, ..rows };
        canvas.spot(area, Spot::Choice(first + index));
        row(canvas, choice, area, column, first + index == list.chosen);
    }
    cursor
}

fn row(canvas: &mut Canvas<'_>, choice: &Choice, area: Area, column: usize, chosen: bool) {
    let inner = Area { width: area.width.saturating_sub(1), ..area };
    let note_at = if choice.note.is_empty() {
        inner.x + inner.width
    } else {
        canvas.put_right(inner, area.y, &[Span::new(&choice.note, Role::Key)]).saturating_sub(2)
    };
    let room = note_at.saturating_sub(area.x);
    let marker = Span::new(if chosen { " ▸ " } else { "   " }, Role::Accent);
    let mut used = canvas.put(area.x, area.y, room, &[marker]);
    used += canvas.put(
        area.x + used,
        area.y,
        room.saturating_sub(used),
        &matched(choice, usize::from(room.saturating_sub(used))),
    );
    let column = u16::try_from(column + 3).unwrap_or(used);
    used = used.max(column.min(room));
    let left = usize::from(room.saturating_sub(used + 2));
    let hint = text::fit(&choice.hint, left, "…");
    canvas.put(area.x + used + 2, area.y, u16::try_from(left).unwrap_or(0), &[Span::new(hint, Role::Dim)]);
    if chosen {
        canvas.tint(area, Role::Chosen);
    }
}

/// As much of the text as there is room for, with what was typed in bold.
fn matched(choice: &Choice, room: usize) -> Vec<Span> {
    text::fit(&choice.text, room, "…")
        .graphemes(true)
        .enumerate()
        .map(|(index, grapheme)| Span {
            text: grapheme.to_owned(),
            style: SpanStyle {
                bold: choice.matched.contains(&index),
                ..SpanStyle::of(if choice.matched.contains(&index) { Role::Accent } else { Role::Text })
            },
        })
        .collect()
}
