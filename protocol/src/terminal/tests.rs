use std::time::{Duration, Instant};

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::unicode::is_combining_mark;

/// Work in proportion to the length takes a fraction of a second, in proportion to its square minutes.
const PATIENCE: Duration = Duration::from_secs(15);

fn line(text: &str) -> String {
    SafeText::line(text).to_string()
}

fn block(text: &str) -> String {
    SafeText::block(text).to_string()
}

#[test]
fn ordinary_text_is_left_alone() {
    let texts = [
        "hello, world",
        "naïve café",
        "日本語テスト: 全角も崩れない",
        "👨‍👩‍👧‍👦 ❤️ 🇨🇭 👍🏽",
        "שלום עולם",
        "می\u{200c}خواهم",
        "हिन्दी",
        "မောင်ကျော်",
    ];
    for text in texts {
        assert_eq!(line(text), text);
        assert_eq!(block(text), text);
    }
    assert_eq!(block("one\n\n  two\n"), "one\n\n  two\n");
}

#[test]
fn control_sequences_go_whole() {
    let cases = [
        ("\u{1b}[31mred\u{1b}[0m", "red"),
        ("\u{1b}[38;2;1;2;3mred", "red"),
        ("\u{9b}31mred", "red"),
        ("\u{1b}[?1049hx\u{1b}[2J\u{1b}[H", "x"),
        ("\u{1b}[ qx", "x"),
        ("\u{1b}(Bx\u{1b}cy\u{1b}7z", "xyz"),
        ("\u{1b}]0;title\u{7}x", "x"),
        ("\u{1b}]8;;http://evil\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
        ("\u{9d}52;c;aGk=\u{9c}x", "x"),
        ("\u{1b}Pq#0\u{1b}\\x\u{90}q\u{9c}y", "xy"),
        ("\u{1b}_apc\u{1b}\\\u{1b}^pm\u{1b}\\\u{1b}Xsos\u{1b}\\x", "x"),
        ("a\u{8}\u{7f}\u{0}\u{e}b", "ab"),
        ("x\u{1b}", "x"),
        ("x\u{1b}[", "x"),
        ("x\u{1b}[12", "x"),
        ("\u{1b}\u{1b}[31mx", "x"),
        ("\u{1b}[3\u{1b}[31mx", "x"),
    ];
    for (text, expected) in cases {
        assert_eq!(line(text), expected, "{text:?}");
        assert_eq!(block(text), expected, "{text:?}");
    }
}

#[test]
fn a_string_that_never_ends_takes_only_its_line() {
    assert_eq!(block("a\u{1b}]0;never\nb"), "a\nb");
    assert_eq!(block("a\u{90}never\nb\u{1b}]x"), "a\nb");
    assert_eq!(line("a\u{1b}]0;never\nb"), "a b");
}

#[test]
fn a_line_is_one_line() {
    assert_eq!(line("a\nb\r\nc\u{2028}d\u{2029}e\tf"), "a b c d e f");
}

#[test]
fn a_block_keeps_its_lines() {
    assert_eq!(block("a\r\nb\u{2028}c\u{b}\u{c}\u{85}d"), "a\nb\ncd");
}

#[test]
fn tabs_reach_to_the_next_stop() {
    assert_eq!(
        block("\tx\na\tx\nabc\tx\nabcd\tx\n日\tx\ne\u{301}\tx"),
        "    x\na   x\nabc x\nabcd    x\n日  x\ne\u{301}   x"
    );
}

#[test]
fn no_direction_reaches_beyond_its_letters() {
    assert_eq!(line("a\u{202e}evil\u{202c}\u{2066}b\u{2069}\u{2067}\u{200f}\u{61c}c"), "aevilbc");
}

#[test]
fn what_cannot_be_seen_goes() {
    assert_eq!(line("a\u{ad}\u{200b}\u{2060}\u{feff}\u{fffe}\u{fdd0}\u{3164}\u{e0061}\u{180e}b"), "ab");
    assert_eq!(line("a\u{200d}b \u{200c}c\u{fe0f}d"), "ab cd", "joiners and styles without a use");
    assert_eq!(line("☺\u{fe0f}\u{fe0f}\u{fe0f}"), "☺\u{fe0f}");
    assert_eq!(line("字\u{200d}\u{200d}\u{200c}字"), "字\u{200d}字");
}

#[test]
fn marks_stay_on_their_letter() {
    let zalgo = format!("z{}a{}", "\u{334}".repeat(50), "\u{301}".repeat(50));
    assert_eq!(line(&zalgo), format!("z{}a{}", "\u{334}".repeat(6), "\u{301}".repeat(6)));
    assert_eq!(line("\u{301}x"), "◌\u{301}x");
    assert_eq!(block("a\n\u{301}"), "a\n◌\u{301}");
}

#[test]
fn one_cell_cannot_hold_a_book() {
    let family = vec!["👩"; 1000].join("\u{200d}");
    assert_eq!(line(&format!("a{family}b")), "a\u{fffd}b");
    assert_eq!(line(&"\u{1100}".repeat(1000)), "\u{fffd}");
}

#[test]
fn no_cluster_spills_far_over_its_cells() {
    assert_eq!(line("\u{600}\u{601}\u{602}ب"), "\u{600}\u{601}\u{200c}\u{602}ب", "signs before a letter");
    assert_eq!(line("\u{600}\u{600}a"), "\u{fffd}");
    assert_eq!(line("\u{1100}\u{1100}\u{1161}"), "\u{1100}\u{200c}\u{1100}\u{1161}", "two initials of a syllable");
    assert_eq!(line("👍🏽 a🏽 🏽"), "👍🏽 a\u{fffd} \u{fffd}", "a skin tone without a skin");
    for word in ["स्त्री", "नमस्ते", "नौः"] {
        assert_eq!(line(word), word, "wider, but written so");
    }
    assert_eq!(line(&"क्".repeat(6)), "क्क्\u{200c}क्क्\u{200c}क्क्", "letters without an end");
}

#[test]
fn hostile_text_takes_time_in_proportion_to_its_length() {
    const LENGTH: usize = 1 << 18;
    for unit in [
        "\u{1b}",
        "\u{1b}[",
        "\u{1b}]",
        "\u{9b}",
        "\u{301}",
        "\u{200d}",
        "👩\u{200d}",
        "\t",
        "\u{1100}",
        "🇨",
        "\u{600}",
        "क\u{94d}",
    ] {
        let start = Instant::now();
        block(&unit.repeat(LENGTH / unit.len()));
        assert!(start.elapsed() < PATIENCE, "{unit:?}: {:?}", start.elapsed());
    }
}

#[test]
fn naughty_strings_are_safe() {
    for text in naughty_strings::BLNS {
        assert_safe(text);
    }
}

proptest! {
    #[test]
    fn any_text_is_safe(text in any::<String>()) {
        assert_safe(&text);
    }

    #[test]
    fn any_text_of_dangerous_characters_is_safe(text in dangerous()) {
        assert_safe(&text);
    }
}

/// Text in which the characters that matter here are common.
fn dangerous() -> impl Strategy<Value = String> {
    let rare = prop::sample::select(
        "\u{1b}\u{9b}\u{9d}\u{9c}\u{7}[]P\\0;m\n\t\r\u{200d}\u{200c}\u{fe0f}\u{fe0e}\u{301}\u{334}\u{20e3}\u{903}\u{94d}क👩🏽🇨1#☺字\u{1100}\u{1161}\u{11a8}\u{202e}\u{2066}\u{2069}\u{600}\u{102b} a\u{2028}\u{e0061}"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(rare, 0..60).prop_map(|chars| chars.into_iter().collect())
}

fn assert_safe(text: &str) {
    for (safe, newline) in [(line(text), false), (block(text), true)] {
        assert!(!safe.contains(|c: char| c.is_control() && !(newline && c == '\n')), "{text:?}: {safe:?}");
        assert!(
            !safe.contains(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')),
            "{text:?}: {safe:?}"
        );
        assert!(safe.graphemes(true).all(|cell| cell.chars().count() <= 16), "{text:?}: {safe:?}");
        let limit = |cell: &str| if cell.chars().any(is_combining_mark) { 4 } else { 2 };
        assert!(safe.graphemes(true).all(|cell| cell.width() <= limit(cell)), "{text:?}: {safe:?}");
        let again = if newline { block(&safe) } else { line(&safe) };
        assert_eq!(again, safe, "{text:?}");
    }
}
