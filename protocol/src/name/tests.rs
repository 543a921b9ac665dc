use precis_core::profile::PrecisFastInvocation;
use precis_profiles::UsernameCaseMapped;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

fn user(text: &str) -> Result<String, NameError> {
    UserName::parse(text).map(|name| name.to_string())
}

fn key(text: &str) -> NameKey {
    UserName::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).key()
}

fn collide(one: &str, other: &str) -> bool {
    key(one).collides_with(&key(other))
}

#[test]
fn ordinary_names_are_kept_as_written() {
    for name in [
        "a",
        "Alice",
        "bob-2",
        "x_y.z",
        "42",
        "zoë",
        "Żółć",
        "Дмитрий",
        "Ελένη",
        "محمد",
        "דוד",
        "小明",
        "ゆき子",
        "김민준",
    ] {
        assert_eq!(user(name).as_deref(), Ok(name), "{name}");
    }
}

#[test]
fn names_end_in_letters_that_carry_marks() {
    for name in ["अमित", "हिन्दी", "สมชาย", "ọ̀ṣọ́", "မောင်ကျော်"]
    {
        assert!(user(name).is_ok(), "{name}: {:?}", user(name));
    }
}

#[test]
fn marks_may_stand_anywhere_in_a_name_written_from_right_to_left() {
    assert_eq!(user("مُحَمَّد"), Ok("مُحَمَّد".to_owned()));
    assert_eq!(user("דָּוִד"), Ok("דָּוִד".nfc().collect()));
}

#[test]
fn names_are_normalised_but_keep_their_case() {
    assert_eq!(user("Zoe\u{308}"), Ok("Zoë".to_owned()), "decomposed");
    assert_eq!(user("Ａｌｉｃｅ"), Ok("Alice".to_owned()), "full width");
    assert_eq!(user("ﾕｷ"), Ok("ユキ".to_owned()), "half width");
    assert_eq!(user("\u{1100}\u{1161}"), Ok("가".to_owned()), "Hangul letter by letter, as macOS writes it");
}

#[test]
fn case_and_look_alikes_make_no_other_name() {
    for disguise in ["ALICE", "Alice", "аӏісе", "a1ice", "ａｌｉｃｅ"] {
        assert!(collide("alice", disguise), "{disguise}: {:?} {:?}", key("alice"), key(disguise));
    }
    assert!(collide("bob", "B0B"));
    assert!(collide("modern", "rnodern"));
    assert!(collide("ΑΣ", "ας"));
    assert!(collide("ΑΣ", "ασ"));
    assert!(collide("Straße", "STRASSE"));
    for (name, disguise) in [
        ("paypal", "PaypaI"),
        ("lisa", "Iisa"),
        ("ABE", "АВЕ"),
        ("lobby", "Iobby"),
        ("TEAM", "ТЕАМ"),
        ("team", "ᴛᴇᴀᴍ"),
        ("Team", "ТЕАМ"),
    ] {
        assert!(collide(name, disguise), "{name} {disguise}: {:?} {:?}", key(name), key(disguise));
        assert!(collide(disguise, name), "{disguise} {name}");
    }
}

#[test]
fn different_names_stay_different() {
    let names = ["alice", "alicia", "bob", "bob2", "bob-2", "bob_2", "carol", "karol", "zoe", "zoë", "neil", "nell"];
    for (index, one) in names.iter().enumerate() {
        for other in &names[index + 1..] {
            assert!(!collide(one, other), "{one} {other}");
        }
    }
}

#[test]
fn the_canonical_form_is_that_of_precis() {
    for name in ["Alice", "ΑΣ", "Żółć", "Дмитрий", "Straße", "İstanbul", "小明", "김민준"] {
        assert_eq!(key(name).canonical, UsernameCaseMapped::enforce(name).unwrap(), "{name}");
    }
}

#[test]
fn lengths_count_characters_and_end_at_the_limit() {
    assert_eq!(user(""), Err(NameError::Empty { max: 32 }));
    assert!(user(&"ж".repeat(32)).is_ok());
    assert_eq!(user(&"ж".repeat(33)), Err(NameError::TooLong { max: 32 }));
    assert_eq!(user(&"a".repeat(1_000_000)), Err(NameError::TooLong { max: 32 }));
    assert!(RoomName::parse(&"r".repeat(48)).is_ok());
    assert_eq!(RoomName::parse(&"r".repeat(49)), Err(NameError::TooLong { max: 48 }));
}

#[test]
fn characters_that_names_do_not_have_are_named() {
    let cases = [
        ("a b", ' '),
        ("a@b", '@'),
        ("#a", '#'),
        ("a/b", '/'),
        ("a\0b", '\0'),
        ("a\u{200b}b", '\u{200b}'),
        ("a\u{200d}b", '\u{200d}'),
        ("a\u{202e}b", '\u{202e}'),
        ("\u{feff}a", '\u{feff}'),
        ("a😀b", '😀'),
        ("a²", '²'),
        ("ﬁsh", 'ﬁ'),
        ("a\u{e0061}b", '\u{e0061}'),
        ("col·lecció", '·'),
    ];
    for (name, found) in cases {
        assert_eq!(user(name), Err(NameError::BadCharacter { found }), "{name:?}");
    }
}

