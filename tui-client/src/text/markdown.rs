//! A message's tree as a flow of text. What a mark means stays visible without colours: code keeps its back-ticks,
//! a link whose text is not its address shows both.

use std::rc::Rc;

use chat_protocol::{
    UserId,
    blocks::{Align, Block},
    terminal::SafeText,
};

use super::flow::{TextFlow, TextFlowBuilder};
use crate::text::span::{Role, Span, SpanStyle, Target};

/// The tree of a message as a flow; mentions of `me` stand out.
pub(crate) fn flow(blocks: &[Block], me: UserId) -> TextFlow {
    let mut writer = Writer { out: TextFlowBuilder::default(), me };
    writer.blocks(blocks);
    writer.out.finish()
}

struct Writer {
    out: TextFlowBuilder,
    me: UserId,
}

impl Writer {
    /// An empty row stands between two paragraphs, none below a heading.
    fn blocks(&mut self, blocks: &[Block]) {
        for (index, block) in blocks.iter().enumerate() {
            let after_paragraph = index > 0
                && matches!(&blocks[index - 1], Block::Paragraph(content) if !matches!(content[..], [Block::Strong(_)]));
            self.block(block, after_paragraph);
        }
    }

    fn block(&mut self, block: &Block, after_paragraph: bool) {
        match block {
            Block::Paragraph(content) => {
                if after_paragraph {
                    self.out.gap();
                }
                self.inline(content, &SpanStyle::default());
                self.out.end_paragraph();
            }
            Block::Quote(content) => {
                let bar = Span::new("▎ ", Role::Quote);
                let before = self.out.indent(bar.clone(), bar);
                self.blocks(content);
                self.out.outdent(before);
            }
            Block::List { start, items } => self.list(*start, items),
            Block::Item(content) => self.blocks(content),
            Block::Code { lang, text } => {
                let lang = SafeText::line(lang.as_deref().unwrap_or_default());
                self.out.code(&lang, &SafeText::block(text));
            }
            Block::Table { align, content } => self.table(align, content),
            inline => self.inline(std::slice::from_ref(inline), &SpanStyle::default()),
        }
    }

    /// What stands between the rows and the cells is for readers that know no tables.
    fn table(&mut self, align: &[Option<Align>], content: &[Block]) {
        let mut rows = Vec::new();
        for row in content {
            let Block::Row(content) = row else { continue };
            let cells = content.iter().filter_map(|cell| match cell {
                Block::Cell(content) => Some(self.cell(content)),
                _ => None,
            });
            rows.push(cells.collect());
        }
        self.out.table(align.to_vec(), rows);
    }

    fn cell(&self, content: &[Block]) -> TextFlow {
        let mut cell = Writer { out: TextFlowBuilder::default(), me: self.me };
        cell.inline(content, &SpanStyle::default());
        cell.out.finish()
    }

    fn list(&mut self, start: Option<u64>, items: &[Block]) {
        for (index, item) in items.iter().enumerate() {
            let marker = match start {
                Some(start) => format!("{}. ", start.saturating_add(index as u64)),
                None => "• ".to_owned(),
            };
            let indent = " ".repeat(marker.chars().count());
            let before = self.out.indent(Span::new(marker, Role::Dim), Span::new(indent, Role::Dim));
            self.block(item, false);
            self.out.outdent(before);
        }
    }

    fn inline(&mut self, content: &[Block], style: &SpanStyle) {
        for node in content {
            match node {
                // A line may begin with tabs.
                Block::Text(text) => self.out.text(&SafeText::block(text), style),
                Block::CodeSpan(code) => self.code_span(code, style),
                Block::Emphasis(content) => self.inline(content, &SpanStyle { italic: true, ..style.clone() }),
                Block::Strong(content) => self.inline(content, &style.clone().bold()),
                Block::Strike(content) => self.inline(content, &SpanStyle { strike: true, ..style.clone() }),
                Block::Link { href, content } => self.link(href, content, style),
                Block::Mention { user, text } => {
                    let role = if *user == self.me { Role::MentionMe } else { Role::Mention };
                    self.out.text(&SafeText::line(text), &style.clone().role(role));
                }
                Block::Room(text) => {
                    let target = Some(Rc::new(Target::Room(text.trim_start_matches('#').to_owned())));
                    let style = SpanStyle { target, ..style.clone().role(Role::Mention) };
                    self.out.text(&SafeText::line(text), &style);
                }
                Block::Row(content) | Block::Cell(content) => self.inline(content, style),
                Block::Break => self.out.newline(),
                Block::Unknown { content, text, .. } => match text {
                    Some(text) if content.is_empty() => self.out.text(&SafeText::line(text), style),
                    _ => self.inline(content, style),
                },
                block => {
                    self.out.end_paragraph();
                    self.block(block, false);
                }
            }
        }
    }

    fn code_span(&mut self, code: &str, style: &SpanStyle) {
        let style = style.clone().role(Role::Code);
        self.out.own("`", &style);
        self.out.text(&SafeText::block(code), &style);
        self.out.own("`", &style);
    }

    /// The link's text leads to its address; an address that the text does not already say stands beside it.
    fn link(&mut self, href: &str, content: &[Block], style: &SpanStyle) {
        let safe = SafeText::line(href);
        let link = SpanStyle { role: Role::Link, href: Some(Rc::from(safe.as_str())), ..style.clone() };
        let shown = chat_protocol::blocks::plain(content);
        self.inline(content, &link);
        if !says(&shown, href) {
            self.out.own(" (", &style.clone().role(Role::Dim));
            self.out.text(&safe, &SpanStyle { role: Role::Dim, ..link });
            self.out.own(")", &style.clone().role(Role::Dim));
        }
    }
}

/// Whether a link's text is its address, with or without the scheme.
fn says(shown: &str, href: &str) -> bool {
    let without = ["https://", "http://", "mailto:"].iter().find_map(|scheme| href.strip_prefix(scheme));
    let same = |address: &str| address.trim_end_matches('/') == shown.trim_end_matches('/');
    same(href) || without.is_some_and(same)
}
