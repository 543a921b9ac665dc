use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// What is not plain text, as `role text`.
fn found(lang: &str, code: &str) -> Vec<String> {
    let styles = styles(lang, code);
    let ends = styles.iter().skip(1).map(|(at, _)| *at).chain([code.len()]);
    let pieces = styles.iter().zip(ends).map(|((at, style), end)| (style.role, &code[*at..end]));
    pieces.filter(|(role, _)| *role != Role::Text).map(|(role, text)| format!("{role:?} {}", text.trim_end())).collect()
}

#[test]
fn words_strings_numbers_and_comments_stand_out() {
    for (lang, code, expected) in [
        ("rust", "let x = \"a // b\"; // no", &["Keyword let", "Literal \"a // b\"", "Comment // no"][..]),
        ("rs", "fn f<'a>(x: &'a u8) /* it\nis */ {}", &["Keyword fn", "Keyword u8", "Comment /* it\nis */"]),
        ("ts", "const url = `https://${host}` + 1.5", &["Keyword const", "Literal `https://${host}`", "Literal 1.5"]),
        (
            "py",
            "def f():\n  \"\"\"a\n# b\"\"\"\n  return 'c' # d",
            &["Keyword def", "Literal \"\"\"a\n# b\"\"\"", "Keyword return", "Literal 'c'", "Comment # d"],
        ),
        (
            "sh",
            "if [ $# -gt 2 ]; then echo \"a \\\" b\"; fi",
            &["Keyword if", "Literal 2", "Keyword then", "Keyword echo", "Literal \"a \\\" b\"", "Keyword fi"],
        ),
        ("toml", "a = true # b", &["Keyword true", "Comment # b"]),
        ("SQL", "Select 'it''s' -- all", &["Keyword Select", "Literal 'it''s'", "Comment -- all"]),
        ("json", "{\"a\": [1, null]}", &["Literal \"a\"", "Literal 1", "Keyword null"]),
        ("html", "<a href=\"x\"><!-- y -->", &["Literal \"x\"", "Comment <!-- y -->"]),
        ("diff", "@@ 1 @@\n-a\n+b\n c", &["Keyword @@ 1 @@", "Removed -a", "Good +b"]),
        ("rust ignore", "true", &["Keyword true"]),
    ] {
        assert_eq!(found(lang, code), expected, "{lang}");
    }
}

#[test]
fn an_unknown_language_and_a_huge_block_have_one_colour() {
    assert_eq!(found("", "let x = 1;"), ["Code let x = 1;"]);
    assert_eq!(found("klingon", "let x = 1;"), ["Code let x = 1;"]);
    assert_eq!(styles("rust", &"let ".repeat(LONGEST)).len(), 1);
}

#[test]
fn an_apostrophe_colours_no_more_than_its_line() {
    assert_eq!(found("sh", "echo don't\nexit 1").last().unwrap(), "Literal 1");
}

proptest! {
    #[test]
    fn any_text_is_covered_in_order(
        pieces in vec(prop_oneof![select(&["\"", "'", "`", "\\", "//", "/*", "*/", "#", "--", "\n", "日", "fn", "1"][..]).prop_map(str::to_owned), "\\PC{0,4}"], 0..20),
        syntax in select((0..SYNTAXES.len()).collect::<Vec<_>>()),
    ) {
        let code = pieces.concat();
        let styles = styles(SYNTAXES[syntax].names.split(' ').next().unwrap(), &code);
        prop_assert!(styles.windows(2).all(|pair| pair[0].0 < pair[1].0));
        prop_assert!(styles.first().is_none_or(|(at, _)| *at == 0));
        prop_assert!(styles.iter().all(|(at, _)| code.is_char_boundary(*at)));
        prop_assert_eq!(styles.is_empty(), code.is_empty());
    }
}
