//! What the user wants of this program on every start: it is remembered on this device.

use super::{geometry::Panes, pictures::PictureSetting};

/// How the user is told of what calls them while they look elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Notifications {
    /// Not at all.
    Off,
    /// The terminal rings.
    Bell,
    /// It also says who wrote and where, and never the text.
    Names,
    /// It also says the text.
    #[default]
    Full,
}

impl Notifications {
    /// Every level, with the word that sets it.
    pub(crate) const WORDS: [(Self, &'static str); 4] =
        [(Self::Full, "full"), (Self::Names, "names"), (Self::Bell, "bell"), (Self::Off, "off")];

    /// The level that a word sets.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(level, _)| *level)
    }

    /// The word that sets it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(level, _)| *level == self).map_or("", |(_, word)| word)
    }
}

/// All of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Preferences {
    pub(crate) panes: Panes,
    pub(crate) notifications: Notifications,
    /// Whether runs of replies in the timeline are one row each.
    pub(crate) folds_replies: bool,
    pub(crate) pictures: PictureSetting,
}

impl Default for Preferences {
    fn default() -> Self {
        let panes = Panes { rooms: true, people: true };
        Self {
            panes,
            notifications: Notifications::default(),
            folds_replies: false,
            pictures: PictureSetting::default(),
        }
    }
}
