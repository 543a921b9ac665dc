//! Tables: columns as wide as their text where there is room, else narrower, with the text of a cell on several rows.

use chat_protocol::blocks::Align;

use super::{Row, TextFlow};
use crate::text::span::{Role, Span};

/// Between two columns.
const BETWEEN: &str = " │ ";
/// The cells of [`BETWEEN`].
const GAP: usize = 3;
/// Below this width a column cannot be read.
const LEAST_COLUMN: usize = 4;
/// Wider than any terminal.
const ENDLESS: usize = u16::MAX as usize;

/// A table, independent of any width.
#[derive(Debug, Clone)]
pub(super) struct Table {
    align: Vec<Option<Align>>,
    /// The first row is the head. Rows may have fewer cells than others.
    rows: Vec<Vec<TextFlow>>,
    /// The widths of the columns if there is room for all.
    natural: Vec<usize>,
}

impl Table {
    pub(super) fn new(align: Vec<Option<Align>>, rows: Vec<Vec<TextFlow>>) -> Self {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut natural = vec![1; columns];
        for (column, cell) in rows.iter().flat_map(|row| row.iter().enumerate()) {
            let widest = cell.rows(ENDLESS, 0).iter().map(Row::width).max().unwrap_or(0);
            natural[column] = natural[column].max(widest);
        }
        Self { align, rows, natural }
    }

    /// Its rows in `room` cells; with columns too narrow to read, the cells of a row stand one after the other.
    pub(super) fn rows(&self, room: usize) -> Vec<Vec<Span>> {
        let gaps = GAP * self.natural.len().saturating_sub(1);
        let Some(widths) = room.checked_sub(gaps).and_then(|room| fit_columns(&self.natural, room)) else {
            return self.rows.iter().flat_map(|row| run_on(row, room)).collect();
        };
        let mut shown = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            shown.extend(self.row(row, &widths, index == 0));
            if index == 0 {
                let rules: Vec<_> = widths.iter().map(|width| "─".repeat(*width)).collect();
                shown.push(vec![Span::new(rules.join("─┼─"), Role::Dim)]);
            }
        }
        shown
    }

    fn row(&self, row: &[TextFlow], widths: &[usize], is_head: bool) -> Vec<Vec<Span>> {
        let cells: Vec<Vec<Row>> = row.iter().zip(widths).map(|(cell, width)| cell.rows(*width, 0)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(1);
        let line = |y: usize| {
            let mut spans = Vec::new();
            for (column, &width) in widths.iter().enumerate() {
                if column > 0 {
                    spans.push(Span::new(BETWEEN, Role::Dim));
                }
                let row = cells.get(column).and_then(|rows| rows.get(y)).cloned().unwrap_or_default();
                let free = width.saturating_sub(row.width());
                let before = match self.align.get(column).copied().flatten() {
                    None | Some(Align::Left) => 0,
                    Some(Align::Center) => free / 2,
                    Some(Align::Right) => free,
                };
                let bold = |span: Span| if is_head { span.bold() } else { span };
                spans.push(Span::new(" ".repeat(before), Role::Text));
                spans.extend(row.spans.into_iter().map(bold));
                if column + 1 < widths.len() {
                    spans.push(Span::new(" ".repeat(free - before), Role::Text));
                }
            }
            spans.retain(|span| !span.text.is_empty());
            spans
        };
        (0..height).map(line).collect()
    }
}

/// The widths of the columns in `room` cells: the widest give first; `None` if a column could not be read.
fn fit_columns(natural: &[usize], room: usize) -> Option<Vec<usize>> {
    let total = |cap: usize| natural.iter().map(|width| *width.min(&cap)).sum::<usize>();
    let widest = natural.iter().copied().max().unwrap_or(0);
    let (mut least, mut most) = (0, widest);
    while least < most {
        let cap = (least + most).div_ceil(2);
        if total(cap) <= room { least = cap } else { most = cap - 1 }
    }
    if least < LEAST_COLUMN.min(widest) {
        return None;
    }
    // What is left of the room goes to those that gave.
    let mut left = room.saturating_sub(total(least));
    let give = |width: &usize| {
        let more = usize::from(*width > least && left > 0);
        left -= more;
        *width.min(&least) + more
    };
    Some(natural.iter().map(give).collect())
}

/// The cells of a row as text that runs on.
fn run_on(row: &[TextFlow], room: usize) -> Vec<Vec<Span>> {
    row.iter()
        .flat_map(|cell| cell.rows(room.max(1), 0))
        .map(|row| row.spans)
        .filter(|spans| !spans.is_empty())
        .collect()
}
