//! From Markdown's events to the tree.

mod code;
mod tree;

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use self::{
    code::Code,
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
    let mut builder =
        Builder { source, resolve, tree: Tree::default(), starts: Vec::new(), text: String::new(), code: None };
    for (event, range) in Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
        if builder.tree.is_full() {
            let done = if matches!(event, Event::End(_)) { range.end } else { range.start };
            builder.finish_as_written(&source[done..]);
            break;
        }
        builder.take(event, range);
    }
    builder.tree.finish()
}

struct Builder<'a> {
    source: &'a str,
    resolve: Resolve<'a>,
    tree: Tree,
    /// What each start that has not ended yet has opened. Its length is bounded by the body's.
    starts: Vec<Started>,
    /// Text since the last node, still shielded: Markdown gives it in pieces, addresses and mentions are found in the whole.
    text: String,
    /// The code block that is open.
    code: Option<Code>,
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
        match event {
            Event::Start(tag) => {
                let started = self.start(tag);
                self.starts.push(started);
            }
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.text.push_str(&shield::lower(&text)),
                None => self.take_text(&text, range),
            },
            Event::Code(text) => self.leaf(Block::CodeSpan(shield::lower(&text).into_owned())),
            Event::SoftBreak | Event::HardBreak => self.leaf(Block::Break),
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

    fn start(&mut self, tag: Tag<'_>) -> Started {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.start_block(&[Kind::Paragraph]),
            Tag::Heading { .. } => self.start_block(&[Kind::Paragraph, Kind::Strong]),
            Tag::BlockQuote(_) => self.start_block(&[Kind::Quote]),
            Tag::List(start) => self.start_block(&[Kind::List(start)]),
            Tag::Item => self.start_block(&[Kind::Item]),
            Tag::CodeBlock(kind) => {
                self.begin_block();
                self.code = Some(Code::new(kind));
                Started::default()
            }
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
        self.flush();
        if let Some(code) = self.code.take() {
            self.tree.push(code.finish());
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
        inline::split(&text, in_link, self.resolve, |block| self.tree.push(block));
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

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}
