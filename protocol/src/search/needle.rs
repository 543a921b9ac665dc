//! One thing that a text must say.

use super::fold::{Folded, is_unspaced};

/// Characters from which on a part of a word is found.
const PART: usize = 3;

/// A word or a phrase, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    text: String,
    whole_word: bool,
}

impl Needle {
    /// A word, which has no blanks. `None` if nothing is left of it.
    pub(super) fn word(text: &str) -> Option<Self> {
        let mut needle = Self::phrase(text)?;
        needle.whole_word = needle.text.chars().count() < PART && !needle.text.chars().any(is_unspaced);
        Some(needle)
    }

    /// A phrase, found as it stands. `None` if nothing is left of it.
    pub(super) fn phrase(text: &str) -> Option<Self> {
        let text = Folded::of(text).as_str().trim().to_owned();
        (!text.is_empty()).then_some(Self { text, whole_word: false })
    }

    /// What is looked for.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is found as a whole word alone.
    pub const fn is_whole_word(&self) -> bool {
        self.whole_word
    }

    /// Whether a text has it.
    pub fn is_in(&self, text: &Folded) -> bool {
        self.places(text).next().is_some()
    }

    /// Where a text has it: bytes of the folded text.
    pub fn places<'a>(&'a self, text: &'a Folded) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
        let text = text.as_str();
        text.match_indices(self.text.as_str())
            .map(|(start, found)| start..start + found.len())
            .filter(|place| !self.whole_word || is_whole_word(text, place))
    }
}

fn is_whole_word(text: &str, place: &std::ops::Range<usize>) -> bool {
    let before = text[..place.start].chars().next_back();
    let after = text[place.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}
