//! Tables. Between rows and cells stands what separates them for readers that know no tables.

use std::ops::Range;

use pulldown_cmark::Alignment;

use super::{Builder, Started, tree::Kind};
use crate::blocks::{Align, Block, shield};

/// What stands between two cells.
const BETWEEN_CELLS: &str = " | ";

/// How far a table is.
#[derive(Default)]
pub(super) struct Progress {
    /// Whether a row came before.
    after_row: bool,
    /// Whether a cell of the row came before.
    after_cell: bool,
    /// Where the last cell ended.
    pub(super) cell_end: usize,
}

impl Builder<'_> {
    pub(super) fn start_table(&mut self, align: &[Alignment]) -> Started {
        self.table = Progress::default();
        let align = align.iter().map(|align| match align {
            Alignment::None => None,
            Alignment::Left => Some(Align::Left),
            Alignment::Center => Some(Align::Center),
            Alignment::Right => Some(Align::Right),
        });
        let align: Vec<_> = align.collect();
        self.start_block(&[Kind::Table(if align.iter().any(Option::is_some) { align } else { Vec::new() })])
    }

    pub(super) fn start_row(&mut self) -> Started {
        if std::mem::replace(&mut self.table.after_row, true) {
            self.leaf(Block::Break);
        }
        self.table.after_cell = false;
        Started { nodes: usize::from(self.tree.open(Kind::Row)), closing: None }
    }

    pub(super) fn start_cell(&mut self) -> Started {
        if std::mem::replace(&mut self.table.after_cell, true) {
            self.leaf(Block::Text(BETWEEN_CELLS.to_owned()));
        }
        Started { nodes: usize::from(self.tree.open(Kind::Cell)), closing: None }
    }

    /// Cells beyond the last column, which Markdown leaves out, as they were written.
    pub(super) fn add_surplus(&mut self, row: &Range<usize>) {
        let rest = self.source.get(self.table.cell_end..row.end).unwrap_or_default();
        for cell in rest.split('|').map(str::trim).filter(|cell| !cell.is_empty()) {
            let started = self.start_cell();
            self.tree.push(Block::Text(shield::lower(cell).into_owned()));
            for _ in 0..started.nodes {
                self.tree.close();
            }
        }
    }
}
