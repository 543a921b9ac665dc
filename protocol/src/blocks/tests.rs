//! What people write, and the tree that it becomes, sketched: `p(hello em(you))`.

mod bounds;
mod json;
mod lines;

use super::*;

/// The one user that these tests know is `bob`.
fn bob() -> UserId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn tree(body: &str) -> Vec<Block> {
    parse(body, &|name| (name == "bob").then(bob))
}

fn sketch(body: &str) -> String {
    let nodes: Vec<String> = tree(body).iter().map(sketch_node).collect();
    nodes.join(" ")
}

fn sketch_node(node: &Block) -> String {
    let with = |name: &str, content: &[Block]| {
        let content: Vec<String> = content.iter().map(sketch_node).collect();
        format!("{name}({})", content.join(" "))
    };
    match node {
        Block::Paragraph(content) => with("p", content),
        Block::Quote(content) => with("quote", content),
        Block::List { start: None, items } => with("ul", items),
        Block::List { start: Some(start), items } => with(&format!("ol{start}"), items),
        Block::Item(content) => with("item", content),
        Block::Code { lang: Some(lang), text } => format!("code[{lang}]({text:?})"),
        Block::Code { lang: None, text } => format!("code({text:?})"),
        Block::Text(text) => format!("{text:?}"),
        Block::Emphasis(content) => with("em", content),
        Block::Strong(content) => with("strong", content),
        Block::Strike(content) => with("strike", content),
        Block::CodeSpan(text) => format!("code({text:?})"),
        Block::Link { href, content } => with(&format!("link<{href}>"), content),
        Block::Mention { text, .. } => format!("mention({text})"),
        Block::Room(text) => format!("room({text})"),
        Block::Table { align, content } => {
            let align: String = align
                .iter()
                .map(|align| {
                    align.map_or("-", |align| match align {
                        Align::Left => "l",
                        Align::Center => "c",
                        Align::Right => "r",
                    })
                })
                .collect();
            with(&format!("table[{align}]"), content)
        }
        Block::Row(content) => with("row", content),
        Block::Cell(content) => with("cell", content),
        Block::Break => "br".to_owned(),
        Block::Unknown { kind, content, .. } => with(kind, content),
    }
}

/// Asserts what each body becomes.
fn assert_sketches(cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        assert_eq!(&sketch(body), expected, "{body}");
    }
}

