//! Where a paragraph's rows break: after spaces, around the characters of scripts written without spaces, and inside
//! a word only if it is longer than a row.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Characters that must not begin a row, though a row may otherwise begin between any two wide ones.
const NOT_FIRST: &str = "、。，．・：；？！」』）］｝〉》】〕”’ー…々ぁぃぅぇぉっゃゅょァィゥェォッャュョ";

/// The cells of the widest character.
const WIDEST: usize = 2;

/// The cells that `text` takes.
pub(crate) fn width(text: &str) -> usize {
    text.graphemes(true).map(cells).sum()
}

/// The cells that what a person sees as one character takes: as many as any common terminal gives it, because one that gives
/// fewer leaves a gap, and one that gives more would lose what does not fit.
pub(super) fn cells(grapheme: &str) -> usize {
    let beside = grapheme.chars().skip(1).filter(|char| BESIDE.contains(char)).count();
    // An emoji as text is narrow by the standard, and as wide as before where that is not known.
    let is_text = grapheme.ends_with('\u{fe0e}');
    let as_text = usize::from(is_text && grapheme.chars().next().and_then(UnicodeWidthChar::width) == Some(2));
    grapheme.width() + beside + as_text
}

/// Vowels of Bengali, Tamil, Malayalam, Sinhala and their neighbours that are said to take no cell, and stand beside their
/// letter.
const BESIDE: [char; 24] = [
    '\u{9be}', '\u{9d7}', '\u{b3e}', '\u{b57}', '\u{bbe}', '\u{bd7}', '\u{cc0}', '\u{cc2}', '\u{cc7}', '\u{cc8}',
    '\u{cca}', '\u{ccb}', '\u{cd5}', '\u{cd6}', '\u{d3e}', '\u{d57}', '\u{dcf}', '\u{ddf}', '\u{1b35}', '\u{1b3b}',
    '\u{1b3d}', '\u{1b43}', '\u{302e}', '\u{302f}',
];

/// `text` if it fits into `cells`, else as much of it as does, and `…`.
pub(crate) fn fit(text: &str, cells: usize, ellipsis: &str) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut room = cells.saturating_sub(width(ellipsis));
    let mut cut = String::new();
    for grapheme in text.graphemes(true) {
        let Some(rest) = room.checked_sub(self::cells(grapheme)) else { break };
        room = rest;
        cut.push_str(grapheme);
    }
    if cells >= width(ellipsis) {
        cut.push_str(ellipsis);
    }
    cut
}

/// A run of text that is not broken unless it is longer than a row, and the spaces after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: Range<usize>,
    pub(super) cells: usize,
    /// The cells of the spaces that follow it.
    pub(super) spaces: usize,
    /// Whether a new line follows.
    pub(super) newline: bool,
}

/// The words of a paragraph; `\n` is a new line.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut before = "\n";
    for (at, grapheme) in text.grapheme_indices(true) {
        let end = at + grapheme.len();
        let fresh = Word { text: at..end, cells: cells(grapheme), spaces: 0, newline: false };
        let gap = Word { text: at..at, cells: 0, ..fresh.clone() };
        match (grapheme, words.last_mut()) {
            ("\n", Some(word)) if !word.newline => word.newline = true,
            ("\n", _) => words.push(Word { newline: true, ..gap }),
            (" ", Some(word)) if !word.newline => word.spaces += 1,
            (" ", _) => words.push(Word { spaces: 1, ..gap }),
            (_, Some(word)) if joins(before, grapheme) => {
                word.text.end = end;
                word.cells += fresh.cells;
            }
            _ => words.push(fresh),
        }
        before = grapheme;
    }
    words
}

/// Whether two neighbours stay on one row.
fn joins(before: &str, grapheme: &str) -> bool {
    let spaced = matches!(before, " " | "\n");
    !spaced && (NOT_FIRST.contains(grapheme) || !(is_ideograph(before) || is_ideograph(grapheme)))
}

/// Whether the script of `grapheme` is written without spaces: wide characters that are no emoji.
fn is_ideograph(grapheme: &str) -> bool {
    /// From CJK radicals to Hangul, and the ideographs of the second plane.
    const RANGES: [std::ops::RangeInclusive<char>; 3] =
        ['\u{2e80}'..='\u{a4cf}', '\u{f900}'..='\u{ffef}', '\u{20000}'..='\u{3fffd}'];
    grapheme.chars().next().is_some_and(|char| RANGES.iter().any(|range| range.contains(&char)))
}

/// Breaks words into rows of `width` cells, the first of `first` cells. Spaces at a row's end are dropped.
pub(super) fn rows(text: &str, words: &[Word], first: usize, width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut room = first;
    let mut row: Option<(Range<usize>, usize)> = None;
    let mut spaces = 0;
    for word in words {
        if let Some((range, used)) = &mut row {
            if *used + spaces + word.cells <= room || word.cells == 0 {
                range.end = word.text.end.max(range.end);
                *used += spaces + word.cells;
            } else if *used == 0 && spaces > 0 && spaces + WIDEST <= room {
                row = Some(indented(text, range.start, word, room - spaces, width, &mut rows));
                room = width;
            } else {
                rows.push(range.clone());
                row = None;
                room = width;
            }
        }
        if row.is_none() {
            row = Some(place(text, word, &mut room, width, &mut rows));
        }
        spaces = word.spaces;
        if word.newline {
            rows.extend(row.take().map(|(range, _)| range));
            room = width;
            spaces = 0;
        }
    }
    rows.extend(row.map(|(range, _)| range));
    rows
}

/// Begins a row with the blanks at `start` and as much of `word` as fits behind them, so that no blanks stand alone.
fn indented(
    text: &str,
    start: usize,
    word: &Word,
    room: usize,
    width: usize,
    rows: &mut Vec<Range<usize>>,
) -> (Range<usize>, usize) {
    let begin = rows.len();
    let mut room = room;
    let (mut open, used) = cut(text, word, &mut room, width, rows);
    rows.get_mut(begin).unwrap_or(&mut open).start = start;
    (open, used)
}

/// Begins a row with `word`, cutting it where it is longer than the row; what remains open is given back.
fn place(
    text: &str,
    word: &Word,
    room: &mut usize,
    width: usize,
    rows: &mut Vec<Range<usize>>,
) -> (Range<usize>, usize) {
    if word.cells > *room && *room < width && word.cells <= width {
        rows.push(word.text.start..word.text.start);
        *room = width;
    }
    if word.cells <= *room {
        return (word.text.clone(), word.cells);
    }
    cut(text, word, room, width, rows)
}

/// Cuts a word where its rows end; what remains open is given back.
fn cut(text: &str, word: &Word, room: &mut usize, width: usize, rows: &mut Vec<Range<usize>>) -> (Range<usize>, usize) {
    let mut start = word.text.start;
    let mut used = 0;
    for (at, grapheme) in text[word.text.clone()].grapheme_indices(true) {
        let at = word.text.start + at;
        let wide = cells(grapheme);
        if used + wide > *room && at > start {
            rows.push(start..at);
            (start, used, *room) = (at, 0, width);
        }
        used += wide;
    }
    (start..word.text.end, used)
}
