//! A text as paragraphs and blocks of code, ready to be broken into rows of any width.

mod table;

use std::ops::Range;

use chat_protocol::{blocks::Align, terminal::SafeText};
use unicode_segmentation::UnicodeSegmentation;

use self::table::Table;
use super::{
    breaks::{self, Word, width},
    code,
};
use crate::text::span::{Role, Span, SpanStyle};

/// Cells that must be left beside prefixes; deeper nesting is shown without them.
const LEAST_TEXT: usize = 10;
/// Below this width code stands without its frame.
const LEAST_FRAME: usize = 12;

/// One row of a laid-out text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Row {
    pub(crate) spans: Vec<Span>,
    /// Where in the text it begins, so that the same place is found again in another width.
    pub(crate) at: usize,
}

impl Row {
    /// The cells that it takes.
    pub(crate) fn width(&self) -> usize {
        self.spans.iter().map(|span| width(&span.text)).sum()
    }
}

#[derive(Debug, Clone)]
enum Kind {
    Text(Vec<Word>),
    /// Code, line by line as it was written.
    Code {
        lang: String,
    },
    Table(Table),
    Gap,
}

#[derive(Debug, Clone)]
struct Part {
    kind: Kind,
    text: String,
    /// Where each style begins.
    styles: Vec<(usize, SpanStyle)>,
    /// What stands before the first row, and before the others.
    first: Vec<Span>,
    rest: Vec<Span>,
}

/// A text, independent of any width.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextFlow {
    parts: Vec<Part>,
}

/// Builds a [`TextFlow`]. Text of others goes in only as [`SafeText`].
#[derive(Debug, Default)]
pub(crate) struct TextFlowBuilder {
    flow: TextFlow,
    text: String,
    styles: Vec<(usize, SpanStyle)>,
    /// The next row's prefix, and that of the rows after it.
    first: Vec<Span>,
    rest: Vec<Span>,
}

impl TextFlowBuilder {
    /// Adds text to the current paragraph.
    pub(crate) fn text(&mut self, text: &SafeText, style: &SpanStyle) {
        self.own(text.as_str(), style);
    }

    /// Adds this program's own words.
    pub(crate) fn own(&mut self, text: &str, style: &SpanStyle) {
        if self.styles.last().is_none_or(|(_, last)| last != style) {
            self.styles.push((self.text.len(), style.clone()));
        }
        self.text.push_str(text);
    }

    /// Begins a new row in the current paragraph.
    pub(crate) fn newline(&mut self) {
        self.text.push('\n');
    }

    /// Ends the current paragraph, if anything is in it.
    pub(crate) fn end_paragraph(&mut self) {
        if !self.text.is_empty() {
            let words = breaks::words(&self.text);
            self.push(Kind::Text(words));
        }
    }

    /// Adds a block of code.
    pub(crate) fn code(&mut self, lang: &SafeText, code: &SafeText) {
        self.end_paragraph();
        code.as_str().clone_into(&mut self.text);
        self.styles = code::styles(lang.as_str(), code.as_str());
        self.push(Kind::Code { lang: lang.as_str().to_owned() });
    }

    /// Adds a table of cells, the first row of which is its head.
    pub(crate) fn table(&mut self, align: Vec<Option<Align>>, rows: Vec<Vec<TextFlow>>) {
        self.end_paragraph();
        // Places in the table are told apart by their rows alone.
        self.text = "\n".repeat(rows.len());
        self.push(Kind::Table(Table::new(align, rows)));
    }

    /// Adds an empty row, unless there is nothing above it.
    pub(crate) fn gap(&mut self) {
        self.end_paragraph();
        if !self.flow.parts.is_empty() {
            self.push(Kind::Gap);
        }
    }

    /// Sets `first` before the next row and `rest` before those after it, until [`Self::outdent`] gets what this gives.
    pub(crate) fn indent(&mut self, first: Span, rest: Span) -> (usize, usize) {
        self.end_paragraph();
        let before = (self.first.len(), self.rest.len());
        self.first.push(first);
        self.rest.push(rest);
        before
    }

    pub(crate) fn outdent(&mut self, before: (usize, usize)) {
        self.end_paragraph();
        self.first.truncate(before.0);
        self.rest.truncate(before.1);
    }

    pub(crate) fn finish(mut self) -> TextFlow {
        self.end_paragraph();
        self.flow
    }

    fn push(&mut self, kind: Kind) {
        let part = Part {
            kind,
            text: std::mem::take(&mut self.text),
            styles: std::mem::take(&mut self.styles),
            first: self.first.clone(),
            rest: self.rest.clone(),
        };
        self.first.clone_from(&self.rest);
        self.flow.parts.push(part);
    }
}

