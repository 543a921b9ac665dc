//! The tree in JSON: `{"t":"p","c":[{"t":"text","s":"hello"}]}`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Align, Block, address};
use crate::UserId;

/// The number of an ordered list's first item, unless `start` says another.
const FIRST: u64 = 1;

/// The largest number that an item can have in Markdown: nine digits.
const LAST: u64 = 999_999_999;

/// A node as it is written. Fields that a kind does not have are absent.
#[derive(Serialize, Deserialize)]
struct Node<Text, Content> {
    t: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<Content>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ordered: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    align: Option<Vec<Option<Text>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
}

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let node: Node<&str, &[Block]> = self.into();
        node.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Node::<String, Vec<Block>>::deserialize(deserializer).map(Self::from)
    }
}

impl<'a> From<&'a Block> for Node<&'a str, &'a [Block]> {
    fn from(block: &'a Block) -> Self {
        let bare = |t| Node {
            t,
            c: None,
            s: None,
            lang: None,
            href: None,
            ordered: None,
            start: None,
            align: None,
            user: None,
        };
        let branch = |t, c: &'a [Block]| Node { c: Some(c), ..bare(t) };
        let leaf = |t, s: &'a str| Node { s: Some(s), ..bare(t) };
        match block {
            Block::Paragraph(c) => branch("p", c),
            Block::Quote(c) => branch("quote", c),
            Block::List { start, items } => Node {
                ordered: Some(start.is_some()),
                start: start.filter(|&start| start != FIRST),
                ..branch("list", items)
            },
            Block::Item(c) => branch("item", c),
            Block::Code { lang, text } => Node { lang: lang.as_deref(), ..leaf("code", text) },
            Block::Text(s) => leaf("text", s),
            Block::Emphasis(c) => branch("em", c),
            Block::Strong(c) => branch("strong", c),
            Block::Strike(c) => branch("strike", c),
            Block::CodeSpan(s) => leaf("code_span", s),
            Block::Link { href, content } => Node { href: Some(href), ..branch("link", content) },
            Block::Mention { user, text } => Node { user: Some(*user), ..leaf("mention", text) },
            Block::Room(s) => leaf("room", s),
            Block::Table { align, content } => {
                let names = align.iter().map(|align| align.map(Align::name));
                let align = (!align.is_empty()).then(|| names.collect());
                Node { align, ..branch("table", content) }
            }
            Block::Row(c) => branch("row", c),
            Block::Cell(c) => branch("cell", c),
            Block::Break => bare("br"),
            Block::Unknown { kind, content, text } => {
                let c = (!content.is_empty()).then_some(content.as_slice());
                Node { c, s: text.as_deref(), ..bare(kind) }
            }
        }
    }
}

impl From<Node<String, Vec<Block>>> for Block {
    fn from(node: Node<String, Vec<Block>>) -> Self {
        let content = node.c.unwrap_or_default();
        let text = node.s;
        match (node.t.as_str(), node.href, node.user) {
            ("p", ..) => Self::Paragraph(content),
            ("quote", ..) => Self::Quote(content),
            ("list", ..) => {
                let start = (node.ordered == Some(true)).then(|| node.start.unwrap_or(FIRST).min(LAST));
                Self::List { start, items: content }
            }
            ("item", ..) => Self::Item(content),
            ("code", ..) => Self::Code { lang: node.lang, text: text.unwrap_or_default() },
            ("text", ..) => Self::Text(text.unwrap_or_default()),
            ("em", ..) => Self::Emphasis(content),
            ("strong", ..) => Self::Strong(content),
            ("strike", ..) => Self::Strike(content),
            ("code_span", ..) => Self::CodeSpan(text.unwrap_or_default()),
            ("link", Some(href), _) if address::is_allowed(&href) => Self::Link { href, content },
            ("mention", _, Some(user)) => Self::Mention { user, text: text.unwrap_or_default() },
            ("room", ..) => Self::Room(text.unwrap_or_default()),
            ("table", ..) => {
                let align = node.align.unwrap_or_default();
                Self::Table {
                    align: align.iter().map(|name| name.as_deref().and_then(Align::named)).collect(),
                    content,
                }
            }
            ("row", ..) => Self::Row(content),
            ("cell", ..) => Self::Cell(content),
            ("br", ..) => Self::Break,
            _ => Self::Unknown { kind: node.t, content, text },
        }
    }
}
