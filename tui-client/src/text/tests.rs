//! Rows of any width lose nothing, and none is too wide.

use chat_protocol::{UserId, blocks};
use naughty_strings::BLNS;
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::{tests::scene::user_id, text::span::Role};

fn laid(body: &str, width: usize) -> Vec<String> {
    rows(body, width).iter().map(|row| row.spans.iter().map(|span| span.text.as_str()).collect()).collect()
}

fn rows(body: &str, width: usize) -> Vec<Row> {
    let nobody = |_: &str| None::<UserId>;
    flow(&blocks::parse(body, &nobody), user_id("alice")).rows(width, 0)
}

#[test]
fn words_stay_whole_where_they_fit() {
    assert_eq!(laid("the quick brown fox", 10), ["the quick", "brown fox"]);
    assert_eq!(laid("a verylongwordindeed b", 8), ["a", "verylong", "wordinde", "ed b"]);
}

#[test]
fn wide_characters_break_anywhere_but_before_a_full_stop() {
    assert_eq!(laid("日本語テスト。全角も", 12), ["日本語テス", "ト。全角も"]);
    assert_eq!(laid("日本語", 1), ["日", "本", "語"]);
    assert_eq!(laid("ok 👍🏽 fine", 6), ["ok 👍🏽", "fine"]);
}

#[test]
fn a_new_line_is_a_new_row_and_an_empty_line_stays() {
    assert_eq!(laid("one\ntwo\n\nthree", 20), ["one", "two", "", "three"]);
}

#[test]
fn code_without_a_fence_keeps_its_blanks() {
    assert_eq!(
        laid("fn main() {\n    if x {\n        go();\n    }\n\n    end();\n}", 40),
        ["fn main() {", "    if x {", "        go();", "    }", "", "    end();", "}"]
    );
    assert_eq!(laid("if x {\n\tgo();\n\t\ton();\n}", 40), ["if x {", "    go();", "        on();", "}"]);
    assert_eq!(laid("  *a*\n> b\n>   `c`", 40), ["  a", "▎ b", "▎   `c`"]);
    assert_eq!(laid("    averyverylongword x", 10), ["    averyv", "erylongwor", "d x"]);
}

#[test]
fn any_line_keeps_its_blanks_in_any_width_that_has_room() {
    for blanks in 0..12 {
        for word in ["a", "word", "a few words", "averyverylongwordindeed", "日本語"] {
            let line = format!("{}{word}", " ".repeat(blanks));
            for width in blanks + 2..40 {
                let shown = laid(&format!("x\n{line}"), width);
                let begins = shown[1].len() - shown[1].trim_start_matches(' ').len();
                assert_eq!(begins, blanks, "{line:?} in {width}: {shown:?}");
            }
        }
    }
}

#[test]
fn code_keeps_its_spaces_and_its_box() {
    let code = "```rust\nfn main() {\n    let x = 1;\n}\n```";
    let expected =
        ["┌ rust ─────────┐", "│ fn main() {    │", "│     let x = 1; │", "│ }              │", "└────────────────┘"];
    let shown = laid(code, 40);
    assert_eq!(shown.len(), expected.len());
    assert!(shown.iter().all(|row| width(row) == width(&shown[0])), "{shown:#?}");
    assert_eq!(shown[2], "│     let x = 1; │");
    assert_eq!(laid(code, 8), ["fn main(", ") {", "    let ", "x = 1;", "}"]);
}

#[test]
fn a_table_stands_in_columns() {
    let table = "| name | size |\n|:--|--:|\n| a | 1 |\n| 日本語 | 12 **MB** |";
    assert_eq!(laid(table, 40), ["name   │  size", "───────┼──────", "a      │     1", "日本語 │ 12 MB"]);
    assert_eq!(
        laid("a|b\n-|-\nsome words|and others", 15),
        ["a      │ b", "───────┼───────", "some   │ and", "words  │ others"]
    );
    for wide in 1..40 {
        for row in rows(table, wide) {
            let shown: String = row.spans.iter().map(|span| span.text.as_str()).collect();
            assert!(row.width() <= wide || shown.graphemes(true).count() == 1, "{shown:?} is wider than {wide}");
        }
        let shown: String = laid(table, wide).concat().split([' ', '│']).collect();
        for word in ["name", "size", "日本語", "12"] {
            let letters = word.chars().filter(|letter| shown.contains(*letter)).count();
            assert_eq!(letters, word.chars().count(), "{word} in {wide}");
        }
    }
}

