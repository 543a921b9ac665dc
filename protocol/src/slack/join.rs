//! Parts of a message, each on its own lines.

/// A line across.
pub(super) const RULE: &str = "---";

/// Parts one below the other.
#[derive(Debug, Default)]
pub(super) struct Parts {
    text: String,
}

impl Parts {
    /// Adds one, unless it is blank.
    pub(super) fn push(&mut self, part: String) {
        let part = part.trim_matches(['\n', ' ']);
        if part.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            // A line below a quote or an item of a list would still be part of it.
            let last = self.text.rsplit('\n').next().unwrap_or_default();
            // A rule would make a heading of the line above it.
            self.text.push_str(if goes_on(last) || part == RULE { "\n\n" } else { "\n" });
        }
        self.text.push_str(part);
    }

    /// Adds several.
    pub(super) fn extend(&mut self, parts: impl IntoIterator<Item = String>) {
        parts.into_iter().for_each(|part| self.push(part));
    }

    /// All of them.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// Whether Markdown takes the next line for a part of this one's block.
pub(super) fn goes_on(line: &str) -> bool {
    let line = line.trim_start();
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with('>')
        || ["- ", "* ", "+ "].iter().any(|bullet| line.starts_with(bullet))
        || numbered.len() < line.len() && (numbered.starts_with(". ") || numbered.starts_with(") "))
        || line.starts_with('|')
}
