use proptest::prelude::*;

use super::*;

fn query(text: &str) -> Query {
    text.parse().unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
}

fn finds(text: &str, body: &str) -> bool {
    let (query, body) = (query(text), Folded::of(body));
    query.with.iter().all(|needle| needle.is_in(&body)) && !query.without.iter().any(|needle| needle.is_in(&body))
}

#[test]
fn words_are_found_without_regard_to_how_they_are_written() {
    for (text, body) in [
        ("ERROR", "an error"),
        ("error", "ＥＲＲＯＲ in full width"),
        ("cafe", "das Café"),
        ("café", "the cafe"),
        ("strasse", "in der Straße"),
        ("οδυσσευς", "ΟΔΥΣΣΕΎΣ"),
        ("fine", "ﬁne"),
        ("rro", "an error"),
        ("last_seq", "its `last_seq` grows"),
        ("foo::bar", "call foo::bar()"),
        ("seq", "its last_seq grows"),
        ("disk full", "full of errors: the disk"),
        ("\"disk is full\"", "the disk\n is  full"),
        ("go", "we use Go."),
        ("c", "C, not C++"),
        ("東", "東京タワー"),
        ("京タ", "東京タワー"),
        ("한", "한국어"),
        ("タワー", "東京ﾀﾜｰ"),
        ("zero width", "zero wid\u{200b}th"),
        ("\"open phrase", "an open phrase of words"),
        ("-", "a - b"),
    ] {
        assert!(finds(text, body), "{text} in {body}");
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    for (text, body) in [
        ("go", "going, cargo"),
        ("error -disk", "error on the disk"),
        ("error -\"the disk\"", "error on the  Disk"),
        ("\"disk full\"", "full disk"),
        ("か", "が"),
        ("abcd", "abc d"),
        ("東京", "京東"),
    ] {
        assert!(!finds(text, body), "{text} in {body}");
    }
}

#[test]
fn filters_are_told_from_words() {
    let parsed = query(
        "deploy from:bob FROM:@eve in:#ops in:@bob before:2026-11-01 after:2026-10-01 has:code has:link is:pinned",
    );
    assert_eq!(parsed.from, ["bob", "@eve"]);
    assert_eq!(parsed.rooms, ["#ops", "@bob"]);
    assert_eq!(parsed.before.unwrap().to_string(), "2026-11-01T00:00:00.000Z");
    assert_eq!(parsed.after.unwrap().to_string(), "2026-10-01T00:00:00.000Z");
    assert_eq!((parsed.has, parsed.is_pinned), (vec![Has::Code, Has::Link], true));
    assert_eq!(parsed.with.iter().map(Needle::as_str).collect::<Vec<_>>(), ["deploy"]);
    let words = query("foo::bar http://example.org \"from:bob\"");
    assert_eq!(
        words.with.iter().map(Needle::as_str).collect::<Vec<_>>(),
        ["foo::bar", "http://example.org", "from:bob"]
    );
}

#[test]
fn a_wrong_filter_is_named() {
    for wrong in [
        "has:cheese",
        "is:odd",
        "before:yesterday",
        "after:2026-13-01",
        "before:2026-11-01T10:00",
        "from:",
        "in:",
        "-from:bob",
    ] {
        let refusal = format!("deploy {wrong}").parse::<Query>().unwrap_err().to_string();
        assert!(refusal.contains(wrong.trim_start_matches('-')), "{wrong}: {refusal}");
    }
    assert!("before:2026-11-01 before:2026-11-02".parse::<Query>().is_err());
    for (nothing, refusal) in [
        ("", InvalidQuery::Empty),
        (" \"\" ", InvalidQuery::Empty),
        ("-word", InvalidQuery::OnlyWithout),
        (&"a".repeat(501), InvalidQuery::TooLong),
        (&"a ".repeat(31), InvalidQuery::TooLong),
    ] {
        assert_eq!(nothing.parse::<Query>().unwrap_err(), refusal, "{nothing}");
    }
}

#[test]
fn places_count_characters_of_the_original() {
    let text = Folded::of("Ä  Straße\u{200b} 東京");
    let at = |needle: &str| {
        let needle = Needle::phrase(needle).unwrap();
        needle.places(&text).map(|place| text.origin(place)).collect::<Vec<_>>()
    };
    assert_eq!(at("a"), [(0, 1), (6, 7)]);
    assert_eq!(at("strasse"), [(3, 9)]);
    assert_eq!(at("ss"), [(7, 8)]);
    assert_eq!(at("京"), [(12, 13)]);
    assert_eq!(at("a strasse"), [(0, 9)]);
}

/// Pieces of which texts and needles are made, so that many are found.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-cA-C]{1,4}",
        "[é_:東京かが한\u{301}ß ]{1,3}",
        Just(" ".to_owned()),
        Just("::".to_owned()),
        any::<char>().prop_map(String::from),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// The index leaves out nothing that is found.
    #[test]
    fn what_has_a_needle_has_its_terms(body in text(), cut in any::<prop::sample::Index>(), length in 1_usize..8) {
        let folded = Folded::of(&body);
        let chars: Vec<char> = body.chars().collect();
        let start = cut.index(chars.len() + 1);
        let part: String = chars[start..].iter().take(length).collect();
        for needle in [Needle::word(part.split_whitespace().next().unwrap_or("")), Needle::phrase(&part)].into_iter().flatten() {
            if needle.is_in(&folded) {
                let all = terms(&folded);
                prop_assert!(needle.terms().iter().all(|term| all.contains(term)), "{needle:?} in {body:?}: {all:?}");
            }
        }
    }

    /// Places lie within the original.
    #[test]
    fn origins_are_within_the_text(body in text()) {
        let folded = Folded::of(&body);
        for needle in body.split_whitespace().filter_map(Needle::word) {
            for place in needle.places(&folded) {
                let (start, end) = folded.origin(place);
                prop_assert!(start < end && end as usize <= body.chars().count());
            }
        }
    }

    #[test]
    fn any_text_is_a_query_or_refused(text in ".{0,60}") {
        let _ = text.parse::<Query>();
    }
}
