//! In a chat, lines stay lines and keep the blanks with which they begin.

use proptest::prelude::*;

use super::*;

#[test]
fn code_without_a_fence_keeps_its_lines_and_its_blanks() {
    for code in [
        "fn main() {\n    if true {\n        go();\n    }\n}",
        "def f():\n    a = 1\n\n    return a",
        "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\nA()",
        "func main() {\n\tif x {\n\t\ty()\n\t}\n}",
        "  two blanks\n three\n   more",
        "    x\n    y",
        "\tx\n\n\n\ty",
        "a\n      far\n b\n  c",
        "<div>\n  <p>\n    x\n  </p>\n</div>",
        "  <div>\n <p>",
    ] {
        assert_eq!(written(&plain(&tree(code))), written(code), "{code}");
    }
}

#[test]
fn blanks_within_quotes_and_items_count_from_their_text() {
    assert_sketches(&[
        ("> a\n>   b\n>\n>     c", r#"quote(p("a" br "  b") p("    c"))"#),
        (">a\n> b\n  c", r#"quote(p("a" br "b" br "  c"))"#),
        ("- a\n    b", r#"ul(item(p("a" br "  b")))"#),
        ("- a\n b", r#"ul(item(p("a" br "b")))"#),
        ("1. a\n   b\n    c", r#"ol1(item(p("a" br "b" br " c")))"#),
        ("- > a\n  >   b", r#"ul(item(quote(p("a" br "  b"))))"#),
        ("- a\n  - b\n      c", r#"ul(item(p("a") ul(item(p("b" br "  c")))))"#),
        ("-\ta\n\t b", r#"ul(item(p("a" br " b")))"#),
        ("- a\n\tb", r#"ul(item(p("a" br "  b")))"#),
        ("- # a\n     b", r#"ul(item(p(strong("a")) p("   b")))"#),
        ("*a\n  b*", r#"p(em("a" br "  b"))"#),
        ("  *a*", r#"p("  " em("a"))"#),
        ("[a\n  b](http://a.example)", r#"p(link<http://a.example>("a" br "  b"))"#),
    ]);
}

#[test]
fn code_on_several_lines_between_back_ticks_keeps_them() {
    assert_sketches(&[
        ("`a\n  b`", r#"p(code("a") br code("  b"))"#),
        ("``\na`b\n``", r#"p(code("a`b"))"#),
        ("> `a\n>   b`", r#"quote(p(code("a") br code("  b")))"#),
        ("`\n\\\n` x", r#"p(code("\\") br " x")"#),
    ]);
}

#[test]
fn indented_lines_are_literal_but_for_addresses_and_names() {
    assert_sketches(&[
        (
            "    def __init__(self, *args):\n        # @bob",
            r#"p("    def __init__(self, *args):" br "        # @bob")"#,
        ),
        ("- a\n\n      b *c*", r#"ul(item(p("a") p("    b *c*")))"#),
    ]);
}

/// The lines of a text that say something, without the blanks at their ends.
fn written(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect()
}

/// Any lines of words, indented in any way, with or without empty lines between them.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let line = ("[ ]{0,9}|\t{0,3}|[ \t]{0,5}", prop::option::weighted(0.8, "[a-z]{1,8}( [a-z]{1,8}){0,3}"));
    let line = line.prop_map(|(blanks, words)| words.map_or_else(String::new, |words| blanks + &words));
    prop::collection::vec(line, 1..12)
}

/// What stands around a word. `n` is the word.
const AROUND: [&str; 20] = [
    "n",
    "n x",
    "*n*",
    "**n**",
    "~~n~~",
    "`n`",
    "[n](http://a.example)",
    "http://a.example/n",
    "*n",
    "n*",
    "_n",
    "`n",
    "n`",
    "<b>n",
    "<div>n",
    "<div>\nn",
    "n\\",
    "n  ",
    "@bob n",
    "(n)",
];

proptest! {
    #[test]
    fn lines_and_their_blanks_survive(lines in lines()) {
        let body = lines.join("\n");
        let shown = plain(&tree(&body));
        prop_assert_eq!(written(&shown), written(&body));
    }

    #[test]
    fn in_a_quote_too(lines in lines()) {
        let lines: Vec<_> = lines.iter().filter(|line| !line.contains('\t')).map(|line| format!("> {line}")).collect();
        let body = lines.join("\n");
        let shown = plain(&tree(&body));
        let said = |text: &str| written(text).into_iter().filter(|line| *line != ">").map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(said(&shown), said(&body));
    }

    #[test]
    fn in_a_list_too(lines in lines()) {
        let lines: Vec<_> = lines.iter().filter(|line| !line.contains('\t')).map(|line| format!("   {line}")).collect();
        let body = format!("1. first\n{}", lines.join("\n"));
        let shown = plain(&tree(&body));
        prop_assert_eq!(written(&shown), written(&body));
    }

    #[test]
    fn whatever_markup_is_around(lines in prop::collection::vec(("[ ]{0,7}", prop::sample::select(&AROUND[..]), 0..3_usize), 1..10)) {
        let mut body = String::new();
        for (number, (blanks, around, empty)) in lines.iter().enumerate() {
            body += &format!("{blanks}{}\n{}", around.replace('n', &format!("w{number}z")), "\n".repeat(empty / 2));
        }
        let shown = plain(&tree(&body));
        for (number, (blanks, around, _)) in lines.iter().enumerate() {
            let word = format!("w{number}z");
            let Some(line) = shown.lines().find(|line| line.contains(&word)) else { panic!("{word} is gone: {shown:?}") };
            prop_assert_eq!(line.matches('z').count(), 1, "{:?} of {:?}", line, body);
            let indented = if around.contains('\n') { "" } else { blanks };
            let shown_blanks = &line[..line.len() - line.trim_start_matches(' ').len()];
            prop_assert_eq!(shown_blanks, indented, "{:?} of {:?}", line, body);
        }
    }
}
