//! The text field: the composer, the query of a list, a password. It knows the readline keys, undo, and
//! that what a person sees as one character may be several code points. It does not draw itself.
//!
//! Written here because the ready-made one is a ratatui widget whose cursor moves by code point.

mod undo;
mod wrap;

use std::{cell::RefCell, ops::Range};

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use undo::{Change, Undo};
use wrap::Rows;
pub(crate) use wrap::{cells, shown};

/// What a key does to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Edit {
    Left,
    Right,
    /// To the start of the word before.
    WordLeft,
    /// To the end of the word after.
    WordRight,
    /// One row up, as rows are shown.
    Up,
    Down,
    /// To the start of the line.
    LineStart,
    /// To the end of the line.
    LineEnd,
    /// Deletes the character before.
    DeleteBack,
    /// Deletes the character after.
    DeleteForward,
    /// Deletes the word before, for `Yank`.
    KillWordBack,
    /// Deletes the word after, for `Yank`.
    KillWordForward,
    /// Deletes to the start of the line, for `Yank`.
    KillToStart,
    /// Deletes to the end of the line, for `Yank`.
    KillToEnd,
    /// Puts back what was killed last.
    Yank,
    /// Takes back the last change.
    Undo,
    Redo,
}

/// Text being written, with a cursor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Editor {
    text: String,
    /// A byte offset, always between two characters as people see them.
    cursor: usize,
    changes: u64,
    /// The rows in the last width that was asked for.
    rows: RefCell<Option<Rows>>,
    undo: Undo,
    /// What was killed last.
    killed: String,
    /// Whether the last change was typing within a word: more of it is the same step of undoing.
    typing: bool,
}

impl Editor {
    /// A field that holds `text`, the cursor at its end.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text, ..Self::default() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where the cursor is, in bytes.
    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether nothing is written.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Empties the field; undoing brings the text back.
    pub(crate) fn take(&mut self) -> String {
        let text = self.text.clone();
        self.put(0..text.len(), "");
        text
    }

    /// Types or pastes `text`: line ends become `\n`, other control characters but the tab are dropped.
    pub(crate) fn insert(&mut self, text: &str) {
        let clean: String = text
            .replace("\r\n", "\n")
            .chars()
            .map(|char| if char == '\r' { '\n' } else { char })
            .filter(|char| !char.is_control() || matches!(char, '\n' | '\t'))
            .collect();
        if clean.is_empty() {
            return;
        }
        let within_word = clean.chars().count() == 1 && !clean.starts_with(char::is_whitespace);
        if self.typing && within_word {
            let before = self.cursor;
            self.splice(before..before, &clean);
            if !self.undo.go_on(&clean, before, self.cursor) {
                let (removed, after) = (String::new(), self.cursor);
                self.undo.push(Change { at: before, removed, inserted: clean, before, after });
            }
        } else {
            self.put(self.cursor..self.cursor, &clean);
        }
        self.typing = within_word;
    }

    /// Replaces the bytes of `range`, the cursor after them.
    pub(crate) fn replace(&mut self, range: Range<usize>, with: &str) {
        self.put(range, with);
    }

    /// Does what a key says; `width` is that of the field in cells, for moving by rows. True if that changed the text.
    pub(crate) fn apply(&mut self, edit: Edit, width: usize) -> bool {
        let changes = self.changes;
        match edit {
            Edit::Left => self.move_to(self.left()),
            Edit::Right => self.move_to(self.right()),
            Edit::WordLeft => self.move_to(self.word_left()),
            Edit::WordRight => self.move_to(self.word_right()),
            Edit::Up => self.move_by_row(-1, width),
            Edit::Down => self.move_by_row(1, width),
            Edit::LineStart => self.move_to(self.line_start()),
            Edit::LineEnd => self.move_to(self.line_end()),
            Edit::DeleteBack => self.cut(self.left()..self.cursor),
            Edit::DeleteForward => self.cut(self.cursor..self.right()),
            Edit::KillWordBack => self.kill(self.word_left()..self.cursor),
            Edit::KillWordForward => self.kill(self.cursor..self.word_right()),
            Edit::KillToStart => self.kill(self.line_start()..self.cursor),
            Edit::KillToEnd => self.kill(self.cursor..self.line_end()),
            Edit::Yank => {
                let killed = self.killed.clone();
                self.insert(&killed);
            }
            Edit::Undo => {
                let change = self.undo.undo();
                self.make(change);
            }
            Edit::Redo => {
                let change = self.undo.redo();
                self.make(change);
            }
        }
        self.changes != changes
    }

