//! The colours of users, the same in the terminal and on the page.

#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::UserId;

/// A colour that text can have: in each theme it stands out from the background (contrast at least 4.5, WCAG 2.2 AA).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hue {
    /// On white, `#rrggbb`.
    pub light: &'static str,
    /// On a dark background, `#rrggbb`.
    pub dark: &'static str,
    /// Among a terminal's sixteen colours: one that is neither black, white nor grey.
    pub ansi: u8,
}

/// The colours: once around the circle of hues in steps of about 30° (OKLCH), in turn lighter and darker, so that also
/// neighbours can be told apart.
pub const PALETTE: [Hue; 12] = [
    Hue { light: "#b6303e", dark: "#ff9f9f", ansi: 1 },
    Hue { light: "#8c3701", dark: "#ee8f63", ansi: 9 },
    Hue { light: "#8d5e05", dark: "#eeb154", ansi: 3 },
    Hue { light: "#5d5803", dark: "#b7af41", ansi: 11 },
    Hue { light: "#3e7b00", dark: "#99d079", ansi: 2 },
    Hue { light: "#056641", dark: "#53c48e", ansi: 10 },
    Hue { light: "#047879", dark: "#2ad7d7", ansi: 6 },
    Hue { light: "#055e7c", dark: "#3bb9ed", ansi: 14 },
    Hue { light: "#2e62c9", dark: "#9bbeff", ansi: 4 },
    Hue { light: "#5b39a9", dark: "#ad9bf6", ansi: 12 },
    Hue { light: "#943fa2", dark: "#e5a1ef", ansi: 5 },
    Hue { light: "#95175f", dark: "#e987b3", ansi: 13 },
];

/// Which colour of [`PALETTE`] a user has: FNV-1a (32 bit) of the id's text, modulo the number of colours.
pub fn slot(user: UserId) -> usize {
    fnv1a(user.to_string().as_bytes()) as usize % PALETTE.len()
}

/// The hash that is easiest to write the same in every language.
fn fnv1a(bytes: &[u8]) -> u32 {
    const OFFSET_BASIS: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    bytes.iter().fold(OFFSET_BASIS, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(PRIME))
}
