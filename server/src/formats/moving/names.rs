//! Names that are free here, for people and rooms of another program.

use std::collections::HashSet;

use chat_protocol::name::NameKey;

/// Names that belong to somebody.
#[derive(Default)]
pub(super) struct Taken(HashSet<String>);

impl Taken {
    /// Takes a name if it is free, in any disguise.
    pub(super) fn take(&mut self, key: &NameKey) -> bool {
        let all = [&key.canonical, &key.skeleton, &key.cased_skeleton];
        if all.iter().any(|text| self.0.contains(*text)) {
            return false;
        }
        self.0.extend(all.into_iter().cloned());
        true
    }
}

/// The name itself if it is possible and free; else one like it.
pub(super) fn free_name(wanted: &str, taken: &mut Taken, key: impl Fn(&str) -> Option<NameKey>) -> String {
    let mut is_free = |name: &str| key(name).is_some_and(|key| taken.take(&key));
    if is_free(wanted) {
        return wanted.to_owned();
    }
    let plain: String = wanted
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .take(24)
        .collect();
    let plain = plain.trim_matches(|c: char| !c.is_alphanumeric());
    if is_free(plain) {
        return plain.to_owned();
    }
    let base = if key(&format!("{plain}-2")).is_some() { plain } else { "imported" };
    (2_u64..).map(|number| format!("{base}-{number}")).find(|name| is_free(name)).unwrap_or_default()
}
