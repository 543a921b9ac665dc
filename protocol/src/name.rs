//! Names of users and rooms: which ones are allowed, and when two of them are too alike to belong to two.
//!
//! A name is kept as it was written; only its form is normalised. What it is compared by is its [`NameKey`].
//! Who owns a name is not known here.

mod key;
mod reserved;
mod shape;
#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

use serde::Serialize;

pub use key::{NameKey, lookup};

/// The longest name of a user, in characters.
pub const MAX_USER_NAME: usize = 32;
/// The longest name of a room, in characters.
pub const MAX_ROOM_NAME: usize = 48;

/// Why a name cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was given.
    #[error("the name is empty; choose one of 1 to {max} characters")]
    Empty {
        /// The most characters that such a name may have.
        max: usize,
    },
    /// More characters than allowed.
    #[error("the name is too long; use at most {max} characters")]
    TooLong {
        /// The most characters that such a name may have.
        max: usize,
    },
    /// A character that names do not have.
    #[error("{} cannot be part of a name; use letters, digits, “-”, “_” and “.”", shown(*.found))]
    BadCharacter {
        /// The first such character.
        found: char,
    },
    /// Letters of several scripts, which hides look-alikes.
    #[error("the name mixes letters of different scripts; write it in one script")]
    MixedScripts,
    /// A letter and digits that do not keep their order on every screen.
    #[error("a name written from right to left must begin with a letter and keep to one kind of digits")]
    Direction,
    /// A first or last character that is neither letter nor digit.
    #[error("the name must begin and end with a letter or digit")]
    BadEdge,
    /// Mistakable for an id.
    #[error("the name looks like an id (a UUID); choose one that people can tell apart")]
    LooksLikeId,
    /// Kept for the server, or like a name that is.
    #[error("this name, or one that looks like it, is reserved; choose another")]
    Reserved,
}

/// A character as a person can recognise it in an error text, also when it cannot be seen.
fn shown(c: char) -> String {
    if crate::unicode::is_invisible(c) || crate::unicode::is_combining_mark(c) {
        format!("the character U+{:04X}", u32::from(c))
    } else {
        format!("“{c}”")
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $max:expr, $reserved:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks a name as a person typed it, without `@` or `#`.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let name = shape::check(text, $max)?;
                if $reserved.holds(&NameKey::of(&name)) {
                    return Err(NameError::Reserved);
                }
                Ok(Self(name))
            }

            /// What this name is compared by.
            pub fn key(&self) -> NameKey {
                NameKey::of(&self.0)
            }

            /// The name as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

name! {
    /// The name of a user, without `@`.
    UserName, MAX_USER_NAME, reserved::USERS
}
name! {
    /// The name of a room, without `#`.
    RoomName, MAX_ROOM_NAME, reserved::ROOMS
}
