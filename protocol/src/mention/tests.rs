use super::*;

fn mentioned(body: &str) -> Vec<String> {
    names(body)
}

#[test]
fn names_are_found_in_order_and_once() {
    assert_eq!(mentioned("@bob and @alice, and @bob again"), ["bob", "alice"]);
    assert_eq!(mentioned("@Bob @BOB @bob"), ["Bob"]);
    assert_eq!(mentioned("nobody"), Vec::<String>::new());
}

#[test]
fn a_name_ends_before_punctuation() {
    let bodies = [
        "@bob.",
        "@bob...",
        "@bob-",
        "@bob_",
        "@bob's",
        "(@bob)",
        "@bob,",
        "@bob?!",
        "**@bob**",
        "*@bob*",
        "_@bob_",
        "~~@bob~~",
        "“@bob”",
        "@bob\n",
        "@bob…",
    ];
    for body in bodies {
        assert_eq!(mentioned(body), ["bob"], "{body}");
    }
    assert_eq!(mentioned("@a.b-c_d."), ["a.b-c_d"]);
    assert_eq!(mentioned("@alice/@bob"), ["alice", "bob"]);
}

#[test]
fn names_of_every_script_are_found() {
    assert_eq!(mentioned("@Дмитрий @小明 @ゆき子"), ["Дмитрий", "小明", "ゆき子"]);
    assert_eq!(mentioned("@bobさん、こんにちは"), ["bob"]);
    assert_eq!(mentioned("@zoe\u{308}"), ["zoe\u{308}"]);
}

#[test]
fn addresses_and_code_mention_nobody() {
    let bodies = [
        "a@b",
        "mail alice@example.org",
        "@alice@example.social",
        "`@bob`",
        "```\n@bob\n```",
        "    @bob",
        "https://example.org/@bob",
        "<https://example.org/@bob>",
        "[text](https://example.org/@bob)",
        "\\@bob",
        "@",
        "@-",
        "@ bob",
        "@@bob",
    ];
    for body in bodies {
        assert_eq!(mentioned(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn the_text_of_a_link_and_a_quote_may_mention() {
    assert_eq!(mentioned("[@bob](https://example.org)"), ["bob"]);
    assert_eq!(mentioned("> @bob\n\n- @alice\n# @carol"), ["bob", "alice", "carol"]);
    assert_eq!(mentioned("<b>@bob</b>"), ["bob"]);
}

#[test]
fn a_name_too_long_or_impossible_is_none() {
    assert_eq!(mentioned(&format!("@{}", "a".repeat(49))), Vec::<String>::new());
    assert_eq!(mentioned("@01890a5d-ac96-774b-bcce-b302099a8057"), Vec::<String>::new());
}

#[test]
fn fifty_are_enough() {
    let body: String = (0..60).map(|n| format!("@user{n} ")).collect();
    let names = mentioned(&body);
    assert_eq!(names.len(), MAX_MENTIONS);
    assert_eq!(names.last().map(String::as_str), Some("user49"));
}
