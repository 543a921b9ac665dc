//! What names are compared by.

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use super::{MAX_ROOM_NAME, shape};

/// Two names are one when their canonical forms **or** their skeletons are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameKey {
    /// The name without regard to case: the PRECIS profile `UsernameCaseMapped` (RFC 8265). Names are found by this.
    pub canonical: String,
    /// The name without regard to case and look-alikes: its skeleton among the Unicode confusables (UTS 39).
    pub skeleton: String,
}

impl NameKey {
    /// The key of a name that has the shape of one (which gives the characters, width and form that PRECIS wants).
    pub(super) fn of(name: &str) -> Self {
        Self { canonical: lower_case(name), skeleton: fold(skeleton(&fold(name.chars()))) }
    }

    /// Whether two names with these keys cannot belong to two users, or two rooms.
    pub fn collides_with(&self, other: &Self) -> bool {
        self.canonical == other.canonical || self.skeleton == other.skeleton
    }
}

/// The canonical form to find a user or room by, or `None` if no name can be written like this. Takes the name without
/// `@` or `#`.
///
/// A reserved name has one too: nobody can take it, but it may be looked for.
pub fn lookup(text: &str) -> Option<String> {
    if text.is_ascii() {
        return shape::is_ascii_name(text, MAX_ROOM_NAME).then(|| text.to_ascii_lowercase());
    }
    shape::check(text, MAX_ROOM_NAME).ok().map(|name| lower_case(&name))
}

fn lower_case(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).nfc().collect()
}

/// Takes case away, also where upper case is the only thing that two lower-case letters share (`ς` and `σ`, `ß` and `ss`).
fn fold(text: impl Iterator<Item = char>) -> String {
    text.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}
