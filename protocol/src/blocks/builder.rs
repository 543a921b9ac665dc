//! From Markdown's events to the tree.

mod code;
mod lines;
mod table;
mod tree;

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use self::{
    code::Code,
    lines::{Containers, line_start},
    table::Progress,
    tree::{Kind, Tree},
};
use super::{
    Block, address,
    inline::{self, Resolve},
    shield,
};

/// How a thematic break (`---`) is shown.
const RULE: &str = "———";

/// Parses text whose shield is raised.
pub(super) fn build(source: &str, resolve: Resolve<'_>) -> Vec<Block> {
    let mut builder = Builder {
        source,
        resolve,
        tree: Tree::default(),
        starts: Vec::new(),
        containers: Containers::default(),
        text: String::new(),
        code: None,
        table: Progress::default(),
        in_indented: false,
        after_indented: None,
    };
    for (event, range) in
        Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES).into_offset_iter()
    {
        if builder.tree.is_full() {
            let done = if matches!(event, Event::End(_)) { range.end } else { range.start };
            builder.finish_as_written(&source[done..]);
            break;
        }
        builder.take(event, range);
    }
    builder.flush();
    builder.tree.finish()
}

struct Builder<'a> {
    source: &'a str,
    resolve: Resolve<'a>,
    tree: Tree,
    /// What each start that has not ended yet has opened. Its length is bounded by the body's.
    starts: Vec<Started>,
    /// The quotes and items that are open.
    containers: Containers,
    /// Text since the last node, still shielded: Markdown gives it in pieces, addresses and mentions are found in the whole.
    text: String,
    /// The code block that is open.
    code: Option<Code>,
    /// How far the table is that is open.
    table: Progress,
    /// Whether Markdown tells of lines that it takes for code because they are indented.
    in_indented: bool,
    /// Where the line after them begins.
    after_indented: Option<usize>,
}

