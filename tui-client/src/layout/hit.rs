//! The words of a message around what was searched for, on one line.

use chat_protocol::terminal::SafeText;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::{
    self,
    span::{Role, Span},
};

/// The part of the line before the first mark: the words before it say what it is about.
const BEFORE: usize = 3;

/// The words around the first mark, in at most so many cells. Marks count the Unicode scalar values of the body; what a
/// person sees as one character is marked whole.
pub(crate) fn snippet(body: &str, marks: &[(u32, u32)], width: usize) -> Vec<Span> {
    let marks: Vec<(usize, usize)> = marks
        .iter()
        .filter_map(|(start, end)| Some((usize::try_from(*start).ok()?, usize::try_from(*end).ok()?)))
        .collect();
    let first = marks.first().map_or(0, |(start, _)| *start);
    let fits = body.len() < width || text::width(body) < width;
    let (mut at, start) = if fits { (0, 0) } else { beginning(body, first, width / BEFORE) };
    let mut line = Line { spans: Vec::new(), left: width.saturating_sub(1) };
    if start > 0 && line.left > 0 {
        line.push("…", false);
    }
    let mut graphemes = body[start..].graphemes(true).peekable();
    let mut after_space = true;
    while let Some(grapheme) = graphemes.next() {
        let end = at + grapheme.chars().count();
        let is_marked = marks.iter().any(|(from, to)| *from < end && at < *to);
        at = end;
        let is_space = grapheme.chars().all(char::is_whitespace);
        if is_space && after_space {
            continue;
        }
        after_space = is_space;
        let shown = if is_space { " ".to_owned() } else { SafeText::line(grapheme).to_string() };
        if text::width(&shown) > line.left {
            line.left = 1;
            line.push("…", false);
            break;
        }
        line.push(&shown, is_marked);
        if line.left == 0 && graphemes.peek().is_some() {
            line.left = 1;
            line.push("…", false);
            break;
        }
    }
    line.spans
}

/// Where the line begins so that the character `first` is at most so many characters further: its number and its byte.
/// It is a word's beginning where one is near.
fn beginning(body: &str, first: usize, before: usize) -> (usize, usize) {
    let from = first.saturating_sub(before);
    if from == 0 {
        return (0, 0);
    }
    let mut chars = body.char_indices().enumerate().skip(from);
    let word = chars.clone().take(first - from).find(|(_, (_, char))| char.is_whitespace());
    match word.map(|(at, (byte, char))| (at + 1, byte + char.len_utf8())) {
        Some(found) => found,
        None => chars.next().map_or((0, 0), |(at, (byte, _))| (at, byte)),
    }
}

struct Line {
    spans: Vec<Span>,
    /// Cells.
    left: usize,
}

impl Line {
    fn push(&mut self, shown: &str, is_marked: bool) {
        let role = if is_marked { Role::Found } else { Role::Text };
        self.left = self.left.saturating_sub(text::width(shown));
        match self.spans.last_mut().filter(|span| span.style.role == role) {
            Some(span) => span.text.push_str(shown),
            None => self.spans.push(Span::new(shown, role)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str, marks: &[(u32, u32)], width: usize) -> String {
        let spans = snippet(body, marks, width);
        let line: String = spans
            .iter()
            .map(|span| if span.style.role == Role::Found { format!("[{}]", span.text) } else { span.text.clone() })
            .collect();
        let cells: usize = spans.iter().map(|span| text::width(&span.text)).sum();
        assert!(cells <= width, "{line} has {cells} cells");
        line
    }

    #[test]
    fn marks_count_characters_and_not_bytes() {
        assert_eq!(shown("日本語の検索 works", &[(4, 6)], 40), "日本語の[検索] works");
        assert_eq!(shown("a cafe\u{301} here", &[(2, 6)], 40), "a [cafe\u{301}] here");
        assert_eq!(shown("👍🏽 done", &[(3, 7)], 40), "👍🏽 [done]");
    }

    #[test]
    fn the_line_begins_before_the_first_mark_and_ends_with_the_width() {
        let body = format!("{} the disk is full {}", "word ".repeat(50), "more ".repeat(50));
        let line = shown(&body, &[(255, 259)], 40);
        assert!(
            line.starts_with("…word the [disk] is full more") || line.starts_with("…word word the [disk]"),
            "{line}"
        );
        assert!(line.ends_with('…'), "{line}");
        assert_eq!(shown("short", &[], 40), "short");
        assert_eq!(shown("what fits is shown as a whole", &[(24, 29)], 40), "what fits is shown as a [whole]");
    }

    #[test]
    fn lines_are_one_and_nothing_of_the_terminal_gets_through() {
        assert_eq!(shown("one\n\n  two\tthree", &[(7, 10)], 40), "one [two] three");
        let line = shown("a\u{1b}[31m red \u{202e}back", &[(6, 9)], 40);
        assert!(!line.contains('\u{1b}') && !line.contains('\u{202e}'), "{line:?}");
        assert_eq!(shown("anything", &[(900, 1000)], 40), "anything", "marks that are nowhere");
    }

    #[test]
    fn any_width_will_do() {
        for width in 0..12 {
            shown("日本語の検索 works", &[(4, 6)], width.max(1));
        }
    }
}
