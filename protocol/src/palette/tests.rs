use std::fs;

use serde_json::json;

use super::*;

/// What the page and the terminal draw names on.
const LIGHT_BACKGROUND: &str = "#ffffff";
const DARK_BACKGROUND: &str = "#14161a";

/// The least distance of two colours in OKLab at which most people see two colours, not two shades of one, side by side.
const LEAST_DISTANCE: f64 = 0.1;

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
fn no_two_colours_look_alike() {
    for theme in [|hue: &Hue| hue.light, |hue: &Hue| hue.dark] {
        for (at, one) in PALETTE.iter().enumerate() {
            for other in &PALETTE[at + 1..] {
                let (one, other) = (theme(one), theme(other));
                let distance = distance(oklab(one), oklab(other));
                assert!(distance >= LEAST_DISTANCE, "{one} and {other}: {distance:.3}");
            }
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
    let [red, green, blue] = linear(color);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The light of a colour, part by part, from 0 to 1.
fn linear(color: &str) -> [f64; 3] {
    [1, 3, 5].map(|at| {
        let part = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

/// A colour in a space in which distances are what the eye says they are.
fn oklab(color: &str) -> [f64; 3] {
    let [red, green, blue] = linear(color);
    let cones = [
        0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue,
        0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue,
        0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue,
    ];
    let [long, medium, short] = cones.map(f64::cbrt);
    [
        0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
        1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
        0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
    ]
}

fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
}
