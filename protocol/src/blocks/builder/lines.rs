//! Where the text of a line begins: after the markers of the quotes, and the indentation of the items, that it stands in.
//!
//! Markdown drops the blanks at the beginning of a paragraph's lines. In a chat they stay: code is often pasted as it is.

/// Columns between tab stops, as Markdown counts them.
const TAB_STOP: usize = 4;
/// More columns than this between a marker and its text are the text's own.
const MAX_MARKER_GAP: usize = 4;
/// The most columns before a marker.
const MAX_MARKER_INDENT: usize = 3;

/// A quote or an item that is open.
enum Container {
    /// A quote: each of its lines may begin with a marker.
    Quote {
        /// Where its text begins on its first line.
        content: usize,
    },
    /// An item of a list: its lines are indented.
    Item {
        /// Where its text begins on its first line.
        content: usize,
        /// The columns by which further lines are indented.
        indent: usize,
    },
}

impl Container {
    fn content(&self) -> usize {
        match *self {
            Self::Quote { content } | Self::Item { content, .. } => content,
        }
    }
}

/// The quotes and items that are open, from the outside in.
#[derive(Default)]
pub(super) struct Containers(Vec<Container>);

impl Containers {
    /// Opens the quote whose marker stands at `marker`.
    pub(super) fn open_quote(&mut self, source: &str, marker: usize) {
        let mut cursor = self.cursor(source, line_start(source, marker));
        cursor.take_quote_marker();
        self.0.push(Container::Quote { content: cursor.at });
    }

    /// Opens the item whose marker stands at `marker`.
    pub(super) fn open_item(&mut self, source: &str, marker: usize) {
        let mut cursor = self.cursor(source, line_start(source, marker));
        let outer = cursor.column;
        cursor.take_blanks(MAX_MARKER_INDENT);
        cursor.take_list_marker();
        let after = cursor.column;
        let mut gap = cursor.clone();
        gap.take_blanks(MAX_MARKER_GAP + 1);
        let is_gap = (1..=MAX_MARKER_GAP).contains(&(gap.column - after)) && !gap.is_at_line_end();
        if is_gap {
            cursor = gap;
        } else {
            cursor.take_blanks(1);
        }
        let indent = if is_gap { cursor.column - outer } else { after + 1 - outer };
        self.0.push(Container::Item { content: cursor.at, indent });
    }

    /// Closes the innermost one.
    pub(super) fn close(&mut self) {
        self.0.pop();
    }

    /// The blanks with which the text of the line at `start` begins.
    pub(super) fn blanks(&self, source: &str, start: usize) -> String {
        let cursor = self.cursor(source, start);
        let rest = cursor.rest();
        let blanks = rest.len() - rest.trim_start_matches(is_blank).len();
        " ".repeat(cursor.spare) + &rest[..blanks]
    }

    /// The text of the line at `start`, without its end and up to `end`.
    pub(super) fn text(&self, source: &str, start: usize, end: usize) -> String {
        let cursor = self.cursor(source, start);
        let line = source[cursor.at..end.max(cursor.at)].split('\n').next().unwrap_or_default();
        " ".repeat(cursor.spare) + line
    }

    /// Goes to where the text of the line at `start` begins. A line may leave out the markers of its containers and go on
    /// with their paragraph; what it is indented by then counts as part of an item's indentation.
    fn cursor<'a>(&self, source: &'a str, start: usize) -> Cursor<'a> {
        let mut cursor = Cursor { source, at: start, column: 0, spare: 0 };
        let here = self.0.iter().rposition(|container| container.content() > start);
        if let Some(container) = here.map(|index| &self.0[index])
            && line_start(source, container.content()) == start
        {
            cursor.go_to(container.content());
        }
        let outer = here.map_or(0, |index| index + 1);
        for container in &self.0[outer..] {
            let is_there = match *container {
                Container::Quote { .. } => cursor.take_quote_marker(),
                Container::Item { indent, .. } => cursor.take_blanks(indent),
            };
            if !is_there {
                break;
            }
        }
        cursor
    }
}

/// Where the line begins that holds `at`.
pub(super) fn line_start(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// A place on a line, and its column.
#[derive(Clone)]
struct Cursor<'a> {
    source: &'a str,
    at: usize,
    column: usize,
    /// Columns that are left of the tab before `at`.
    spare: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn is_at_line_end(&self) -> bool {
        let rest = self.rest().trim_start_matches(is_blank);
        rest.is_empty() || rest.starts_with('\n')
    }

    /// Takes up to this many columns of blanks; whether there were that many.
    fn take_blanks(&mut self, columns: usize) -> bool {
        let mut left = columns;
        while left > 0 {
            if self.spare == 0 {
                self.spare = match self.rest().bytes().next() {
                    Some(b' ') => 1,
                    Some(b'\t') => TAB_STOP - self.column % TAB_STOP,
                    _ => return false,
                };
                self.at += 1;
            }
            let taken = left.min(self.spare);
            self.spare -= taken;
            self.column += taken;
            left -= taken;
        }
        true
    }

    /// Takes the marker of a quote, with the blank after it; nothing if there is none.
    fn take_quote_marker(&mut self) -> bool {
        let mut ahead = self.clone();
        ahead.take_blanks(MAX_MARKER_INDENT);
        if ahead.spare > 0 || !ahead.rest().starts_with('>') {
            return false;
        }
        ahead.at += 1;
        ahead.column += 1;
        ahead.take_blanks(1);
        *self = ahead;
        true
    }

    fn take_list_marker(&mut self) {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let is_marker = self.rest()[digits..].starts_with(['-', '+', '*', '.', ')']);
        let marker = if is_marker { digits + 1 } else { 0 };
        self.at += marker;
        self.column += marker;
    }

    /// Goes to a later place on this line.
    fn go_to(&mut self, at: usize) {
        for c in self.source[self.at..at].chars() {
            self.column += if c == '\t' { TAB_STOP - self.column % TAB_STOP } else { 1 };
        }
        self.at = at;
    }
}
