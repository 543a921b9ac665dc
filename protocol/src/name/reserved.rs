//! Names that nobody can take, in any disguise: they are words of the API, of mentions, or of the server itself.

use std::sync::LazyLock;

use super::NameKey;

/// The names reserved among users.
pub(super) static USERS: Reserved = Reserved(LazyLock::new(|| {
    keys(&[
        "admin",
        "system",
        "server",
        "root",
        "here",
        "all",
        "everyone",
        "moderator",
        "bot",
        "deleted",
        "guest",
        "me",
        "current",
        "room",
        "channel",
    ])
}));

/// The names reserved among rooms.
pub(super) static ROOMS: Reserved = Reserved(LazyLock::new(|| keys(&["me", "current"])));

/// A list of reserved names.
pub(super) struct Reserved(LazyLock<Vec<NameKey>>);

impl Reserved {
    /// Whether a name with this key is reserved, or looks like one that is.
    pub(super) fn holds(&self, key: &NameKey) -> bool {
        self.0.iter().any(|reserved| reserved.collides_with(key))
    }
}

/// In capitals, too: `ADMlN` looks like `ADMIN`.
fn keys(names: &[&str]) -> Vec<NameKey> {
    names.iter().flat_map(|name| [NameKey::of(name), NameKey::of(&name.to_uppercase())]).collect()
}
