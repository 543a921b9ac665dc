use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// Bytes that come so many milliseconds after those before.
type Parts<'a> = Vec<(u64, &'a [u8])>;

/// What becomes of bytes that come in parts, and of the silence after them.
fn decoded(parts: &Parts<'_>) -> Vec<Event> {
    let (mut decoder, mut out, mut now) = (Decoder::default(), Vec::new(), Instant::now());
    for (millis, bytes) in parts {
        now += Duration::from_millis(*millis);
        decoder.silence(now, &mut out);
        decoder.feed(bytes, now, &mut out);
    }
    decoder.silence(now + Duration::from_secs(60), &mut out);
    out
}

fn at_once(bytes: &[u8]) -> Vec<Event> {
    decoded(&vec![(0, bytes)])
}

fn keys(keys: &[Key]) -> Vec<Event> {
    keys.iter().copied().map(Event::Key).collect()
}

fn text(text: &str) -> Vec<Event> {
    text.chars().map(|char| Event::Key(Key::char(char))).collect()
}

/// Cuts at these places (any numbers), with a pause before each part.
fn torn<'a>(bytes: &'a [u8], cuts: &[(usize, u64)]) -> Parts<'a> {
    let mut cuts: Vec<_> = cuts.iter().map(|(at, pause)| (at % (bytes.len() + 1), *pause)).collect();
    cuts.sort_unstable();
    let mut parts = Vec::new();
    let (mut start, mut pause) = (0, 0);
    for (at, next) in cuts {
        parts.push((pause, &bytes[start..at]));
        (start, pause) = (at, next);
    }
    parts.push((pause, &bytes[start..]));
    parts
}

const PLAIN: fn(Code) -> Key = Key::plain;

