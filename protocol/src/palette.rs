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

/// The colours: once around the circle of hues, lighter and darker, each as far from all others as it can be while it stays
/// readable (distance in OKLab, in both themes). Even steps of hue are not even to the eye: they gave four blues.
pub const PALETTE: [Hue; 12] = [
    Hue { light: "#7f0325", dark: "#d3999c", ansi: 1 },
    Hue { light: "#b5360e", dark: "#f5714e", ansi: 9 },
    Hue { light: "#4b3301", dark: "#dca744", ansi: 3 },
    Hue { light: "#695d2c", dark: "#e5d8a3", ansi: 11 },
    Hue { light: "#006c11", dark: "#79b778", ansi: 2 },
    Hue { light: "#034e41", dark: "#67f3d4", ansi: 10 },
    Hue { light: "#006f84", dark: "#38d2f3", ansi: 6 },
    Hue { light: "#1957bb", dark: "#5f97f4", ansi: 14 },
    Hue { light: "#2c3266", dark: "#b4c0ff", ansi: 4 },
    Hue { light: "#6b3c9a", dark: "#b680f3", ansi: 12 },
    Hue { light: "#b2006f", dark: "#f978b6", ansi: 13 },
    Hue { light: "#92526b", dark: "#fec5d9", ansi: 5 },
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
