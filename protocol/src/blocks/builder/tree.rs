//! The tree while it grows, kept within its bounds.
//!
//! It has a stack of its own, so that no nesting in a body can exhaust the program's.

use crate::blocks::{Align, Block, MAX_DEPTH, MAX_NODES};

/// Below the deepest quote or item fit a paragraph, in it three of em, strong, strike and link, and their text. Quotes
/// and lists nested deeper than this move up.
const MAX_BLOCK_DEPTH: usize = MAX_DEPTH - 4;

/// A node with children that is open.
#[derive(Clone)]
pub(super) enum Kind {
    /// A paragraph.
    Paragraph,
    /// The paragraph that text gets which stands loose in an item.
    ImplicitParagraph,
    /// A quote.
    Quote,
    /// A list, with the first number of an ordered one.
    List(Option<u64>),
    /// An item of a list.
    Item,
    /// A table, with the alignment of its columns.
    Table(Vec<Option<Align>>),
    /// A row of a table.
    Row,
    /// A cell of a row.
    Cell,
    /// Emphasised text.
    Emphasis,
    /// Strongly emphasised text.
    Strong,
    /// Text struck out.
    Strike,
    /// A link, with where it leads.
    Link(String),
}

/// The tree, and the path to the node that grows.
#[derive(Default)]
pub(super) struct Tree {
    /// Finished nodes of the top level.
    root: Vec<Block>,
    /// From the top level down; at most [`MAX_DEPTH`] - 1 long.
    open: Vec<(Kind, Vec<Block>)>,
    /// How many nodes there are at most, open ones included: text that grew other text counts as well.
    nodes: usize,
}

impl Tree {
    /// Whether no more nodes should be added. Those that one event brings still fit.
    pub(super) fn is_full(&self) -> bool {
        self.nodes >= MAX_NODES
    }

    /// Adds a node without children, or a link. Text grows the text before it; in a full tree everything is text.
    pub(super) fn push(&mut self, block: Block) {
        let block = match block {
            Block::Link { content, .. } if self.is_full() => {
                return content.into_iter().for_each(|node| self.push(node));
            }
            Block::Mention { text, .. } | Block::CodeSpan(text) | Block::Room(text) if self.is_full() => {
                Block::Text(text)
            }
            Block::Break if self.is_full() => Block::Text("\n".to_owned()),
            block => block,
        };
        self.nodes += 1;
        match (self.siblings().last_mut(), block) {
            (Some(Block::Text(text)), Block::Text(more)) => text.push_str(&more),
            (_, block) => self.siblings().push(block),
        }
    }

    /// Opens a node, unless it would be nested too deep or stand where it means nothing.
    pub(super) fn open(&mut self, kind: Kind) -> bool {
        let depth = self.open.len() + 1;
        let fits = match kind {
            Kind::Quote => depth <= MAX_BLOCK_DEPTH,
            Kind::List(_) => depth < MAX_BLOCK_DEPTH,
            Kind::Item => matches!(self.open.last(), Some((Kind::List(_), _))),
            Kind::Table(_) => depth < MAX_BLOCK_DEPTH,
            Kind::Row => matches!(self.open.last(), Some((Kind::Table(_), _))),
            Kind::Cell => matches!(self.open.last(), Some((Kind::Row, _))),
            Kind::Link(_) => depth < MAX_DEPTH && !self.is_in_link(),
            _ => depth < MAX_DEPTH,
        };
        if fits {
            self.open.push((kind, Vec::new()));
            self.nodes += 1;
        }
        fits
    }

    /// Whether text that comes now stands in no paragraph yet.
    pub(super) fn needs_paragraph(&self) -> bool {
        matches!(self.open.last(), None | Some((Kind::Quote | Kind::Item | Kind::List(_), _)))
    }

    /// Whether the paragraph that loose text got is the innermost open node.
    pub(super) fn is_in_loose_paragraph(&self) -> bool {
        matches!(self.open.last(), Some((Kind::ImplicitParagraph, _)))
    }

    /// Text must stand in a paragraph: opens one where none is open.
    pub(super) fn ensure_paragraph(&mut self) {
        if self.needs_paragraph() {
            self.open(Kind::ImplicitParagraph);
        }
    }

    /// Closes the paragraph that loose text got.
    pub(super) fn close_implicit(&mut self) {
        if self.is_in_loose_paragraph() {
            self.close();
        }
    }

    /// Closes the innermost open node.
    pub(super) fn close(&mut self) {
        let Some((kind, mut content)) = self.open.pop() else { return };
        let block = match kind {
            Kind::Paragraph | Kind::ImplicitParagraph => {
                while content.last() == Some(&Block::Break) {
                    content.pop();
                }
                if content.is_empty() {
                    return;
                }
                Block::Paragraph(content)
            }
            Kind::Quote => Block::Quote(content),
            Kind::List(start) => Block::List { start, items: content },
            Kind::Item => Block::Item(content),
            Kind::Table(align) => Block::Table { align, content },
            Kind::Row => Block::Row(content),
            Kind::Cell => Block::Cell(content),
            Kind::Emphasis => Block::Emphasis(content),
            Kind::Strong => Block::Strong(content),
            Kind::Strike => Block::Strike(content),
            Kind::Link(href) => {
                if content.is_empty() {
                    content.push(Block::Text(href.clone()));
                }
                Block::Link { href, content }
            }
        };
        self.siblings().push(block);
    }

    /// Closes everything.
    pub(super) fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close();
        }
    }

    /// Whether the innermost open node has no children yet.
    pub(super) fn is_childless(&self) -> bool {
        self.open.last().is_some_and(|(_, content)| content.is_empty())
    }

    /// Whether a link is open: no other can stand in it.
    pub(super) fn is_in_link(&self) -> bool {
        self.open.iter().any(|(kind, _)| matches!(kind, Kind::Link(_)))
    }

    /// The finished tree.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.close_all();
        self.root
    }

    fn siblings(&mut self) -> &mut Vec<Block> {
        self.open.last_mut().map_or(&mut self.root, |(_, content)| content)
    }
}
