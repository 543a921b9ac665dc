//! Whatever is sent, the tree stays small, and nothing that was written is lost.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::unicode::is_noncharacter;

/// The largest body that a server takes by default, in bytes.
const BODY: usize = 16_384;

/// A frame from the server has at most this many bytes.
const FRAME: usize = 1 << 20;

/// Eight times the largest body. Work in proportion to it takes a fraction of a second, also in a debug build; work in
/// proportion to its square takes minutes.
const LONG: usize = 8 * BODY;

/// Far more than the one and far less than the other, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(15);

fn depth(nodes: &[Block]) -> usize {
    nodes.iter().map(|node| 1 + depth(children(node))).max().unwrap_or(0)
}

fn count(nodes: &[Block]) -> usize {
    nodes.iter().map(|node| 1 + count(children(node))).sum()
}

fn children(node: &Block) -> &[Block] {
    match node {
        Block::Paragraph(content)
        | Block::Quote(content)
        | Block::List { items: content, .. }
        | Block::Item(content)
        | Block::Emphasis(content)
        | Block::Strong(content)
        | Block::Strike(content)
        | Block::Table { content, .. }
        | Block::Row(content)
        | Block::Cell(content)
        | Block::Link { content, .. }
        | Block::Unknown { content, .. } => content,
        _ => &[],
    }
}

/// All text of a tree, addresses and languages too.
fn all_text(nodes: &[Block]) -> String {
    let own = |node: &Block| match node {
        Block::Text(text) | Block::CodeSpan(text) | Block::Room(text) | Block::Mention { text, .. } => text.clone(),
        Block::Code { lang, text } => format!("{} {text}", lang.as_deref().unwrap_or_default()),
        // Right beside its text: a word may go on where an address begins.
        Block::Link { href, .. } => href.clone(),
        _ => String::new(),
    };
    nodes.iter().map(|node| own(node) + &all_text(children(node))).collect()
}

fn assert_bounds(body: &str) {
    let tree = tree(body);
    assert!(depth(&tree) <= MAX_DEPTH, "{body:?}");
    assert!(!all_text(&tree).contains(is_noncharacter), "{body:?}");
    assert!(count(&tree) <= MAX_NODES + MAX_DEPTH, "{} nodes of {body:?}", count(&tree));
}

#[test]
fn no_nesting_is_too_deep() {
    for unit in [
        ">", "> ", "[", "![", "*", "**a", "_", "- ", "1. ", "*a _b ", "`", "(", "<", "~~a", "- > ", "[a](", "\\", "&",
        "<a ", "]:", "![a](b", "[![a](", "***",
    ] {
        assert_bounds(&unit.repeat(BODY / unit.len()));
        assert_bounds(&format!("{}x", unit.repeat(BODY / unit.len())));
    }
    let nested: String = (0..100).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
    assert_bounds(&nested);
    assert_eq!(plain(&tree(&nested)).matches('a').count(), 100);
}

