//! The text field: the composer, the query of a list, a password. It knows the readline keys, undo, and
//! that what a person sees as one character may be several code points. It does not draw itself.
//!
//! Written here because the ready-made one is a ratatui widget whose cursor moves by code point.

mod wrap;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

pub use wrap::{cells, rows};

/// Steps that can be undone; more than anyone remembers.
const UNDO_STEPS: usize = 200;

/// What a key does to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edit {
    /// One character left.
    Left,
    /// One character right.
    Right,
    /// To the start of the word before.
    WordLeft,
    /// To the end of the word after.
    WordRight,
    /// One row up, as rows are shown.
    Up,
    /// One row down.
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
    /// Makes it again.
    Redo,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Snapshot {
    text: String,
    cursor: usize,
}

/// Text being written, with a cursor.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    text: String,
    /// A byte offset, always between two characters as people see them.
    cursor: usize,
    undo: Vec<Snapshot>,
    redo: Vec<Snapshot>,
    /// What was killed last.
    killed: String,
    /// Whether the last change was typing within a word: more of it is the same step of undoing.
    typing: bool,
}

impl Editor {
    /// A field that holds `text`, the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text, ..Self::default() }
    }

    /// What is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the cursor is, in bytes.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Empties the field; undoing brings the text back.
    pub fn take(&mut self) -> String {
        self.remember();
        self.cursor = 0;
        std::mem::take(&mut self.text)
    }

    /// Types or pastes `text`: line ends become `\n`, other control characters but the tab are dropped.
    pub fn insert(&mut self, text: &str) {
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
        if !(self.typing && within_word) {
            self.remember();
        }
        self.redo.clear();
        self.typing = within_word;
        self.text.insert_str(self.cursor, &clean);
        self.cursor = self.boundary_at_or_after(self.cursor + clean.len());
    }

    /// Replaces the bytes of `range`, the cursor after them.
    pub fn replace(&mut self, range: std::ops::Range<usize>, with: &str) {
        self.remember();
        self.text.replace_range(range.clone(), with);
        self.cursor = self.boundary_at_or_after(range.start + with.len());
    }

    /// Does what a key says; `width` is that of the field in cells, for moving by rows.
    pub fn apply(&mut self, edit: Edit, width: usize) {
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
            Edit::Undo => self.swap_with(true),
            Edit::Redo => self.swap_with(false),
        }
    }

    /// The row and the cell of the cursor in a field of `width` cells.
    pub fn position(&self, width: usize) -> (usize, usize) {
        let rows = rows(&self.text, width);
        let row = rows.iter().rposition(|row| row.start <= self.cursor).unwrap_or(0);
        let start = rows.get(row).map_or(0, |row| row.start);
        (row, cells(&self.text[start..self.cursor]).min(width.saturating_sub(1)))
    }

    fn move_to(&mut self, cursor: usize) {
        self.cursor = cursor;
        self.typing = false;
    }

    fn move_by_row(&mut self, by: isize, width: usize) {
        let rows = rows(&self.text, width);
        let (row, cell) = self.position(width);
        let Some(target) = row.checked_add_signed(by).and_then(|row| rows.get(row)) else { return };
        let mut cursor = target.start;
        for (offset, grapheme) in self.text[target.clone()].grapheme_indices(true) {
            if grapheme == "\n" || cells(&self.text[target.start..target.start + offset]) >= cell {
                break;
            }
            cursor = target.start + offset + grapheme.len();
        }
        self.move_to(cursor);
    }

    fn cut(&mut self, range: std::ops::Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.remember();
        self.cursor = range.start;
        self.text.replace_range(range, "");
    }

    fn kill(&mut self, range: std::ops::Range<usize>) {
        if !range.is_empty() {
            self.killed = self.text[range.clone()].to_owned();
        }
        self.cut(range);
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot { text: self.text.clone(), cursor: self.cursor }
    }

    fn remember(&mut self) {
        self.redo.clear();
        self.typing = false;
        if self.undo.len() == UNDO_STEPS {
            self.undo.remove(0);
        }
        self.undo.push(self.snapshot());
    }

    fn swap_with(&mut self, undo: bool) {
        let now = self.snapshot();
        let (from, to) = if undo { (&mut self.undo, &mut self.redo) } else { (&mut self.redo, &mut self.undo) };
        if let Some(then) = from.pop() {
            to.push(now);
            self.text = then.text;
            self.cursor = then.cursor;
        }
        self.typing = false;
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
