//! Where the rows of a text field begin and end. Nothing is dropped: every byte belongs to one row, so that the
//! cursor has a place everywhere.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Cells that a tab takes in a text field.
const TAB_CELLS: usize = 4;

/// The cells that `text` takes on one row.
pub fn cells(text: &str) -> usize {
    text.graphemes(true)
        .map(|grapheme| match grapheme {
            "\t" => TAB_CELLS,
            "\n" => 0,
            _ => grapheme.width(),
        })
        .sum()
}

/// The rows of `text` in a field of `width` cells, as ranges of bytes; at least one.
///
/// Rows break after spaces where they can. A line that fills its row exactly is followed by an empty one, where
/// the cursor waits.
pub fn rows(text: &str, width: usize) -> Vec<Range<usize>> {
    let width = width.max(1);
    let mut rows = Vec::new();
    let (mut start, mut used, mut after_space) = (0, 0, None);
    for (offset, grapheme) in text.grapheme_indices(true) {
        let end = offset + grapheme.len();
        if grapheme == "\n" {
            rows.push(start..end);
            (start, used, after_space) = (end, 0, None);
            continue;
        }
        let wide = cells(grapheme);
        if used + wide > width && offset > start {
            let at = after_space.filter(|&at| at > start).unwrap_or(offset);
            rows.push(start..at);
            (start, used, after_space) = (at, cells(&text[at..offset]), None);
        }
        used += wide;
        if grapheme == " " || grapheme == "\t" {
            after_space = Some(end);
        }
    }
    let full = used >= width;
    rows.push(start..text.len());
    if full {
        rows.push(text.len()..text.len());
    }
    rows
}