/// What a start has opened, to be closed by its end.
#[derive(Default)]
struct Started {
    /// Nodes in the tree: none where the nesting is too deep.
    nodes: usize,
    /// Text that follows.
    closing: Option<String>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.code.is_none() && !self.in_indented && begins_text(&event) && self.tree.needs_paragraph() {
            self.open_loose_paragraph(range.start);
        }
        match event {
            Event::Start(tag) => {
                let started = self.start(tag, &range);
                self.starts.push(started);
            }
            Event::End(tag) => self.end(tag, range),
            Event::Text(_) if self.in_indented => {}
            Event::Text(text) => match &mut self.code {
                Some(code) => code.text.push_str(&shield::lower(&text)),
                None => self.take_text(&text, range),
            },
            Event::Code(text) => self.code_span(&text, range),
            Event::SoftBreak | Event::HardBreak => self.new_line(range.start),
            Event::Rule => {
                self.begin_block();
                self.leaf(Block::Text(RULE.to_owned()));
                self.begin_block();
            }
            Event::Html(text)
            | Event::InlineHtml(text)
            | Event::FootnoteReference(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => self.add_text(&text),
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) -> Started {
        match tag {
            Tag::Paragraph if self.goes_on_after_indented(range.start) => {
                self.leaf(Block::Break);
                self.add_blanks(line_start(self.source, range.start));
                Started::default()
            }
            Tag::Paragraph => {
                let started = self.start_block(&[Kind::Paragraph]);
                self.add_blanks(line_start(self.source, range.start));
                started
            }
            Tag::HtmlBlock => self.start_block(&[Kind::Paragraph]),
            Tag::Heading { .. } => self.start_block(&[Kind::Paragraph, Kind::Strong]),
            Tag::BlockQuote(_) => {
                self.containers.open_quote(self.source, range.start);
                self.start_block(&[Kind::Quote])
            }
            Tag::List(start) => self.start_block(&[Kind::List(start)]),
            Tag::Item => {
                self.containers.open_item(self.source, range.start);
                self.start_block(&[Kind::Item])
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => {
                self.indented(range);
                Started::default()
            }
            Tag::CodeBlock(kind) => {
                self.begin_block();
                self.code = Some(Code::new(kind));
                Started::default()
            }
            Tag::Table(align) => self.start_table(&align),
            Tag::TableHead | Tag::TableRow => self.start_row(),
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.start_inline(Kind::Emphasis),
            Tag::Strong => self.start_inline(Kind::Strong),
            Tag::Strikethrough => self.start_inline(Kind::Strike),
            Tag::Link { link_type, dest_url, title, .. } => self.start_link("[", link_type, &dest_url, &title),
            Tag::Image { link_type, dest_url, title, .. } => self.start_link("![", link_type, &dest_url, &title),
            // Everything else belongs to extensions that are off.
            _ => Started::default(),
        }
    }

    /// A link that may lead nowhere stays text as it was written: an index (`list[0](x)`) was hardly meant as one, and
    /// of what tries another scheme (`javascript:`) nothing is hidden.
    fn start_link(&mut self, opening: &str, kind: LinkType, destination: &str, title: &str) -> Started {
        let destination = shield::lower(destination);
        let href = if kind == LinkType::Email { address::mailto(&destination) } else { destination.into_owned() };
        if address::is_allowed(&href) {
            return self.start_inline(Kind::Link(href));
        }
        let (opening, closing) = match kind {
            LinkType::Autolink => ("<", ">".to_owned()),
            _ if title.is_empty() => (opening, format!("]({href})")),
            _ => (opening, format!("]({href} \"{title}\")")),
        };
        self.add_text(opening);
        Started { nodes: 0, closing: Some(closing) }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        let started = self.starts.pop().unwrap_or_default();
        if let Some(closing) = started.closing {
            self.add_text(&closing);
            return;
        }
        if std::mem::take(&mut self.in_indented) {
            // What stands right below may go on with its paragraph.
            return;
        }
        self.flush();
        if let Some(code) = self.code.take() {
            self.tree.push(code.finish());
        }
        match tag {
            TagEnd::BlockQuote(_) | TagEnd::Item => self.containers.close(),
            TagEnd::TableCell => self.table.cell_end = range.end,
            TagEnd::TableHead | TagEnd::TableRow => self.add_surplus(&range),
            _ => {}
        }
        if let TagEnd::Heading(_) = tag
            && self.tree.is_childless()
        {
            self.add_text(self.source[range].trim());
            self.flush();
        }
        if !is_inline(tag) {
            self.tree.close_implicit();
        }
        for _ in 0..started.nodes {
            self.tree.close();
        }
    }

    /// Lines that are only indented are a paragraph here: nobody who pastes a function means two halves of it, of which the
    /// one after the empty line stands in a box. As code they have no markup and mention nobody.
    fn indented(&mut self, range: &Range<usize>) {
        self.begin_block();
        self.in_indented = true;
        let mut at = line_start(self.source, range.start);
        let mut skipped = 0;
        let mut is_first = true;
        while at < range.end {
            let line = self.containers.text(self.source, at, range.end);
            at += self.source[at..].find('\n').map_or(self.source.len() - at, |end| end + 1);
            if line.trim().is_empty() {
                skipped += 1;
                continue;
            }
            for _ in 0..if is_first { 0 } else { skipped + 1 } {
                self.leaf(Block::Break);
            }
            (skipped, is_first) = (0, false);
            self.tree.ensure_paragraph();
            inline::split(&shield::lower(&line), false, None, |block| self.tree.push(block));
            self.after_indented = Some(at);
        }
    }

    /// Whether a paragraph that begins here stands right below lines that are only indented.
    fn goes_on_after_indented(&self, start: usize) -> bool {
        self.tree.is_in_loose_paragraph() && self.after_indented == Some(line_start(self.source, start))
    }

    /// Begins the paragraph of text that stands loose in an item.
    fn open_loose_paragraph(&mut self, start: usize) {
        self.tree.ensure_paragraph();
        self.add_blanks(line_start(self.source, start));
    }

    /// Adds the blanks with which the text of the line at `start` begins.
    fn add_blanks(&mut self, start: usize) {
        let blanks = self.containers.blanks(self.source, start);
        self.text.push_str(&blanks);
    }

    /// A line of a paragraph ends at or after `end`, and the next one begins with its blanks.
    fn new_line(&mut self, end: usize) {
        self.leaf(Block::Break);
        if let Some(line_end) = self.source[end..].find('\n') {
            self.add_blanks(end + line_end + 1);
        }
    }

    /// Code on several lines keeps them, though Markdown makes one of them.
    fn code_span(&mut self, text: &str, range: Range<usize>) {
        let written = &self.source[range.clone()];
        if !written.contains('\n') {
            return self.leaf(Block::CodeSpan(shield::lower(text).into_owned()));
        }
        let ticks = written.len() - written.trim_start_matches('`').len();
        let end = range.end - ticks;
        let mut lines = vec![self.source[range.start + ticks..end].split('\n').next().unwrap_or_default().to_owned()];
        let mut at = range.start;
        while let Some(line_end) = self.source[at..end].find('\n') {
            at += line_end + 1;
            lines.push(self.containers.text(self.source, at, end));
        }
        if lines.iter().all(|line| line.trim().is_empty()) {
            let ticks = "`".repeat(ticks);
            return self.add_text(&format!("{ticks}{}{ticks}", lines.join("\n")));
        }
        for (index, line) in lines.iter().enumerate() {
            self.flush();
            if index > 0 && !self.tree.is_childless() {
                self.leaf(Block::Break);
            }
            if line.trim().is_empty() {
                self.text.push_str(line);
            } else {
                self.leaf(Block::CodeSpan(shield::lower(line).into_owned()));
            }
        }
    }

    /// An escaped `\@` mentions nobody, so it must not be found in the text.
    fn take_text(&mut self, text: &str, range: Range<usize>) {
        let is_escaped = self.source[..range.start].ends_with('\\');
        match text.strip_prefix('@') {
            Some(rest) if is_escaped => {
                self.leaf(Block::Text("@".to_owned()));
                self.add_text(rest);
            }
            _ => self.add_text(text),
        }
    }

    /// Raw HTML is text too, and comes with its line ends.
    fn add_text(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.leaf(Block::Break);
            }
            if !line.is_empty() {
                self.tree.ensure_paragraph();
                self.text.push_str(line);
            }
        }
    }

