use proptest::prelude::*;

use super::*;

const MAX: usize = 16_384;

fn body(text: &str) -> Result<String, BodyError> {
    Body::parse(text, MAX).map(Body::into_string)
}

fn line(text: &str, max: usize) -> Result<String, LineError> {
    Line::parse(text, max).map(Line::into_string)
}

#[test]
fn a_body_is_stored_as_it_was_sent() {
    for text in ["hello", "  two\n\n\tlines ", "👨‍👩‍👧 \u{202b}שלום\u{202c}", "a\u{200b}b", "<b>&amp;</b>"]
    {
        assert_eq!(body(text).as_deref(), Ok(text));
    }
}

#[test]
fn control_characters_go_and_the_form_is_normal() {
    assert_eq!(body("a\r\nb"), Ok("a\nb".to_owned()));
    assert_eq!(body("a\0b\u{1b}[31m\u{7f}\u{85}\u{9b}c"), Ok("ab[31mc".to_owned()));
    assert_eq!(body("e\u{301}"), Ok("é".to_owned()));
    assert_eq!(body("e\u{1}\u{301}"), Ok("é".to_owned()), "what a control character kept apart is composed too");
}

#[test]
fn a_body_with_nothing_to_see_is_blank() {
    for text in ["", " \n\t", "\u{200b}", "\u{feff}\u{2060}", "\u{3164}\u{2800}", "\0\u{1b}", "\u{e0061}\u{fe0f}"] {
        assert_eq!(body(text), Err(BodyError::Blank), "{text:?}");
    }
}

#[test]
fn length_counts_bytes_after_cleaning() {
    assert!(body(&"a".repeat(MAX)).is_ok());
    assert_eq!(body(&"a".repeat(MAX + 1)), Err(BodyError::TooLong { bytes: MAX + 1, max: MAX }));
    assert!(body(&format!("{}\0\r", "a".repeat(MAX))).is_ok());
    assert!(body(&"e\u{301}".repeat(MAX / 2)).is_ok(), "two bytes each when composed");
    assert!(Body::parse(&"\u{3b1}\u{313}\u{300}\u{345}".repeat(10), 30).is_ok(), "three bytes each when composed");
}

#[test]
fn a_body_far_too_long_is_refused_unread() {
    let bytes = MAX * 100;
    assert_eq!(body(&"\0".repeat(bytes)), Err(BodyError::TooLong { bytes, max: MAX }));
}

#[test]
fn a_line_is_one_line() {
    assert_eq!(line(" Release\r\nplanning\t0.3 ", 64), Ok("Release planning 0.3".to_owned()));
    assert_eq!(line("a\u{2028}b\u{2029}c\u{1b}d", 64), Ok("a b cd".to_owned()));
}

#[test]
fn a_line_may_be_empty() {
    for text in ["", "  \n", "\u{200b}\u{feff}"] {
        assert!(Line::parse(text, 64).unwrap().is_empty(), "{text:?}");
    }
}

#[test]
fn the_length_of_a_line_counts_characters() {
    assert!(line(&"ж".repeat(64), 64).is_ok());
    assert!(line(&format!("  {}  ", "ж".repeat(64)), 64).is_ok());
    assert_eq!(line(&"ж".repeat(65), 64), Err(LineError::TooLong { chars: 65, max: 64 }));
    assert_eq!(line(&"a".repeat(9999), 64), Err(LineError::TooLong { chars: 9999, max: 64 }));
}

proptest! {
    #[test]
    fn a_body_is_its_own_body(text in any::<String>()) {
        if let Ok(clean) = body(&text) {
            prop_assert!(clean.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
            prop_assert_eq!(body(&clean), Ok(clean));
        }
    }

    #[test]
    fn a_line_is_its_own_line(text in any::<String>()) {
        if let Ok(clean) = line(&text, 1000) {
            prop_assert!(!clean.contains(char::is_control));
            prop_assert_eq!(line(&clean, 1000), Ok(clean));
        }
    }
}
