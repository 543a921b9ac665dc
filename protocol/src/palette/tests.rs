use std::fs;

use serde_json::json;

use super::*;

/// What the page and the terminal draw names on.
const LIGHT_BACKGROUND: &str = "#ffffff";
const DARK_BACKGROUND: &str = "#14161a";

/// The least contrast of text (WCAG 2.2, success criterion 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

#[test]
fn every_colour_can_be_read() {
    for hue in PALETTE {
        for (text, background) in [(hue.light, LIGHT_BACKGROUND), (hue.dark, DARK_BACKGROUND)] {
            let contrast = contrast(text, background);
            assert!(contrast >= LEAST_CONTRAST, "{text} on {background}: {contrast:.2}");
        }
    }
}

#[test]
fn a_terminal_shows_as_many_colours_as_the_page() {
    let mut ansi = PALETTE.map(|hue| hue.ansi);
    ansi.sort_unstable();
    assert_eq!(ansi, [1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14]);
}

#[test]
fn the_hash_is_fnv_1a() {
    assert_eq!(fnv1a(b""), 0x811c_9dc5);
    assert_eq!(fnv1a(b"a"), 0xe40c_292c);
    assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
}

#[test]
fn the_page_has_the_same_palette() {
    let samples = [
        "00000000-0000-0000-0000-000000000000",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "ffffffff-ffff-4fff-bfff-ffffffffffff",
    ]
    .map(|user| json!({ "user": user, "slot": slot(user.parse().unwrap()) }));
    let expected = json!({ "palette": PALETTE, "samples": samples });
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/palette.json");
    let found: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(found, expected, "fixtures/palette.json should be:\n{expected:#}");
}

/// The contrast of two colours (WCAG 2.2).
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: &str) -> f64 {
    let part = |at: usize| {
        let part = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}
