//! What was said on a connection, for the reader of a failed test.

use std::{collections::VecDeque, fmt};

/// Lines that are shown: the end is what matters.
const SHOWN: usize = 40;
/// Characters of each.
const WIDTH: usize = 400;

/// The last frames of both sides, oldest first.
#[derive(Default)]
pub(super) struct Transcript(VecDeque<String>);

impl Transcript {
    /// The test said this.
    pub(super) fn sent(&mut self, text: &str) {
        self.note("→", text);
    }

    /// The server said this.
    pub(super) fn received(&mut self, text: &str) {
        self.note("←", text);
    }

    fn note(&mut self, direction: &str, text: &str) {
        if self.0.len() == SHOWN {
            self.0.pop_front();
        }
        let short: String = text.chars().take(WIDTH).collect();
        self.0.push_back(format!("{direction} {short}"));
    }
}

impl fmt::Display for Transcript {
    /// As the end of a failure's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("; the end of what was said:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}
