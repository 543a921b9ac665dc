//! What complete sequences mean. The table follows xterm, the kitty keyboard protocol, and what others send for the
//! same keys. What is not here means nothing.

use super::Event;
use crate::keys::key::{Code, Key};

/// Among the attributes of a terminal: it draws sixels.
const SIXEL: u32 = 4;

/// What a sequence means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A key was pressed.
    Key(Key),
    Event(Event),
    Paste,
    /// An answer that nobody asked for, or a key that does nothing here.
    Nothing,
}

/// Keys that are held with another, as terminals number them: one more than the sum.
#[derive(Debug, Clone, Copy, Default)]
struct Modifiers(u32);

impl Modifiers {
    fn shift(self) -> bool {
        self.0 & 1 != 0
    }

    /// Alt or Meta.
    fn alt(self) -> bool {
        self.0 & (2 | 32) != 0
    }

    fn ctrl(self) -> bool {
        self.0 & 4 != 0
    }

    /// Super or Hyper: the window manager's.
    fn foreign(self) -> bool {
        self.0 & (8 | 16) != 0
    }
}

/// A sequence of parameters and a final byte.
pub(super) fn csi(parameters: &[u8], last: u8) -> Meaning {
    match (parameters.first(), last) {
        (Some(b'<'), b'M' | b'm') => {
            // The numbers of a release are those of the press.
            let numbers = numbers(&parameters[1..]);
            let number = |at: usize| numbers.get(at).map_or(0, |(number, _)| *number);
            return if last == b'M' { mouse(number(0), number(1), number(2)) } else { Meaning::Nothing };
        }
        (Some(b'?'), b'c') => {
            // The first says how old a terminal it is.
            let sixel = numbers(&parameters[1..]).iter().skip(1).any(|(number, _)| *number == SIXEL);
            return Meaning::Event(Event::Attributes { sixel });
        }
        _ if parameters.iter().any(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':')) => return Meaning::Nothing,
        (None, b'I') => return Meaning::Event(Event::Focus(true)),
        (None, b'O') => return Meaning::Event(Event::Focus(false)),
        // With numbers it tells where the cursor is.
        (Some(_), b'R') => return Meaning::Nothing,
        _ => {}
    }
    let numbers = numbers(parameters);
    let number = |at: usize| numbers.get(at).copied().unwrap_or_default();
    // A kitty terminal tells after a colon what happened to the key: 3 is that it was let go.
    let (modifiers, happened) = number(1);
    if happened == Some(3) {
        return Meaning::Nothing;
    }
    let modifiers = Modifiers(modifiers.saturating_sub(1));
    let key = match last {
        b'u' => kitty(number(0), modifiers),
        b'~' => match number(0).0 {
            200 => return Meaning::Paste,
            27 => kitty((number(2).0, None), modifiers),
            number => tilde(number).and_then(|code| press(code, modifiers)),
        },
        b'Z' => press(Code::Tab, Modifiers(modifiers.0 | 1)),
        _ if number(0).0 <= 1 => letter(last).and_then(|code| press(code, modifiers)),
        _ => None,
    };
    key.map_or(Meaning::Nothing, Meaning::Key)
}

/// The answer of a terminal that knows the graphics protocol of kitty.
pub(super) fn apc(text: &[u8]) -> Meaning {
    if text == b"Gi=31;OK" { Meaning::Event(Event::Kitty) } else { Meaning::Nothing }
}

/// What a terminal says about its colours: `11;rgb:2e2e/3434/3636` is its background.
pub(super) fn osc(text: &[u8]) -> Meaning {
    let background = std::str::from_utf8(text).ok().and_then(|text| text.strip_prefix("11;"));
    match background.and_then(brightness) {
        Some(brightness) => Meaning::Event(Event::Background { light: brightness > 0.5 }),
        None => Meaning::Nothing,
    }
}

/// How bright a colour is to the eye, from 0 to 1: `rgb:` and one to four digits for each part, or `rgba:` and one more.
fn brightness(colour: &str) -> Option<f64> {
    let parts = colour.strip_prefix("rgb:").or_else(|| colour.strip_prefix("rgba:"))?;
    let mut parts = parts.split('/').map(|part| {
        let most = (1_u32 << (4 * u32::try_from(part.len()).ok().filter(|digits| (1..=4).contains(digits))?)) - 1;
        Some(f64::from(u32::from_str_radix(part, 16).ok()?) / f64::from(most))
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    Some(0.299 * red + 0.587 * green + 0.114 * blue)
}

/// `ESC O` and a final byte; None if that is no key.
pub(super) fn ss3(parameters: &[u8], last: u8) -> Option<Key> {
    let modifiers = Modifiers(numbers(parameters).last().map_or(0, |modifiers| modifiers.0.saturating_sub(1)));
    // The keypad, where a program asked for it.
    let code = match last {
        b'M' => Code::Enter,
        b'I' => Code::Tab,
        b'X' => Code::Char('='),
        b'j'..=b'y' => Code::Char(char::from(last - b'j' + b'*')),
        _ => letter(last)?,
    };
    press(code, modifiers)
}

/// A mouse button was pressed in a column and a row, from 1: a turn of the wheel is one.
pub(super) fn mouse(button: u32, column: u32, row: u32) -> Meaning {
    /// Shift, Meta, Ctrl and "while moving".
    const HELD: u32 = 0b11_1100;
    let at = |number: u32| u16::try_from(number).ok()?.checked_sub(1);
    match button & !HELD {
        // With a key it is the terminal's or the window manager's.
        0 if button == 0 => match (at(column), at(row)) {
            (Some(x), Some(y)) => Meaning::Event(Event::Click { x, y }),
            _ => Meaning::Nothing,
        },
        64 => Meaning::Event(Event::Wheel { up: true }),
        65 => Meaning::Event(Event::Wheel { up: false }),
        _ => Meaning::Nothing,
    }
}

/// A control character or Backspace.
pub(super) fn control(byte: u8) -> Key {
    match byte {
        0x00 => Key::ctrl(' '),
        b'\t' => Key::plain(Code::Tab),
        b'\r' => Key::plain(Code::Enter),
        0x1b => Key::plain(Code::Esc),
        0x7f => Key::plain(Code::Backspace),
        _ => Key::ctrl(char::from(byte | 0x40).to_ascii_lowercase()),
    }
}

/// The same key with Alt.
pub(super) fn with_alt(key: Key) -> Key {
    let code = match key.code {
        Code::Char(char) => Code::Char(char.to_ascii_lowercase()),
        code => code,
    };
    Key { code, alt: true, ..key }
}

/// Bytes as text. What is no UTF-8 is Latin-1: older terminals and files have it, and nothing is lost.
pub(super) fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|&byte| match char::from(byte) {
            char if char.is_control() => char::REPLACEMENT_CHARACTER,
            char => char,
        }));
    }
    text
}