#[test]
fn a_letter_carries_only_as_many_marks_as_languages_need() {
    let found = '\u{301}';
    assert_eq!(user(&format!("x{}y", "\u{301}".repeat(7))), Err(NameError::BadCharacter { found }));
}

#[test]
fn a_name_begins_and_ends_with_a_letter_or_digit() {
    for name in ["-a", "a-", ".a", "a.", "_a", "a_", "-", "\u{301}a"] {
        assert_eq!(user(name), Err(NameError::BadEdge), "{name:?}");
    }
}

#[test]
fn scripts_do_not_mix_unless_a_language_mixes_them() {
    for name in ["аlice", "aliсe", "bob小", "αbc", "a٣"] {
        assert_eq!(user(name), Err(NameError::MixedScripts), "{name}");
    }
    for name in ["日本語テスト", "漢字かな", "한국漢字", "ㄅ注音"] {
        assert!(user(name).is_ok(), "{name}: {:?}", user(name));
    }
}

#[test]
fn names_keep_their_order_on_every_screen() {
    assert_eq!(user("1אב"), Err(NameError::Direction));
    assert_eq!(user("אב1"), Ok("אב1".to_owned()));
}

#[test]
fn nobody_is_called_like_an_id() {
    assert_eq!(user("01890a5dac96774bbcceb302099a8057"), Err(NameError::LooksLikeId));
    assert_eq!(RoomName::parse("01890a5d-ac96-774b-bcce-b302099a8057"), Err(NameError::LooksLikeId));
    assert_eq!(RoomName::parse("01890A5D-AC96-774B-BCCE-B302099A8057"), Err(NameError::LooksLikeId));
}

#[test]
fn reserved_names_are_reserved_in_every_disguise() {
    let reserved = [
        "admin",
        "system",
        "server",
        "root",
        "here",
        "all",
        "everyone",
        "moderator",
        "bot",
        "deleted",
        "guest",
        "me",
        "current",
        "room",
        "channel",
        "ADMIN",
        "Admin",
        "adrnin",
        "r00t",
        "b0t",
        "rne",
        "a11",
        "ａｄｍｉｎ",
        "ROOM",
        "ВОТ",
        "МЕ",
        "ADMlN",
        "deIeted",
        "ᴀᴅᴍɪɴ",
    ];
    for name in reserved {
        assert_eq!(user(name), Err(NameError::Reserved), "{name}");
    }
    for name in ["me", "ME", "current", "rne"] {
        assert_eq!(RoomName::parse(name), Err(NameError::Reserved), "{name}");
    }
    for name in ["admin", "bot", "room", "lobby"] {
        assert!(RoomName::parse(name).is_ok(), "{name}");
    }
}

#[test]
fn a_name_is_found_however_it_is_typed() {
    assert_eq!(lookup("ALICE").unwrap(), key("alice").canonical);
    assert_eq!(lookup("Zoe\u{308}").unwrap(), key("zoë").canonical);
    assert!(lookup("me").is_some(), "what is reserved may be looked for");
    for text in ["", "a b", "@alice", "-", "аlice", "01890a5dac96774bbcceb302099a8057"] {
        assert_eq!(lookup(text), None, "{text}");
    }
}

#[test]
fn errors_say_what_to_do() {
    let text = |name: &str| user(name).unwrap_err().to_string();
    assert_eq!(text("a b"), "the character U+0020 cannot be part of a name; use letters, digits, “-”, “_” and “.”");
    assert_eq!(text("a!"), "“!” cannot be part of a name; use letters, digits, “-”, “_” and “.”");
    assert_eq!(text(&"a".repeat(33)), "the name is too long; use at most 32 characters");
}

proptest! {
    #[test]
    fn a_name_is_its_own_name(text in "\\PC{1,40}") {
        if let Ok(name) = RoomName::parse(&text) {
            prop_assert_eq!(RoomName::parse(name.as_str()), Ok(name.clone()));
            prop_assert_eq!(lookup(&text), Some(name.key().canonical));
        }
    }

    #[test]
    fn ascii_is_found_by_the_same_rules(text in "[ -~]{0,50}|[a-zA-Z0-9._-]{0,50}|[0-9a-f]{32}") {
        let by_all_rules = super::shape::check(&text, super::MAX_ROOM_NAME).ok();
        prop_assert_eq!(lookup(&text), by_all_rules.map(|name| name.to_lowercase()));
    }

    #[test]
    fn upper_and_lower_case_are_one_name(text in "[\\p{Latin}\\p{Greek}\\p{Cyrillic}]{1,10}") {
        if let (Ok(name), Ok(upper)) = (RoomName::parse(&text), RoomName::parse(&text.to_uppercase())) {
            prop_assert!(name.key().collides_with(&upper.key()), "{:?} {:?}", name.key(), upper.key());
        }
    }

    #[test]
    fn the_canonical_form_of_any_name_is_that_of_precis(text in "[\\p{L}\\p{Nd}_.-]{1,8}") {
        if let (Ok(name), Ok(canonical)) = (RoomName::parse(&text), UsernameCaseMapped::enforce(text.as_str())) {
            prop_assert_eq!(name.key().canonical, canonical);
        }
    }
}