#[test]
fn a_link_says_where_it_leads() {
    assert_eq!(laid("[bank](https://evil.example/bank)", 60), ["bank (https://evil.example/bank)"]);
    assert_eq!(laid("https://example.org/", 60), ["https://example.org/"]);
    let rows = rows("see https://example.org/a now", 60);
    let links: Vec<_> = rows[0].spans.iter().filter(|span| span.style.href.is_some()).collect();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].style.href.as_deref(), Some("https://example.org/a"));
}

#[test]
fn the_own_name_stands_out() {
    let me = user_id("alice");
    let parsed = blocks::parse("@alice and @bob", &|name| Some(user_id(name)));
    let rows = flow(&parsed, me).rows(40, 0);
    let roles: Vec<_> = rows[0].spans.iter().map(|span| span.style.role).collect();
    assert_eq!(roles, [Role::MentionMe, Role::Text, Role::Mention]);
}

#[test]
fn a_name_before_the_text_takes_its_cells_from_the_first_row() {
    let nobody = |_: &str| None::<UserId>;
    let flow = flow(&blocks::parse("the quick brown fox", &nobody), user_id("alice"));
    let texts: Vec<String> =
        flow.rows(10, 4).iter().map(|row| row.spans.iter().map(|span| span.text.as_str()).collect()).collect();
    assert_eq!(texts, ["the", "quick", "brown fox"]);
}

#[test]
fn nothing_hostile_gets_through_or_is_too_wide_in_any_width() {
    let zalgo = format!("z{}", "\u{301}".repeat(500));
    let nested = format!("{}deep", "> ".repeat(60));
    let fences = "```\n".repeat(50);
    let own = [
        "\x1b[31mred\x1b[0m",
        "\u{9b}31mred",
        "\x1b]8;;http://evil\x07x",
        "\x1bP1;2|x\x1b\\",
        "a\u{202e}b",
        "\u{200b}\u{feff}",
        zalgo.as_str(),
        nested.as_str(),
        fences.as_str(),
    ];
    for text in BLNS.iter().chain(&own) {
        for wide in [1, 2, 3, 7, 20, 80] {
            for row in rows(text, wide) {
                let shown: String = row.spans.iter().map(|span| span.text.as_str()).collect();
                assert!(!shown.contains(char::is_control), "{text:?} became {shown:?}");
                let one_character = shown.graphemes(true).count() == 1;
                assert!(width(&shown) <= wide || one_character, "{shown:?} is wider than {wide}");
            }
        }
    }
}

#[test]
fn a_huge_message_is_laid_out_soon() {
    let body = "lorem ipsum **dolor** `sit` amet ".repeat(500);
    assert!(rows(&body, 44).len() > 300);
}

#[test]
fn what_does_not_fit_ends_in_an_ellipsis() {
    assert_eq!(fit("hello", 5, "…"), "hello");
    assert_eq!(fit("hello", 4, "…"), "hel…");
    assert_eq!(fit("日本語", 4, "…"), "日…");
    assert_eq!(fit("hello", 0, "…"), "");
}

#[test]
fn a_character_has_as_many_cells_as_any_common_terminal_gives_it() {
    for (text, cells) in [
        ("é", 1),
        ("日", 2),
        ("🇨🇭", 2),
        ("👨\u{200d}👩\u{200d}👧", 2),
        ("⌚", 2),
        ("⌚\u{fe0e}", 2),
        ("©\u{fe0e}", 1),
        ("কা", 2),
        ("லா", 2),
        ("කා", 2),
        ("ｶﾞ", 2),
        ("ﾞ", 1),
    ] {
        assert_eq!(width(text), cells, "{text:?}");
        assert_eq!(width(&format!("a{text}b")), cells + 2, "{text:?}");
    }
}