#[test]
fn keys_arrive_as_the_table_writes_them() {
    for (bytes, expected) in [
        (&b"a"[..], Key::char('a')),
        (b"G", Key::char('G')),
        ("é".as_bytes(), Key::char('é')),
        ("日".as_bytes(), Key::char('日')),
        (b"\r", PLAIN(Code::Enter)),
        (b"\n", Key::ctrl('j')),
        (b"\t", PLAIN(Code::Tab)),
        (b"\x7f", PLAIN(Code::Backspace)),
        (b"\x08", Key::ctrl('h')),
        (b"\x0b", Key::ctrl('k')),
        (b"\x1a", Key::ctrl('z')),
        (b"\x1f", Key::ctrl('_')),
        (b"\x1b", PLAIN(Code::Esc)),
        (b"\x1b[A", PLAIN(Code::Up)),
        (b"\x1bOA", PLAIN(Code::Up)),
        (b"\x1bOP", PLAIN(Code::F(1))),
        (b"\x1b[[A", PLAIN(Code::F(1))),
        (b"\x1b[15~", PLAIN(Code::F(5))),
        (b"\x1b[24~", PLAIN(Code::F(12))),
        (b"\x1b[5~", PLAIN(Code::PageUp)),
        (b"\x1b[7~", PLAIN(Code::Home)),
        (b"\x1b[Z", Key::shift(Code::Tab)),
        (b"\x1b[1;3A", Key::alt(Code::Up)),
        (b"\x1b[1;5D", Key::with_ctrl(Code::Left)),
        (b"\x1b[1;129D", PLAIN(Code::Left)),
        (b"\x1b\x1b[A", Key::alt(Code::Up)),
        (b"\x1b\x1bOP", Key::alt(Code::F(1))),
        (b"\x1ba", Key::alt(Code::Char('a'))),
        (b"\x1bA", Key::alt(Code::Char('a'))),
        ("\x1bé".as_bytes(), Key::alt(Code::Char('é'))),
        (b"\x1b\r", Key::alt(Code::Enter)),
        (b"\x1b\x7f", Key::alt(Code::Backspace)),
        (b"\x1b_", Key::alt(Code::Char('_'))),
        (b"\x1bO", Key::alt(Code::Char('o'))),
        (b"\x1b[27u", PLAIN(Code::Esc)),
        (b"\x1b[13;2u", Key::shift(Code::Enter)),
        (b"\x1b[27;2;13~", Key::shift(Code::Enter)),
        (b"\x1b[107;5u", Key::ctrl('k')),
        (b"\x1b[107:75;6u", Key::ctrl('k')),
        (b"\x1b[47;5u", Key::ctrl('/')),
        (b"\x1b[55;5u", Key::ctrl('_')),
        (b"\x1b[45;6u", Key::ctrl('_')),
        (b"\x1b[45:95;6u", Key::ctrl('_')),
        (b"\x1b[97;3u", Key::alt(Code::Char('a'))),
        (b"\x1b[97;2u", Key::char('A')),
        (b"\x1b[57414u", PLAIN(Code::Enter)),
        (b"\x1b[57400u", Key::char('1')),
    ] {
        assert_eq!(at_once(bytes), keys(&[expected]), "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_key_that_was_let_go_or_is_the_window_managers_is_none() {
    for bytes in [
        "\x1b[97;1:3u",
        "\x1b[1;1:3A",
        "\x1b[97;9u",
        "\x1b[57358u",
        "\x1b[2~",
        "\x1b[<0;3;4m",
        "\x1b[<2;3;4M",
        "\x1b[<4;3;4M",
        "\x1b[<0;0;4M",
        "\x1b[<0;99999;4M",
        "\x1b[M#$%",
        "\x1b[<64;3;4m",
    ] {
        assert_eq!(at_once(bytes.as_bytes()), [], "{bytes:?}");
    }
}

#[test]
fn what_is_no_key_is_told_too() {
    for (bytes, expected) in [
        ("\x1b[<64;10;10M", Event::Wheel { up: true }),
        ("\x1b[<81;10;10M", Event::Wheel { up: false }),
        ("\x1b[M`!!", Event::Wheel { up: true }),
        ("\x1b[<0;3;4M", Event::Click { x: 2, y: 3 }),
        ("\x1b[M #$", Event::Click { x: 2, y: 3 }),
        ("\x1b[I", Event::Focus(true)),
        ("\x1b[O", Event::Focus(false)),
        ("\x1b[?62;22c", Event::Attributes { sixel: false }),
        ("\x1b[?62;4;22c", Event::Attributes { sixel: true }),
        ("\x1b_Gi=31;OK\x1b\\", Event::Kitty),
        ("\x1b[200~a\x1b[Ab\r\nc\x1b[201~", Event::Paste("a\x1b[Ab\r\nc".to_owned())),
    ] {
        assert_eq!(at_once(bytes.as_bytes()), [expected], "{bytes:?}");
    }
}

/// What terminals answer, and tell without being asked.
const REPLIES: [&str; 24] = [
    "\x1b[?997;1n",
    "\x1b[?997;2n",
    "\x1b]11;rgb:2e2e/3434/3636\x07",
    "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    "\x1b]4;1;rgb:ffff/0000/0000\x1b\\",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b]l“title”\x1b\\",
    "\x1b[?62;22c",
    "\x1b[>41;354;0c",
    "\x1b[0n",
    "\x1b[?0u",
    "\x1b[?31u",
    "\x1b[12;40R",
    "\x1b[1;2R",
    "\x1b[?1;1R",
    "\x1b[?2026;2$y",
    "\x1b[8;24;80t",
    "\x1bP1+r544e=787465726d\x1b\\",
    "\x1bP0+r\x1b\\",
    "\x1bP>|tmux 3.3a\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b^privacy\x1b\\",
    "\x1b[48;24;80;480;800t",
];

/// Answers to what this program asks.
fn is_answer(event: &Event) -> bool {
    matches!(event, Event::Attributes { .. } | Event::Kitty | Event::Background { .. })
}

#[test]
fn the_background_is_as_light_as_the_terminal_says() {
    for (colour, light) in [
        ("rgb:ffff/ffff/ffff", Some(true)),
        ("rgb:fdfd/f6f6/e3e3", Some(true)),
        ("rgb:ff/ff/e0", Some(true)),
        ("rgba:ffff/ffff/ffff/8000", Some(true)),
        ("rgb:2e2e/3434/3636", Some(false)),
        ("rgb:0/0/0", Some(false)),
        ("rgb:0000/0000/ffff", Some(false)),
        ("rgb:ffff/ffff", None),
        ("rgb:fffff/fffff/fffff", None),
        ("rgb:é/ff/ff", None),
        ("rgb://", None),
        ("white", None),
    ] {
        let expected = light.map(|light| Event::Background { light });
        assert_eq!(at_once(format!("\x1b]11;{colour}\x1b\\").as_bytes()), Vec::from_iter(expected.clone()), "{colour}");
        assert_eq!(at_once(format!("\x1b]11;{colour}\x07").as_bytes()), Vec::from_iter(expected), "{colour}");
        assert_eq!(at_once(format!("\x1bP11;{colour}\x07").as_bytes()), [], "another kind of string");
    }
}

#[test]
fn no_reply_is_typed_nor_keeps_the_keyboard() {
    for reply in REPLIES {
        let bytes = [reply.as_bytes(), b"x"].concat();
        let mut events = at_once(&bytes);
        events.retain(|event| !is_answer(event));
        assert_eq!(events, text("x"), "{reply:?}");
    }
    // Eight-bit terminals begin and end them with one byte.
    assert_eq!(at_once(b"\x9b?997;1n\x9d10;rgb:0/0/0\x9c\x90>|x\x9cx"), text("x"));
}

#[test]
fn silence_makes_an_escape_the_key() {
    let wait = 25;
    assert_eq!(decoded(&vec![(0, b"\x1b"), (wait - 1, b"[D")]), keys(&[PLAIN(Code::Left)]));
    let typed = [keys(&[PLAIN(Code::Esc)]), text("x")].concat();
    assert_eq!(decoded(&vec![(0, b"\x1b"), (wait, b"x")]), typed);
    assert_eq!(at_once(b"\x1b\x1b"), keys(&[PLAIN(Code::Esc); 2]));
    assert_eq!(at_once(b"\x1b\x1b[I"), [keys(&[PLAIN(Code::Esc)]), vec![Event::Focus(true)]].concat());
}

#[test]
fn a_sequence_that_comes_late_is_one_and_what_is_typed_after_escape_is_typed() {
    let escape = || keys(&[PLAIN(Code::Esc)]);
    assert_eq!(decoded(&vec![(0, b"\x1b"), (300, b"[D")]), [escape(), keys(&[PLAIN(Code::Left)])].concat());
    assert_eq!(decoded(&vec![(0, b"\x1b"), (300, b"]10;rgb:0/0/0\x07")]), escape());
    let paste = vec![Event::Paste("a\nb".to_owned())];
    assert_eq!(decoded(&vec![(0, b"\x1b"), (300, b"[200~a\nb\x1b[201~")]), [escape(), paste].concat());
    let typed: Parts<'_> = vec![(0, b"\x1b"), (300, b"["), (60, b"D"), (60, b"]"), (60, b"P")];
    assert_eq!(decoded(&typed), [escape(), text("[D]P")].concat());
    assert_eq!(decoded(&vec![(0, b"\x1b"), (300, b"Please [do]\r")]), {
        [escape(), text("Please [do]"), keys(&[PLAIN(Code::Enter)])].concat()
    });
}

#[test]
fn a_paste_whose_end_never_comes_is_given_on_and_the_keyboard_works() {
    let begun: &[u8] = b"\x1b[200~one\ntwo";
    let paste = |text: &str| vec![Event::Paste(text.to_owned())];
    assert_eq!(decoded(&vec![(0, begun)]), paste("one\ntwo"));
    let enter = keys(&[PLAIN(Code::Enter)]);
    assert_eq!(decoded(&vec![(0, begun), (1500, b"\r"), (50, b"x")]), [paste("one\ntwo"), enter, text("x")].concat());
    // It was only slow.
    let rest = [paste("one\ntwo"), paste("th\nree\n"), text("x")].concat();
    assert_eq!(decoded(&vec![(0, begun), (1500, b"th\nree\n\x1b[201~"), (0, b"x")]), rest);
    assert_eq!(decoded(&vec![(0, begun), (1500, b"th\nree\n"), (40, b"\x1b[201~x")]), rest);
}

#[test]
fn what_is_no_utf_8_is_latin_1_and_eats_nothing() {
    assert_eq!(at_once(b"caf\xe9 au"), text("café au"));
    assert_eq!(at_once(b"caf\xe9"), text("café"));
    assert_eq!(at_once(b"\xe9\x1b[Dx"), [text("é"), keys(&[PLAIN(Code::Left)]), text("x")].concat());
    assert_eq!(at_once(b"\x1b[200~caf\xe9 \xc3\xa9\x1b[201~"), [Event::Paste("café é".to_owned())]);
    assert_eq!(at_once(b"\xff\xfe\x80"), text("ÿþ\u{fffd}"));
}

#[test]
fn a_sequence_that_was_cut_off_takes_no_key_with_it() {
    for bytes in [&b"\x1b[12\rx"[..], b"\x1b]11;rgb\rx", b"\x1b[M\rx", b"\x1bP1+r\rx"] {
        assert_eq!(at_once(bytes), [keys(&[PLAIN(Code::Enter)]), text("x")].concat(), "{bytes:?}");
    }
    assert_eq!(decoded(&vec![(0, b"\x1b[12"), (1000, b"x")]), text("x"));
    assert_eq!(decoded(&vec![(0, b"\x1b]11;rgb"), (1000, b"x")]), text("x"));
    let long = [b"\x1b[".as_slice(), &[b'1'; 1000], b"ux"].concat();
    assert_eq!(at_once(&long), text("x"));
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let key =
        select(vec!["a", "é", "日", "👨‍👩‍👧", "\r", "\x03", "\x1b[A", "\x1b[1;5C", "\x1bOP", "\x1b\x1b[B", "\x1b[97;5u"]);
    let other = select(vec!["\x1b[I", "\x1b[<65;1;1M", "\x1b[200~x\r\ny é\x1b[201~", "\x1b[200~\x1b[201~"]);
    let reply = select(REPLIES.to_vec());
    vec(prop_oneof![key, other, reply].prop_map(|piece| piece.as_bytes().to_vec()), 0..12)
        .prop_map(|pieces| pieces.concat())
}

fn anything() -> impl Strategy<Value = Vec<u8>> {
    let special = select(b"\x1b\x1b\x1b[]OP_?;<0129~uMAR\\\x07\r\xe9\xc3\xa9\x9b\x9c\x80".to_vec());
    prop_oneof![pieces(), vec(prop_oneof![special, any::<u8>()], 0..64)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Faster than an escape waits.
    #[test]
    fn any_bytes_torn_anywhere_give_the_same(bytes in anything(), cuts in vec((any::<usize>(), 0_u64..25), 0..12)) {
        prop_assert_eq!(decoded(&torn(&bytes, &cuts)), at_once(&bytes));
    }

    /// A pause after an escape makes it the key, but never what follows it.
    #[test]
    fn no_reply_is_typed_at_any_pace(reply in select(REPLIES.to_vec()), cut in any::<usize>(), pause in 0_u64..1000) {
        let bytes = [reply.as_bytes(), b"x"].concat();
        let cut = 1 + cut % (reply.len() - 1);
        // Alt and these keys are two bytes, and cannot be told from a reply that pauses after them.
        prop_assume!(pause < 25 || cut > 2 || !matches!(reply.as_bytes()[1], b'_' | b'^'));
        let mut events = decoded(&vec![(0, &bytes[..cut]), (pause, &bytes[cut..reply.len()]), (pause, b"x")]);
        events.retain(|event| !is_answer(event) && !matches!(event, Event::Key(Key { code: Code::Esc, .. })));
        prop_assert_eq!(events, text("x"));
    }

    /// Wherever a paste is torn, and however long it pauses there, its line ends are no keys.
    #[test]
    fn a_paste_is_never_sent_line_by_line(cut in 0_usize..30, pause in 0_u64..10_000) {
        // A beginning that pauses within itself is not known for one; then the lines come as a burst of keys.
        prop_assume!(pause < 1000 || !(2..6).contains(&cut));
        let bytes = b"\x1b[200~one\r\ntwo\rthree\r\x1b[201~";
        let events = decoded(&torn(bytes, &[(cut, pause)]));
        let enters = events.iter().filter(|event| matches!(event, Event::Key(key) if key.code != Code::Esc)).count();
        prop_assert_eq!(enters, 0, "{:?}", events);
        let pasted: String = events.iter().filter_map(|event| match event {
            Event::Paste(text) => Some(text.as_str()),
            _ => None,
        }).collect();
        prop_assert_eq!(pasted, "one\r\ntwo\rthree\r");
    }

    /// Whatever came before, a moment later every key works.
    #[test]
    fn nothing_keeps_the_keyboard_for_ever(bytes in vec(any::<u8>(), 0..64)) {
        let mut events = decoded(&vec![(0, &bytes), (5000, b"x"), (5000, b"y")]);
        let last = events.split_off(events.len() - 2);
        prop_assert_eq!(last, text("xy"));
    }
}
