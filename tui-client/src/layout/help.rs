//! The rows of the help: the keys that work where the user is, and the commands. Made from the tables.

use crate::{
    keys::{
        bindings::{Place, TABLE},
        slash,
    },
    state::{Mode, State},
    text::{
        self,
        span::{Role, Span},
    },
};

/// The widest column of keys.
const KEYS: usize = 26;

/// The rows of the help in `width` cells.
pub(crate) fn rows(state: &State, width: usize) -> Vec<Vec<Span>> {
    let Mode::Help { from_select, .. } = state.mode else { return Vec::new() };
    let here: &[Place] = if from_select { &[Place::Select] } else { &[Place::Composer] };
    let places = here.iter().chain(&[Place::Anywhere]).chain(if from_select { &[][..] } else { &[Place::Text] });
    let mut rows = Vec::new();
    for place in places {
        let bindings = TABLE.iter().filter(|binding| binding.place == *place);
        let lines = bindings.map(|binding| (binding.label(state.setup.extended_keys), binding.does));
        section(place.title(), lines, width, &mut rows);
    }
    section("Commands", slash::TABLE.iter().map(|row| (row.usage(), row.does)), width, &mut rows);
    rows
}

fn section<'a>(title: &str, lines: impl Iterator<Item = (String, &'a str)>, width: usize, rows: &mut Vec<Vec<Span>>) {
    if !rows.is_empty() {
        rows.push(Vec::new());
    }
    rows.push(vec![Span::new(title, Role::Accent)]);
    let keys_width = KEYS.min(width / 2);
    for (keys, does) in lines {
        let gap = keys_width.saturating_sub(text::width(&keys)).max(1);
        let mut does_rows = text::wrap(does, width.saturating_sub(keys_width).max(1)).into_iter();
        let first = does_rows.next().unwrap_or_default();
        rows.push(vec![
            Span::new(keys, Role::Key),
            Span::new(" ".repeat(gap), Role::Text),
            Span::new(first, Role::Text),
        ]);
        rows.extend(
            does_rows.map(|row| vec![Span::new(" ".repeat(keys_width), Role::Text), Span::new(row, Role::Text)]),
        );
    }
}
