//! Where the rows of a text field begin and end, and how much of it there is to see. No byte is left out: each belongs to
//! one row, so that the cursor has a place everywhere.

use std::{borrow::Cow, ops::Range};

use chat_protocol::terminal::SafeText;
use unicode_segmentation::UnicodeSegmentation;

use crate::text;

/// What a tab looks like in a text field.
const TAB: &str = "    ";

/// What a text field shows of what a person sees as one character: the field is as safe to print as what others write.
pub(crate) fn shown(grapheme: &str) -> Cow<'_, str> {
    let mut chars = grapheme.chars();
    match (chars.next(), chars.next()) {
        (Some('\n'), None) => "".into(),
        (Some('\t'), None) => TAB.into(),
        // Nothing else about them could be unsafe.
        (Some(' '..='~'), None) => grapheme.into(),
        (Some(char @ ('À'..='ʯ' | 'Ѐ'..='ҁ' | 'ぁ'..='ヿ' | '一'..='鿿' | '가'..='힣')), None)
            if char.is_alphanumeric() =>
        {
            grapheme.into()
        }
        _ => SafeText::line(grapheme).to_string().into(),
    }
}

/// The cells that `text` takes on one row.
pub(crate) fn cells(text: &str) -> usize {
    graphemes(text).map(|(_, grapheme)| text::width(&shown(grapheme))).sum()
}

/// The rows of a text in a field of some width. A change of the text wraps what changed, and not the whole of it.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    width: usize,
    rows: Vec<Range<usize>>,
    /// How many rows were made so far; tests look at it.
    made: usize,
}

impl Rows {
    /// Wraps the whole text.
    pub(super) fn new(text: &str, width: usize) -> Self {
        let mut rows = Vec::new();
        wrap(text, 0, width, |row| {
            rows.push(row);
            true
        });
        Self { width, made: rows.len(), rows }
    }

    /// The width that they were made for.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The rows, as ranges of bytes; at least one.
    ///
    /// Rows break after spaces where they can. A line that fills its row exactly is followed by an empty one, where
    /// the cursor waits.
    pub(super) fn all(&self) -> &[Range<usize>] {
        &self.rows
    }

    /// How many rows were made so far.
    #[cfg(test)]
    pub(super) fn made(&self) -> usize {
        self.made
    }

    /// The row of a byte: of two that meet there, the later one.
    pub(super) fn of(&self, at: usize) -> usize {
        self.rows.partition_point(|row| row.start <= at).saturating_sub(1)
    }

    /// At `at`, `removed` bytes gave way to `inserted` others; `text` is what it is now.
    pub(super) fn change(&mut self, text: &str, at: usize, removed: usize, inserted: usize) {
        // A word that became shorter may go up by a row.
        let first = self.of(at).saturating_sub(2);
        let from = self.rows[first].start;
        let later = |start: usize| start - removed + inserted;
        let mut next = self.rows.partition_point(|row| row.start < at + removed).max(first);
        let mut changed = Vec::new();
        let mut meets = false;
        wrap(text, from, self.width, |row| {
            while self.rows.get(next).is_some_and(|old| later(old.start) < row.start) {
                next += 1;
            }
            // From here on everything is as it was.
            meets = row.start >= at + inserted && self.rows.get(next).is_some_and(|old| later(old.start) == row.start);
            if !meets {
                changed.push(row);
            }
            !meets
        });
        let end = if meets { next } else { self.rows.len() };
        for row in &mut self.rows[end..] {
            *row = later(row.start)..later(row.end);
        }
        self.made += changed.len();
        self.rows.splice(first..end, changed);
    }
}

/// Wraps `text` from `from`, where a row begins, for as long as `take` wants another row.
fn wrap(text: &str, from: usize, width: usize, mut take: impl FnMut(Range<usize>) -> bool) {
    let width = width.max(1);
    let (mut start, mut used, mut after_space) = (from, 0, None);
    for (offset, grapheme) in graphemes(&text[from..]) {
        let offset = from + offset;
        let end = offset + grapheme.len();
        if grapheme == "\n" {
            if !take(start..end) {
                return;
            }
            (start, used, after_space) = (end, 0, None);
            continue;
        }
        let wide = text::width(&shown(grapheme));
        while used + wide > width && offset > start {
            let at = after_space.filter(|&at| at > start).unwrap_or(offset);
            if !take(start..at) {
                return;
            }
            (start, used, after_space) = (at, cells(&text[at..offset]), None);
        }
        used += wide;
        if grapheme == " " || grapheme == "\t" {
            after_space = Some(end);
        }
    }
    if take(start..text.len()) && used >= width {
        take(text.len()..text.len());
    }
}

/// What a person sees as characters, with where they begin. Plain ASCII, which is most of what is long, needs no look at
/// its neighbours.
fn graphemes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let length = match rest.as_bytes() {
            [] => return None,
            [0..0x80] | [0..0x80, 0..0x80, ..] => 1,
            _ => rest.graphemes(true).next()?.len(),
        };
        let found = (at, &rest[..length]);
        at += length;
        Some(found)
    })
}
