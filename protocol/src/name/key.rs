//! What names are compared by.

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use super::{MAX_ROOM_NAME, shape};

/// Two names are one when their canonical forms are equal, **or** any skeleton of one is a skeleton of the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameKey {
    /// The name without regard to case: the PRECIS profile `UsernameCaseMapped` (RFC 8265). Names are found by this.
    pub canonical: String,
    /// The skeleton of the name in lower case among the Unicode confusables (UTS 39): what it looks like without regard
    /// to case.
    pub skeleton: String,
    /// The skeleton of the name as it was written, and then of that in lower case: `PaypaI` looks like `paypal`, `ТЕАМ`
    /// in Cyrillic like `team`, and `paypai` like neither.
    pub cased_skeleton: String,
}

impl NameKey {
    /// The key of a name that has the shape of one (which gives the characters, width and form that PRECIS wants):
    /// of a [`UserName`](super::UserName) or [`RoomName`](super::RoomName), or of one that was taken under earlier rules.
    pub fn of(name: &str) -> Self {
        let large: String = name.chars().map(full_size).collect();
        Self {
            canonical: lower_case(name),
            skeleton: fold(skeleton(&fold(name.chars()))),
            cased_skeleton: fold(skeleton(&fold(skeleton(&large)))),
        }
    }

    /// Whether two names with these keys cannot belong to two users, or two rooms.
    pub fn collides_with(&self, other: &Self) -> bool {
        self.canonical == other.canonical
            || [&self.skeleton, &self.cased_skeleton]
                .into_iter()
                .any(|skeleton| *skeleton == other.skeleton || *skeleton == other.cased_skeleton)
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

/// Small capitals of phonetic alphabets as the letters that they are: the Unicode confusables lack most of them.
fn full_size(letter: char) -> char {
    match letter {
        'ᴀ' => 'a',
        'ʙ' => 'b',
        'ᴄ' => 'c',
        'ᴅ' => 'd',
        'ᴇ' => 'e',
        'ꜰ' => 'f',
        'ɢ' => 'g',
        'ʜ' => 'h',
        'ɪ' => 'i',
        'ᴊ' => 'j',
        'ᴋ' => 'k',
        'ʟ' => 'l',
        'ᴍ' => 'm',
        'ɴ' => 'n',
        'ᴏ' => 'o',
        'ᴘ' => 'p',
        'ꞯ' => 'q',
        'ʀ' => 'r',
        'ꜱ' => 's',
        'ᴛ' => 't',
        'ᴜ' => 'u',
        'ᴠ' => 'v',
        'ᴡ' => 'w',
        'ʏ' => 'y',
        'ᴢ' => 'z',
        other => other,
    }
}

fn lower_case(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).nfc().collect()
}

/// Takes case away, also where upper case is the only thing that two lower-case letters share (`ς` and `σ`, `ß` and `ss`).
fn fold(text: impl Iterator<Item = char>) -> String {
    text.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}
