//! Emojis: what one can react with, and the names by which they are written.
//!
//! An emoji is one that Unicode recommends for general interchange (RGI, UTS #51), with its skin tone if it has one. It is
//! kept fully qualified, so that ❤ and ❤️ are one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One emoji, fully qualified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Emoji(&'static str);

/// A text that is not one emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not one emoji: send a single one, such as 👍")]
pub struct NotAnEmoji;

impl Emoji {
    /// Reads exactly one emoji.
    ///
    /// # Errors
    /// When it is not an emoji, or more than one.
    pub fn parse(text: &str) -> Result<Self, NotAnEmoji> {
        emojis::get(text).map(|emoji| Self(emoji.as_str())).ok_or(NotAnEmoji)
    }

    /// The emoji of a name without colons, such as `tada`.
    pub fn named(name: &str) -> Option<Self> {
        emojis::get_by_shortcode(name).map(|emoji| Self(emoji.as_str()))
    }

    /// As text.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Its names without colons, the usual one first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        emojis::get(self.0).into_iter().flat_map(emojis::Emoji::shortcodes)
    }

    /// All of them in Unicode's order, each with its default skin tone.
    pub fn all() -> impl Iterator<Item = Self> {
        emojis::iter().map(|emoji| Self(emoji.as_str()))
    }
}

impl fmt::Display for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Emoji {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_is_one_whatever_it_is_made_of() {
        for text in ["👍", "👍🏽", "❤️", "🏳️‍🌈", "👨‍👩‍👧‍👦", "🇩🇪", "1️⃣"]
        {
            assert_eq!(Emoji::parse(text).map(Emoji::as_str), Ok(text));
        }
        assert_ne!(Emoji::parse("👍"), Emoji::parse("👍🏽"), "skin tones are apart");
        assert_eq!(Emoji::parse("❤"), Emoji::parse("❤️"), "one emoji however it is qualified");
    }

    #[test]
    fn nothing_else_is_an_emoji() {
        for text in ["", "a", "ok", "1", "👍👍", "👍 ", ":+1:", "🇩", "\u{200d}", "👍\u{200d}"] {
            assert_eq!(Emoji::parse(text), Err(NotAnEmoji), "{text:?}");
        }
    }

    #[test]
    fn names_lead_to_emojis_and_back() {
        let tada = Emoji::named("tada").unwrap();
        assert_eq!(tada.as_str(), "🎉");
        assert!(tada.names().any(|name| name == "tada"));
        assert_eq!(Emoji::named("nosuchname"), None);
        assert!(Emoji::all().count() > 1_500);
    }
}