#[test]
fn what_is_nested_too_deep_moves_up_and_stays() {
    let body = format!("{} bottom **@bob**", ">".repeat(MAX_DEPTH));
    assert!(sketch(&body).contains(r#"quote(p("bottom " strong(mention(@bob))))"#), "{}", sketch(&body));
}

#[test]
fn markers_that_no_tree_has_room_for_are_text() {
    let body = format!("{}>> bottom", ">".repeat(MAX_DEPTH));
    assert!(sketch(&body).contains(r#"quote(p(">> bottom"))"#), "{}", sketch(&body));
    assert_eq!(sketch(&"- ".repeat(40)), r#"p("———")"#);
    assert_eq!(sketch(&format!("```\n{body}")), format!("code({body:?})"));
}

#[test]
fn a_message_with_its_tree_fits_into_a_frame() {
    for unit in [
        "a\n",
        "@bob ",
        "*a*",
        "-\n",
        "- a\n",
        "`a`",
        "http://a.bc ",
        "<b>",
        "> a\n\n",
        "\\*",
        "\"\n",
        "# a\n",
        "***\n",
        "    a\n",
        "  a\n",
        "#a ",
        "a|b\n-|-\n\n",
    ] {
        let body = unit.repeat(BODY / unit.len());
        for body in [format!("`{body}`"), format!("<a {body}>"), body] {
            assert_bounds(&body);
            let json = serde_json::to_string(&(&tree(&body), &body)).unwrap();
            assert!(json.len() < FRAME, "{unit:?}: {}", json.len());
        }
    }
}

#[test]
fn what_does_not_fit_is_shown_as_it_was_written() {
    let body = format!("{}*the* end", "a\n".repeat(MAX_NODES));
    let tree = tree(&body);
    let Some(Block::Code { lang: None, text }) = tree.last() else { panic!("{:?}", tree.last()) };
    assert!(text.ends_with("a\n*the* end"));
    assert_eq!(all_text(&tree).matches('a').count(), MAX_NODES);
}

#[test]
fn hostile_bodies_take_time_in_proportion_to_their_length() {
    for unit in [
        ">",
        "> ",
        "[",
        "![",
        "*",
        "*a ",
        "_a",
        "- ",
        "-\n",
        "1. ",
        "`",
        "`a",
        "``a` ",
        "(",
        "<",
        "<a",
        "<!--",
        "<?",
        "~",
        "[a](",
        "](",
        "[a]:",
        "]:",
        "&",
        "&a",
        "\\",
        "a@",
        "@",
        "@a.",
        "@a",
        "@-",
        "@a@",
        "http://",
        "http://a.bc/(",
        "a:",
        "mailto:",
        "a*b_",
        "**a*",
        "[]",
        "[a][",
        "| a ",
        "<![CDATA[",
        "> - ",
        "\n> ",
        "\n- ",
        "  \n",
        "*_",
        "a.b@c.",
        "://",
        "    a\n",
        "> a\n  b\n",
        "- a\n   b\n",
        "`a\n",
    ] {
        assert_quick(&unit.repeat(LONG / unit.len()));
    }
    for (first, then) in [
        ("* ", "a\n"),
        ("> ", "a\n"),
        ("- ", "\n"),
        ("1. ", " \n"),
        ("[", "]"),
        ("*a", "a*"),
        ("`", "a`"),
        ("a|b\n-|-\n", "|\n"),
    ] {
        assert_quick(&[first.repeat(LONG / 2 / first.len()), then.repeat(LONG / 2 / then.len())].concat());
    }
    let columns = LONG / 6;
    assert_quick(&format!("{}\n{}\n{}", "|a".repeat(columns), "|-".repeat(columns), "|\n".repeat(columns)));
    let backticks: String = (1..512).map(|count| "`".repeat(count) + "a").collect();
    assert_quick(&backticks);
}

fn assert_quick(body: &str) {
    let start = Instant::now();
    tree(body);
    assert!(start.elapsed() < PATIENCE, "{:?} for {:?}…", start.elapsed(), &body[..20]);
}

proptest! {
    #[test]
    fn any_text_has_a_tree(body in any::<String>()) {
        assert_bounds(&body);
    }

    #[test]
    fn any_markdown_has_a_tree(body in markdown()) {
        assert_bounds(&body);
    }

    #[test]
    fn every_word_survives(body in markdown()) {
        let text = all_text(&tree(&body));
        for word in body.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
            prop_assert!(text.contains(word), "{:?} is not in {:?}", word, text);
        }
    }

    #[test]
    fn a_tree_is_read_as_it_was_written(body in markdown()) {
        let tree = tree(&body);
        let json = serde_json::to_string(&tree).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Block>>(&json).unwrap(), tree);
    }
}

/// Bodies in which markup is common.
fn markdown() -> impl Strategy<Value = String> {
    let pieces = [
        "one",
        "two",
        "three ",
        " four",
        "@bob",
        "\n",
        "\n\n",
        " ",
        "    ",
        "\n  ",
        "\n    ",
        "\t",
        "*",
        "**",
        "_",
        "__",
        "~~",
        "`",
        "```",
        "```\n",
        "[",
        "]",
        "(",
        ")",
        "](",
        "!",
        "<",
        ">",
        "> ",
        "- ",
        "1. ",
        "2) ",
        "# ",
        "---\n",
        "===\n",
        "|",
        "\n|-|-|\n",
        "\n-|-:\n",
        "#one",
        "\\",
        "]:",
        "<b>",
        "</b>",
        "<div>\n",
        "<!--",
        "-->",
        "http://host.example/",
        "<http://host.example>",
        "a@b.example",
        "mailto:",
        "\u{fdd0}",
        "é",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60).prop_map(|pieces| pieces.concat())
}