#[test]
fn every_new_line_is_a_new_line() {
    assert_sketches(&[
        ("hello", r#"p("hello")"#),
        ("a\nb", r#"p("a" br "b")"#),
        ("a  \nb\\\nc", r#"p("a" br "b" br "c")"#),
        ("a\n\n\n\nb", r#"p("a") p("b")"#),
    ]);
}

#[test]
fn text_can_be_marked() {
    assert_sketches(&[
        ("*a* **b** ~~c~~ `d`", r#"p(em("a") " " strong("b") " " strike("c") " " code("d"))"#),
        ("***a***", r#"p(em(strong("a")))"#),
        ("snake_case 2 * 3 ~5 to ~6", r#"p("snake_case 2 * 3 ~5 to ~6")"#),
        ("\\*a\\* &lt;b&gt; AT&T", r#"p("*a* <b> AT&T")"#),
    ]);
}

#[test]
fn headings_and_rules_stay_modest() {
    assert_sketches(&[
        ("# Title *x*\ntext", r#"p(strong("Title " em("x"))) p("text")"#),
        ("Title\n---\ntext", r#"p(strong("Title")) p("text")"#),
        ("a\n\n---\nb", r#"p("a") p("———") p("b")"#),
        ("#", r##"p(strong("#"))"##),
        ("#lobby", r##"p(room(#lobby))"##),
    ]);
}

#[test]
fn quotes_and_lists_hold_blocks() {
    assert_sketches(&[
        ("> a\n> b\n\nc", r#"quote(p("a" br "b")) p("c")"#),
        ("> a\n> > b", r#"quote(p("a") quote(p("b")))"#),
        ("- a\n- b", r#"ul(item(p("a")) item(p("b")))"#),
        ("- a\n  - b\n- c", r#"ul(item(p("a") ul(item(p("b")))) item(p("c")))"#),
        ("- a\n\n  b", r#"ul(item(p("a") p("b")))"#),
        ("1. a\n2. b", r#"ol1(item(p("a")) item(p("b")))"#),
        ("3. to your third point", r#"ol3(item(p("to your third point")))"#),
        ("- [ ] todo", r#"ul(item(p("[ ] todo")))"#),
        ("-", r#"ul(item())"#),
    ]);
}

#[test]
fn code_stays_as_it_is() {
    assert_sketches(&[
        ("```rust\nfn x() {}\n\n*a*\n```", r#"code[rust]("fn x() {}\n\n*a*")"#),
        ("```rust,ignore\nx\n```", r#"code[rust]("x")"#),
        ("```\nx", r#"code("x")"#),
        ("`` a`b ``", r#"p(code("a`b"))"#),
        ("`@bob http://a.example`", r#"p(code("@bob http://a.example"))"#),
        ("```\n[a]: b\nhttps://a.example/__x__\n```", r#"code("[a]: b\nhttps://a.example/__x__")"#),
    ]);
}

#[test]
fn code_on_the_line_of_its_fence_is_not_lost() {
    assert_sketches(&[
        ("```ls -la", r#"code("ls -la")"#),
        ("```ls", r#"code("ls")"#),
        ("```let x = 1;\nlet y = 2;\n```", r#"code("let x = 1;\nlet y = 2;")"#),
        ("```", r#"code("")"#),
    ]);
}

#[test]
fn html_is_text() {
    assert_sketches(&[
        ("<b>x</b>", r#"p("<b>x</b>")"#),
        ("a<br>b", r#"p("a<br>b")"#),
        ("<div>\n*x*\n</div>", r#"p("<div>" br "*x*" br "</div>")"#),
        ("<script>alert(1)</script>", r#"p("<script>alert(1)</script>")"#),
        ("<!-- note -->", r#"p("<!-- note -->")"#),
        ("<alice> hello *there*", r#"p("<alice> hello " em("there"))"#),
        ("vector<std::string>", r#"p("vector<std::string>")"#),
    ]);
}

#[test]
fn links_lead_to_the_web_and_to_mail_only() {
    assert_sketches(&[
        ("[x](http://a.example)", r#"p(link<http://a.example>("x"))"#),
        ("[*x* y](https://a.example \"title\")", r#"p(link<https://a.example>(em("x") " y"))"#),
        ("[x](mailto:a@b.example)", r#"p(link<mailto:a@b.example>("x"))"#),
        (
            "<https://a.example> <a@b.example>",
            r#"p(link<https://a.example>("https://a.example") " " link<mailto:a@b.example>("a@b.example"))"#,
        ),
        ("[](http://a.example)", r#"p(link<http://a.example>("http://a.example"))"#),
        ("![alt](http://a.example/b.png)", r#"p(link<http://a.example/b.png>("alt"))"#),
        ("[![alt](http://a.example)](http://b.example)", r#"p(link<http://b.example>("alt"))"#),
        ("[x](javascript:alert(1))", r#"p("[x](javascript:alert(1))")"#),
        ("[x](JaVaScRiPt:alert(1)) [z](file:///etc)", r#"p("[x](JaVaScRiPt:alert(1)) [z](file:///etc)")"#),
        ("[x](<http://a.example b>)", r#"p("[x](" link<http://a.example>("http://a.example") " b)")"#),
    ]);
}

#[test]
fn what_only_looks_like_a_link_stays_as_it_was_written() {
    for body in [
        "list[0](x)",
        "[a](b \"c\")",
        "![a](b.png)",
        "[a]",
        "[a][b]",
        "[note]: hello",
        "[^1]: note",
        "<foo:bar>",
        "| a | b |",
    ] {
        assert_eq!(tree(body), [Block::Paragraph(vec![Block::Text(body.to_owned())])]);
    }
    assert_sketches(&[(
        "[a]: https://a.example\n\n[a]",
        r#"p("[a]: " link<https://a.example>("https://a.example")) p("[a]")"#,
    )]);
}

#[test]
fn bare_addresses_are_links_without_the_punctuation_after_them() {
    for (before, address, after) in [
        ("", "http://localhost:3000/x", ""),
        ("see ", "https://a.example/b?c=d&e=f#g", "."),
        ("(", "https://a.example/b", ")"),
        ("", "https://a.example/Foo_(bar)", ", yes"),
        ("“", "https://a.example", "”"),
        ("看", "https://a.example/路径", "，中文"),
        ("", "https://a.example", "…"),
        ("", "HTTPS://A.EXAMPLE/", "!"),
        ("", "https://a.example/__init__.py", ""),
        ("", "https://a.example/*a/~b~/_c_/d", ""),
    ] {
        let content = vec![Block::Text(address.to_owned())];
        let link = Block::Link { href: address.to_owned(), content };
        let text = |text: &str| (!text.is_empty()).then(|| Block::Text(text.to_owned()));
        let expected: Vec<Block> = text(before).into_iter().chain([link]).chain(text(after)).collect();
        assert_eq!(tree(&format!("{before}{address}{after}")), [Block::Paragraph(expected)], "{address}");
    }
    assert_sketches(&[
        ("**https://a.example/b**", r#"p(strong(link<https://a.example/b>("https://a.example/b")))"#),
        ("_https://a.example/b_c_", r#"p(em(link<https://a.example/b_c>("https://a.example/b_c")))"#),
        (
            "a@b.example or mailto:a@b.example",
            r#"p(link<mailto:a@b.example>("a@b.example") " or " link<mailto:a@b.example>("mailto:a@b.example"))"#,
        ),
        (
            "a@b.cmailto:a@b.example",
            r#"p(link<mailto:a@b.cmailto>("a@b.cmailto") ":" link<mailto:a@b.example>("a@b.example"))"#,
        ),
        (
            "see www.a.example/b_c_d, (WWW.a.example) or **www.a.example:80?x#y**.",
            r#"p("see " link<http://www.a.example/b_c_d>("www.a.example/b_c_d") ", (" link<http://WWW.a.example>("WWW.a.example") ") or " strong(link<http://www.a.example:80?x#y>("www.a.example:80?x#y")) ".")"#,
        ),
        (
            "a.example www.example www..example wwww.a.example awww.a.example fix.rs",
            r#"p("a.example www.example www..example wwww.a.example awww.a.example fix.rs")"#,
        ),
        ("ftp://a.example file:///etc javascript:alert(1)", r#"p("ftp://a.example file:///etc javascript:alert(1)")"#),
    ]);
}

#[test]
fn mentions_know_their_user() {
    assert_sketches(&[
        ("hi @bob, and @carol", r#"p("hi " mention(@bob) ", and @carol")"#),
        (
            "**@bob**: [@bob](http://a.example)",
            r#"p(strong(mention(@bob)) ": " link<http://a.example>(mention(@bob)))"#,
        ),
        (
            "https://a.example/@bob <https://a.example/@bob>",
            r#"p(link<https://a.example/@bob>("https://a.example/@bob") " " link<https://a.example/@bob>("https://a.example/@bob"))"#,
        ),
        ("\\@bob", r#"p("@bob")"#),
        ("\\\\@bob", r#"p("\\" mention(@bob))"#),
    ]);
    assert_eq!(tree("@bob"), [Block::Paragraph(vec![Block::Mention { user: bob(), text: "@bob".into() }])]);
}

#[test]
fn a_sign_before_a_word_may_be_a_room() {
    assert_sketches(&[
        ("see #ops, or #rust-lang.", r##"p("see " room(#ops) ", or " room(#rust-lang) ".")"##),
        ("(**#ops**)", r##"p("(" strong(room(#ops)) ")")"##),
        ("issue #12, a#b, ##c, /#d, &#35;e", r##"p("issue #12, a#b, ##c, /#d, " room(#e))"##),
        (
            "`#ops` https://a.example/#ops",
            r##"p(code("#ops") " " link<https://a.example/#ops>("https://a.example/#ops"))"##,
        ),
        ("[to #ops](https://a.example)", r##"p(link<https://a.example>("to #ops"))"##),
        ("\n    #include <x>", r##"p("    #include <x>")"##),
    ]);
}

#[test]
fn a_table_has_rows_and_cells_and_can_be_read_without() {
    assert_sketches(&[
        (
            "| a | *b* |\n|---|:-:|\n| c | `d` | \n| f |",
            r#"table[-c](row(cell("a") " | " cell(em("b"))) br row(cell("c") " | " cell(code("d"))) br row(cell("f") " | " cell()))"#,
        ),
        ("a|b\n-|-:\n@bob|", r#"table[-r](row(cell("a") " | " cell("b")) br row(cell(mention(@bob)) " | " cell()))"#),
        (
            "a|b\n-|-\nc|d|e | f",
            r#"table[](row(cell("a") " | " cell("b")) br row(cell("c") " | " cell("d") " | " cell("e") " | " cell("f")))"#,
        ),
        ("> a|b\n> -|-", r#"quote(table[](row(cell("a") " | " cell("b"))))"#),
        ("a | b\nnot | a table", r#"p("a | b" br "not | a table")"#),
    ]);
    assert_eq!(plain(&tree("a|b\n-|-\nc|d\n\nafter")), "a | b\nc | d\nafter");
}

#[test]
fn plain_text_has_no_markup() {
    let body = "# Release\n*two* things, @bob:\n\n1. [this](http://a.example)\n2. `that`\n   - and\n     more\n\n> quoted\n> text\n\n```sh\nls\n```";
    let expected = "Release\ntwo things, @bob:\n1. this\n2. that\n   - and\n     more\n> quoted\n> text\nls";
    assert_eq!(plain(&tree(body)), expected);
    assert_eq!(plain(&[]), "");
}
