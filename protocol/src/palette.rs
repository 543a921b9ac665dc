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

/// The colours, neighbours far apart.
pub const PALETTE: [Hue; 12] = [
    Hue { light: "#b3261e", dark: "#ff8a80", ansi: 1 },
    Hue { light: "#0b6bcb", dark: "#7cb8ff", ansi: 12 },
    Hue { light: "#2e7d32", dark: "#81c995", ansi: 2 },
    Hue { light: "#8e24aa", dark: "#d7a1f9", ansi: 5 },
    Hue { light: "#8a5a00", dark: "#f2c14e", ansi: 3 },
    Hue { light: "#00767a", dark: "#5fd4d6", ansi: 6 },
    Hue { light: "#c2185b", dark: "#ff8ab5", ansi: 13 },
    Hue { light: "#3f51b5", dark: "#a3b1ff", ansi: 4 },
    Hue { light: "#5b7000", dark: "#c0d860", ansi: 10 },
    Hue { light: "#b84a00", dark: "#ffa869", ansi: 9 },
    Hue { light: "#00736b", dark: "#66d9b8", ansi: 14 },
    Hue { light: "#7a5c3e", dark: "#d9b996", ansi: 11 },
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
