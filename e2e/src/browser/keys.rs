//! Keys as the browser wants to be told of them, from names such as `Enter`, `a` or `Control+k`.

use serde_json::{Value, json};

/// A key that is not a letter: its name (which is also its place), its number on Windows, what it writes.
const NAMED: &[(&str, u32, &str)] = &[
    ("Backspace", 8, ""),
    ("Tab", 9, ""),
    ("Enter", 13, "\r"),
    ("Escape", 27, ""),
    ("PageUp", 33, ""),
    ("PageDown", 34, ""),
    ("End", 35, ""),
    ("Home", 36, ""),
    ("ArrowLeft", 37, ""),
    ("ArrowUp", 38, ""),
    ("ArrowRight", 39, ""),
    ("ArrowDown", 40, ""),
    ("F1", 112, ""),
    ("F8", 119, ""),
];
/// The keys that change others, as bits.
const MODIFIERS: &[(&str, u8)] = &[("Alt", 1), ("Control", 2), ("Meta", 4), ("Shift", 8)];
/// With one of these a key writes nothing.
const SILENCING: u8 = 1 | 2 | 4;

/// The two events of a pressed key: down and up.
pub(super) fn press(combination: &str) -> [Value; 2] {
    let mut modifiers = 0;
    let mut key = combination;
    while let Some((modifier, rest)) = key.split_once('+')
        && let Some((_, bit)) = MODIFIERS.iter().find(|(name, _)| *name == modifier)
    {
        modifiers |= bit;
        key = rest;
    }
    let (code, number, written) = match NAMED.iter().find(|(name, ..)| *name == key) {
        Some((name, number, written)) => ((*name).to_owned(), *number, (*written).to_owned()),
        None => letter(key),
    };
    let text = if modifiers & SILENCING == 0 { written } else { String::new() };
    let event = |r#type: &str, text: &str| json!({ "type": r#type, "key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers, "text": text });
    let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
    [event(down, &text), event("keyUp", "")]
}

/// Any other key writes what it is called.
fn letter(key: &str) -> (String, u32, String) {
    let upper = key.to_ascii_uppercase();
    let first = upper.chars().next().unwrap_or_default();
    let code = match first {
        'A'..='Z' => format!("Key{upper}"),
        '0'..='9' => format!("Digit{upper}"),
        ' ' => "Space".to_owned(),
        _ => String::new(),
    };
    let number = if first.is_ascii_alphanumeric() || first == ' ' { u32::from(first) } else { 0 };
    (code, number, key.to_owned())
}