impl TextFlow {
    /// The rows in `width` cells. `lead` cells of the first row are taken by something else; if the text does not
    /// begin with a paragraph, that row is left to it alone.
    pub(crate) fn rows(&self, width: usize, lead: usize) -> Vec<Row> {
        let width = width.max(1);
        let mut rows = Vec::new();
        let starts_with_text =
            self.parts.first().is_some_and(|part| matches!(part.kind, Kind::Text(_)) && part.first.is_empty());
        if lead > 0 && !starts_with_text {
            rows.push(Row::default());
        }
        let mut at = 0;
        for (index, part) in self.parts.iter().enumerate() {
            let lead = if index == 0 && starts_with_text { lead } else { 0 };
            part.rows(width, lead, at, &mut rows);
            at += part.text.len() + 1;
        }
        if rows.is_empty() {
            rows.push(Row::default());
        }
        rows
    }
}

impl Part {
    fn rows(&self, width: usize, lead: usize, at: usize, out: &mut Vec<Row>) {
        let prefix = self.rest.iter().map(|span| breaks::width(&span.text)).sum::<usize>();
        let (first, rest, room) = match width.checked_sub(prefix) {
            Some(room) if room >= LEAST_TEXT => (&self.first[..], &self.rest[..], room),
            _ => (&[][..], &[][..], width),
        };
        let begin = out.len();
        match &self.kind {
            Kind::Gap => out.push(Row { spans: Vec::new(), at }),
            Kind::Code { lang } => self.code_rows(lang, room, at, out),
            Kind::Table(table) => {
                let rows = table.rows(room).into_iter().enumerate();
                out.extend(rows.map(|(row, spans)| Row { spans, at: at + row.min(self.text.len()) }));
            }
            Kind::Text(words) => {
                let ranges = breaks::rows(&self.text, words, room.saturating_sub(lead).max(1), room);
                out.extend(ranges.into_iter().map(|range| Row { at: at + range.start, spans: self.spans(range) }));
            }
        }
        for (index, row) in out[begin..].iter_mut().enumerate() {
            let prefix = if index == 0 { first } else { rest };
            row.spans.splice(0..0, prefix.iter().cloned());
        }
    }

    /// The text of `range`, cut where the style changes.
    fn spans(&self, range: Range<usize>) -> Vec<Span> {
        let first = self.styles.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        let styles = &self.styles[first..];
        let ends = styles.iter().skip(1).map(|(start, _)| *start).chain([self.text.len()]);
        styles
            .iter()
            .zip(ends)
            .take_while(|((start, _), _)| *start < range.end)
            .map(|((start, style), end)| (range.start.max(*start)..range.end.min(end), style))
            .filter(|(part, _)| part.start < part.end)
            .map(|(part, style)| Span { text: self.text[part].replace('\n', ""), style: style.clone() })
            .collect()
    }

    fn code_rows(&self, lang: &str, room: usize, at: usize, out: &mut Vec<Row>) {
        let frame = room >= LEAST_FRAME;
        let inner = if frame { room - 4 } else { room };
        let lines: Vec<Range<usize>> = code_lines(&self.text, inner);
        let label = match lang {
            "" => String::new(),
            lang => format!(" {} ", breaks::fit(lang, inner.saturating_sub(2), "…")),
        };
        let widest = lines.iter().map(|line| width(&self.text[line.clone()])).max().unwrap_or(0);
        let inner = widest.max(width(&label)).min(inner);
        let rule = |left: &str, label: &str, right: &str| {
            let fill = "─".repeat(inner + 2 - width(label));
            Span::new(format!("{left}{label}{fill}{right}"), Role::Dim)
        };
        if frame {
            out.push(Row { spans: vec![rule("┌", &label, "┐")], at });
        }
        for line in lines {
            let text = &self.text[line.clone()];
            let fill = " ".repeat(inner - width(text).min(inner));
            let at = at + line.start;
            let mut spans = self.spans(line);
            if frame {
                spans.insert(0, Span::new("│ ", Role::Dim));
                spans.push(Span::new(format!("{fill} │"), Role::Dim));
            }
            out.push(Row { spans, at });
        }
        if frame {
            out.push(Row { spans: vec![rule("└", "", "┘")], at: at + self.text.len() });
        }
    }
}

/// This program's own words in rows of at most `width` cells.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut flow = TextFlowBuilder::default();
    flow.own(text, &SpanStyle::default());
    flow.finish().rows(width, 0).into_iter().map(|row| row.spans.into_iter().map(|span| span.text).collect()).collect()
}

/// The lines of code, those that are too long cut anywhere.
fn code_lines(text: &str, room: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let (mut from, mut used) = (start, 0);
        for (offset, grapheme) in line.grapheme_indices(true) {
            let wide = width(grapheme);
            if used + wide > room && start + offset > from {
                lines.push(from..start + offset);
                (from, used) = (start + offset, 0);
            }
            used += wide;
        }
        lines.push(from..start + line.len());
        start += line.len() + 1;
    }
    lines
}