/// Numbers between semicolons, each with the last one after a colon.
fn numbers(parameters: &[u8]) -> Vec<(u32, Option<u32>)> {
    let text = std::str::from_utf8(parameters).unwrap_or_default();
    let number = |part: &str| part.parse().unwrap_or(0);
    text.split(';')
        .map(|part| match part.split_once(':') {
            Some((number_, sub)) => (number(number_), sub.split(':').next().and_then(|sub| sub.parse().ok())),
            None => (number(part), None),
        })
        .collect()
}

/// Keys that end in a letter.
fn letter(last: u8) -> Option<Code> {
    Some(match last {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'P'..=b'S' => Code::F(last - b'P' + 1),
        _ => return None,
    })
}

/// Keys that end in a tilde.
fn tilde(number: u32) -> Option<Code> {
    let function = |first: u32, f: u8| u8::try_from(number - first).ok().map(|by| Code::F(f + by));
    match number {
        1 | 7 => Some(Code::Home),
        3 => Some(Code::Delete),
        4 | 8 => Some(Code::End),
        5 => Some(Code::PageUp),
        6 => Some(Code::PageDown),
        11..=15 => function(11, 1),
        17..=21 => function(17, 6),
        23 | 24 => function(23, 11),
        _ => None,
    }
}

/// A key by its number; `shifted` is what it types with Shift.
fn kitty((number, shifted): (u32, Option<u32>), modifiers: Modifiers) -> Option<Key> {
    let code = match number {
        8 | 127 => Code::Backspace,
        9 => Code::Tab,
        13 | 57414 => Code::Enter,
        27 => Code::Esc,
        57399..=57408 => Code::Char(char::from_digit(number - 57399, 10)?),
        57409 => Code::Char('.'),
        57410 => Code::Char('/'),
        57411 => Code::Char('*'),
        57412 => Code::Char('-'),
        57413 => Code::Char('+'),
        57415 => Code::Char('='),
        57416 => Code::Char(','),
        57417 => Code::Left,
        57418 => Code::Right,
        57419 => Code::Up,
        57420 => Code::Down,
        57421 => Code::PageUp,
        57422 => Code::PageDown,
        57423 => Code::Home,
        57424 => Code::End,
        57426 => Code::Delete,
        // Keys that type nothing, such as Caps Lock.
        0xe000..=0xf8ff => return None,
        _ => {
            let char = char::from_u32(number).filter(|char| !char.is_control())?;
            let shifted =
                shifted.filter(|_| modifiers.shift()).and_then(char::from_u32).filter(|char| !char.is_control());
            return press(Code::Char(shifted.unwrap_or(char)), modifiers);
        }
    };
    press(code, modifiers)
}

/// The key as the table of keys writes it.
fn press(code: Code, modifiers: Modifiers) -> Option<Key> {
    if modifiers.foreign() {
        return None;
    }
    let (ctrl, alt) = (modifiers.ctrl(), modifiers.alt());
    let (code, shift) = match code {
        Code::Char(char) => (Code::Char(written(char, modifiers)), false),
        Code::Backspace => (Code::Backspace, false),
        code => (code, modifiers.shift()),
    };
    Some(Key { code, ctrl, alt, shift })
}

/// Letters are lower case with Ctrl or Alt, else as Shift says. Ctrl-_ is known by the keys that type it on the two
/// most common layouts, where the terminal does not tell what Shift does to them.
fn written(char: char, modifiers: Modifiers) -> char {
    match char {
        '7' if modifiers.ctrl() => '_',
        '-' if modifiers.shift() && (modifiers.ctrl() || modifiers.alt()) => '_',
        char if modifiers.ctrl() || modifiers.alt() => char.to_ascii_lowercase(),
        char if modifiers.shift() => {
            let mut upper = char.to_uppercase();
            upper.next().filter(|_| upper.len() == 0).unwrap_or(char)
        }
        char => char,
    }
}
