use serde_json::{from_value, json, to_value};

use super::*;

#[test]
fn a_node_has_exactly_the_fields_of_its_kind() {
    let user = bob();
    let cases = [
        ("hello", json!([{"t": "p", "c": [{"t": "text", "s": "hello"}]}])),
        ("a\nb", json!([{"t": "p", "c": [{"t": "text", "s": "a"}, {"t": "br"}, {"t": "text", "s": "b"}]}])),
        ("> a", json!([{"t": "quote", "c": [{"t": "p", "c": [{"t": "text", "s": "a"}]}]}])),
        (
            "- a",
            json!([{"t": "list", "ordered": false, "c": [{"t": "item", "c": [{"t": "p", "c": [{"t": "text", "s": "a"}]}]}]}]),
        ),
        (
            "1. a",
            json!([{"t": "list", "ordered": true, "c": [{"t": "item", "c": [{"t": "p", "c": [{"t": "text", "s": "a"}]}]}]}]),
        ),
        (
            "7. a",
            json!([{"t": "list", "ordered": true, "start": 7, "c": [{"t": "item", "c": [{"t": "p", "c": [{"t": "text", "s": "a"}]}]}]}]),
        ),
        ("```sh\nls\n```", json!([{"t": "code", "lang": "sh", "s": "ls"}])),
        ("```\nls\n```", json!([{"t": "code", "s": "ls"}])),
        ("*a*", json!([{"t": "p", "c": [{"t": "em", "c": [{"t": "text", "s": "a"}]}]}])),
        ("**a**", json!([{"t": "p", "c": [{"t": "strong", "c": [{"t": "text", "s": "a"}]}]}])),
        ("~~a~~", json!([{"t": "p", "c": [{"t": "strike", "c": [{"t": "text", "s": "a"}]}]}])),
        ("`a`", json!([{"t": "p", "c": [{"t": "code_span", "s": "a"}]}])),
        (
            "[a](http://b.example)",
            json!([{"t": "p", "c": [{"t": "link", "href": "http://b.example", "c": [{"t": "text", "s": "a"}]}]}]),
        ),
        ("#ops", json!([{"t": "p", "c": [{"t": "room", "s": "#ops"}]}])),
        (
            "a|b\n-|-:\nc|",
            json!([{"t": "table", "align": [null, "right"], "c": [
                {"t": "row", "c": [
                    {"t": "cell", "c": [{"t": "text", "s": "a"}]},
                    {"t": "text", "s": " | "},
                    {"t": "cell", "c": [{"t": "text", "s": "b"}]},
                ]},
                {"t": "br"},
                {"t": "row", "c": [
                    {"t": "cell", "c": [{"t": "text", "s": "c"}]},
                    {"t": "text", "s": " | "},
                    {"t": "cell", "c": []},
                ]},
            ]}]),
        ),
        ("@bob", json!([{"t": "p", "c": [{"t": "mention", "user": user, "s": "@bob"}]}])),
    ];
    for (body, expected) in cases {
        let tree = tree(body);
        assert_eq!(to_value(&tree).unwrap(), expected, "{body}");
        assert_eq!(from_value::<Vec<Block>>(expected).unwrap(), tree, "{body}");
    }
}

#[test]
fn an_unknown_kind_keeps_its_content_or_text() {
    let written = json!([
        {"t": "figure", "c": [{"t": "text", "s": "a"}], "wide": true},
        {"t": "emoji", "s": ":wave:"},
    ]);
    let tree: Vec<Block> = from_value(written).unwrap();
    assert_eq!(plain(&tree), "a\n:wave:");
    let again = json!([{"t": "figure", "c": [{"t": "text", "s": "a"}]}, {"t": "emoji", "s": ":wave:"}]);
    assert_eq!(to_value(&tree).unwrap(), again);
}

#[test]
fn a_link_from_elsewhere_leads_nowhere_else_either() {
    let node: Block =
        from_value(json!({"t": "link", "href": "javascript:alert(1)", "c": [{"t": "text", "s": "a"}]})).unwrap();
    assert!(!matches!(node, Block::Link { .. }));
    assert_eq!(plain(&[node]), "a");
}

#[test]
fn numbers_from_elsewhere_do_not_overflow() {
    let items =
        json!({"t": "list", "ordered": true, "start": u64::MAX, "c": [{"t": "item", "c": []}, {"t": "item", "c": []}]});
    let list: Block = from_value(items).unwrap();
    assert_eq!(plain(&[list]), "999999999. \n1000000000. ");
}

#[test]
fn a_tree_nested_without_end_is_refused() {
    let deep = format!("{}{}", r#"{"t":"quote","c":["#.repeat(10_000), "]}".repeat(10_000));
    assert!(serde_json::from_str::<Block>(&deep).is_err());
}
