use super::*;

#[test]
fn a_mention_keeps_its_user_in_any_spelling() {
    let (bob, carol) = (UserId::now_v7(), UserId::now_v7());
    let mention = |name: &str, user| Mention { name: name.to_owned(), user };
    let mentioned = [mention("Bob", bob), mention("José", carol), mention("bobby", bob)];
    let whose = resolver(&mentioned);
    for (written, user) in [("Bob", bob), ("bob", bob), ("BOB", bob), ("bobby", bob), ("JOSÉ", carol)] {
        assert_eq!(whose(written), Some(user), "{written}");
    }
    assert_eq!(whose("jose\u{301}"), Some(carol), "in another Unicode form");
    for stranger in ["robert", "bo", "", "@bob", "not a name"] {
        assert_eq!(whose(stranger), None, "{stranger}");
    }
    assert_eq!(users(&mentioned), [bob, carol], "each once");
}

#[test]
fn names_are_found_in_order_and_once() {
    assert_eq!(names("@bob and @alice, and @bob again"), ["bob", "alice"]);
    assert_eq!(names("@Bob @BOB @bob"), ["Bob"]);
    assert_eq!(names("nobody"), Vec::<String>::new());
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
        assert_eq!(names(body), ["bob"], "{body}");
    }
    assert_eq!(names("@a.b-c_d."), ["a.b-c_d"]);
    assert_eq!(names("@alice/@bob"), ["alice", "bob"]);
}

#[test]
fn names_of_every_script_are_found() {
    assert_eq!(names("@Дмитрий @小明 @ゆき子"), ["Дмитрий", "小明", "ゆき子"]);
    assert_eq!(names("@bobさん、こんにちは"), ["bob"]);
    assert_eq!(names("@zoe\u{308}"), ["zoe\u{308}"]);
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
        assert_eq!(names(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn the_text_of_a_link_and_a_quote_may_mention() {
    assert_eq!(names("[@bob](https://example.org)"), ["bob"]);
    assert_eq!(names("> @bob\n\n- @alice\n# @carol"), ["bob", "alice", "carol"]);
    assert_eq!(names("<b>@bob</b>"), ["bob"]);
}

#[test]
fn a_name_too_long_or_impossible_is_none() {
    assert_eq!(names(&format!("@{}", "a".repeat(49))), Vec::<String>::new());
    assert_eq!(names("@01890a5d-ac96-774b-bcce-b302099a8057"), Vec::<String>::new());
}

#[test]
fn fifty_are_enough() {
    let body: String = (0..60).map(|n| format!("@user{n} ")).collect();
    let names = names(&body);
    assert_eq!(names.len(), MAX_MENTIONS);
    assert_eq!(names.last().map(String::as_str), Some("user49"));
}
