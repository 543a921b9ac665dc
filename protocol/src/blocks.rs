//! A message's Markdown as a small tree, the same for the server, the terminal and the page.
//!
//! The tree holds text and never HTML, so that those who show it build their own widgets or nodes. It follows
//! CommonMark, with what people expect of a chat: a new line is a new line and keeps the blanks with which it begins, bare
//! addresses are links, `@name` is a mention, `#name` may be a room, headings and rules stay modest, and nothing that was written disappears.
//! What a terminal may print of its text is decided in [`crate::terminal`].

mod address;
mod builder;
mod inline;
mod json;
mod names;
mod plain;
mod shield;
#[cfg(test)]
mod tests;

use crate::UserId;

pub use plain::plain;

/// The deepest nesting of nodes; what is nested deeper moves up. Readers may recurse.
pub const MAX_DEPTH: usize = 16;

/// When a body has become this many nodes, what is left of it is one more: a code block, as written. So a message with
/// its tree fits into a frame (1 MiB), while a page of prose has a few hundred.
pub const MAX_NODES: usize = 4096;

/// A node of the tree. In JSON it is an object whose `t` names its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// `p`: a paragraph.
    Paragraph(Vec<Block>),
    /// `quote`: quoted blocks.
    Quote(Vec<Block>),
    /// `list`: items, and for an ordered list the number of the first.
    List {
        /// The number of the first item if they are numbered.
        start: Option<u64>,
        /// [`Block::Item`]s.
        items: Vec<Block>,
    },
    /// `item`: the blocks of one item.
    Item(Vec<Block>),
    /// `code`: a block of code, without the last line's end.
    Code {
        /// The language that the author named.
        lang: Option<String>,
        /// The code.
        text: String,
    },
    /// `text`: text on one line; only where a tree is full it has line ends.
    Text(String),
    /// `em`: emphasised text.
    Emphasis(Vec<Block>),
    /// `strong`: strongly emphasised text.
    Strong(Vec<Block>),
    /// `strike`: text struck out.
    Strike(Vec<Block>),
    /// `code_span`: code within text.
    CodeSpan(String),
    /// `link`: text that leads elsewhere.
    Link {
        /// An http, https or mailto address.
        href: String,
        /// What is shown.
        content: Vec<Block>,
    },
    /// `mention`: a user's name.
    Mention {
        /// Whose it is.
        user: UserId,
        /// The name as it was written, with `@`.
        text: String,
    },
    /// `room`: a word that may be the name of a room, with `#`. Whether there is one, the reader finds out.
    Room(String),
    /// `table`: [`Block::Row`]s, the first of which is its head, with [`Block::Break`]s between them for those who know no
    /// tables.
    Table {
        /// How the columns are aligned, from the left; empty if nothing was said of any.
        align: Vec<Option<Align>>,
        /// The rows.
        content: Vec<Block>,
    },
    /// `row`: [`Block::Cell`]s, with text between them for those who know no tables.
    Row(Vec<Block>),
    /// `cell`: the text of a cell.
    Cell(Vec<Block>),
    /// `br`: a new line.
    Break,
    /// A kind of node that this version does not know: show its content or, failing that, its text.
    Unknown {
        /// The kind's name.
        kind: String,
        /// Its children.
        content: Vec<Block>,
        /// Its text.
        text: Option<String>,
    },
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    Left,
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

impl Align {
    const ALL: [Self; 3] = [Self::Left, Self::Center, Self::Right];

    /// Its name in JSON.
    const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Center => "center",
            Self::Right => "right",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|align| align.name() == name)
    }
}

/// Parses a body. `resolve` tells whose name was mentioned; a name that is nobody's stays text.
///
/// Takes time in proportion to the length of the body, whatever is in it.
pub fn parse(body: &str, resolve: &dyn Fn(&str) -> Option<UserId>) -> Vec<Block> {
    builder::build(&shield::raise(body), resolve)
}