    fn leaf(&mut self, block: Block) {
        self.flush();
        self.tree.ensure_paragraph();
        self.tree.push(block);
    }

    fn start_inline(&mut self, kind: Kind) -> Started {
        self.flush();
        self.tree.ensure_paragraph();
        Started { nodes: usize::from(self.tree.open(kind)), closing: None }
    }

    fn start_block(&mut self, kinds: &[Kind]) -> Started {
        self.begin_block();
        Started { nodes: kinds.iter().filter(|kind| self.tree.open((*kind).clone())).count(), closing: None }
    }

    /// Ends what stood loose in an item before a block.
    fn begin_block(&mut self) {
        self.flush();
        self.tree.close_implicit();
    }

    /// Makes nodes of the text so far.
    fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let text = shield::lower(&text);
        let in_link = self.tree.is_in_link();
        inline::split(&text, in_link, Some(self.resolve), |block| self.tree.push(block));
    }

    /// What does not fit into the tree any more is shown as one block of code.
    fn finish_as_written(&mut self, rest: &str) {
        self.flush();
        if let Some(code) = self.code.take() {
            self.tree.push(code.finish());
        }
        self.tree.close_all();
        if !rest.trim().is_empty() {
            self.tree.push(Block::Code { lang: None, text: shield::lower(rest).trim_end().to_owned() });
        }
    }
}

/// Whether this is text, or something that stands among it.
fn begins_text(event: &Event<'_>) -> bool {
    match event {
        Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) => true,
        Event::Start(tag) => is_inline(tag.to_end()),
        _ => false,
    }
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}
