use proptest::prelude::*;

use super::*;

#[test]
fn a_name_is_a_name_and_no_path() {
    for (name, cleaned) in [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "file"),
        ("..", "file"),
        (".bashrc", "bashrc"),
        ("", "file"),
        ("a\u{0}b\n.png", "ab.png"),
        ("gnp\u{202e}exe.", "gnpexe"),
        ("C:\\Users\\me\\cat.gif", "cat.gif"),
        ("what? \"this\".txt", "what_ _this_.txt"),
        ("  two  words .txt ", "two  words .txt"),
        ("Über\u{200f}sicht.ods", "Übersicht.ods"),
        ("e\u{301}.txt", "é.txt"),
        ("日本語.txt", "日本語.txt"),
        ("folder/", "folder"),
    ] {
        assert_eq!(clean_name(name), cleaned, "{name:?}");
    }
}

#[test]
fn a_long_name_keeps_its_extension() {
    let name = clean_name(&format!("{}.tar", "ä".repeat(5_000)));
    assert!(name.len() <= MAX_NAME && name.starts_with("ää"), "{name}");
    let name = clean_name(&format!("{}.tar", "ä".repeat(150)));
    assert!(name.len() <= MAX_NAME && name.ends_with("ä.tar"), "{name}");
}

proptest! {
    #[test]
    fn whatever_a_name_was_it_is_safe_and_cleaned_once_for_all(name in ".{0,300}") {
        let cleaned = clean_name(&name);
        prop_assert!(!cleaned.is_empty() && cleaned.len() <= MAX_NAME && !cleaned.starts_with('.'));
        prop_assert!(!cleaned.contains(NOT_IN_NAMES) && !cleaned.chars().any(|c| c != ' ' && is_invisible(c)));
        prop_assert_eq!(clean_name(&cleaned), cleaned);
    }
}