    /// How many rows there are in a field of `width` cells.
    pub(crate) fn row_count(&self, width: usize) -> usize {
        self.with_rows(width, |rows| rows.all().len())
    }

    /// The rows from one on, at most so many, as ranges of bytes.
    pub(crate) fn rows(&self, width: usize, from: usize, count: usize) -> Vec<Range<usize>> {
        self.with_rows(width, |rows| rows.all().iter().skip(from).take(count).cloned().collect())
    }

    /// The row and the cell of the cursor in a field of `width` cells.
    pub(crate) fn position(&self, width: usize) -> (usize, usize) {
        let (row, start) = self.with_rows(width, |rows| {
            let row = rows.of(self.cursor);
            (row, rows.all().get(row).map_or(0, |row| row.start))
        });
        (row, cells(&self.text[start..self.cursor]).min(width.saturating_sub(1)))
    }

    /// How many rows were made so far for this width.
    #[cfg(test)]
    fn rows_made(&self, width: usize) -> usize {
        self.with_rows(width, Rows::made)
    }

    fn with_rows<T>(&self, width: usize, ask: impl FnOnce(&Rows) -> T) -> T {
        let mut kept = self.rows.borrow_mut();
        let rows = match kept.take() {
            Some(rows) if rows.width() == width => rows,
            _ => Rows::new(&self.text, width),
        };
        ask(kept.insert(rows))
    }

    fn move_to(&mut self, cursor: usize) {
        self.cursor = cursor;
        self.typing = false;
    }

    fn move_by_row(&mut self, by: isize, width: usize) {
        let (row, cell) = self.position(width);
        let Some(target) = row.checked_add_signed(by).and_then(|row| self.rows(width, row, 1).pop()) else { return };
        let mut cursor = target.start;
        for (offset, grapheme) in self.text[target.clone()].grapheme_indices(true) {
            if grapheme == "\n" || cells(&self.text[target.start..target.start + offset]) >= cell {
                break;
            }
            cursor = target.start + offset + grapheme.len();
        }
        self.move_to(cursor);
    }

    fn cut(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.put(range, "");
        }
    }

    fn kill(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.killed = self.text[range.clone()].to_owned();
        }
        self.cut(range);
    }

    /// Puts `with` in place of `range`, as a step that can be undone.
    fn put(&mut self, range: Range<usize>, with: &str) {
        let (at, before) = (range.start, self.cursor);
        let removed = self.text[range.clone()].to_owned();
        self.splice(range, with);
        self.undo.push(Change { at, removed, inserted: with.to_owned(), before, after: self.cursor });
        self.typing = false;
    }

    /// Makes a change that was taken back, or takes one back.
    fn make(&mut self, change: Option<Change>) {
        if let Some(Change { at, removed, inserted, after, .. }) = change {
            self.splice(at..at + removed.len(), &inserted);
            self.cursor = after;
        }
        self.typing = false;
    }

    /// The only place where the text changes; the cursor is after what was put in.
    fn splice(&mut self, range: Range<usize>, with: &str) {
        self.changes += 1;
        self.text.replace_range(range.clone(), with);
        if let Some(rows) = self.rows.get_mut() {
            rows.change(&self.text, range.start, range.len(), with.len());
        }
        self.cursor = self.boundary_at_or_after(range.start + with.len());
    }

    fn boundary_at_or_after(&self, offset: usize) -> usize {
        let mut cursor = GraphemeCursor::new(offset, self.text.len(), true);
        match cursor.is_boundary(&self.text, 0) {
            Ok(true) | Err(_) => offset,
            Ok(false) => cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len()),
        }
    }

    fn left(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(offset, _)| offset)
    }

    fn right(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |grapheme| self.cursor + grapheme.len())
    }

    fn word_left(&self) -> usize {
        self.text[..self.cursor].unicode_word_indices().next_back().map_or(0, |(offset, _)| offset)
    }

    fn word_right(&self) -> usize {
        self.text[self.cursor..]
            .unicode_word_indices()
            .next()
            .map_or(self.text.len(), |(offset, word)| self.cursor + offset + word.len())
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |newline| newline + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..].find('\n').map_or(self.text.len(), |newline| self.cursor + newline)
    }
}

#[cfg(test)]
mod tests;
