//! What was changed in a text field, so that it can be taken back and made again.

use std::collections::VecDeque;

/// Steps that can be undone; more than anyone remembers.
const STEPS: usize = 200;
/// Bytes of text that are kept for undoing, beside those of the last step.
const BYTES: usize = 8 * 1024 * 1024;

/// A change of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// Where, in bytes.
    pub(super) at: usize,
    /// What gave way.
    pub(super) removed: String,
    /// What came in its place.
    pub(super) inserted: String,
    /// The cursor before it.
    pub(super) before: usize,
    /// The cursor after it.
    pub(super) after: usize,
}

impl Change {
    fn bytes(&self) -> usize {
        self.removed.len() + self.inserted.len()
    }

    /// The change that takes this one back.
    pub(super) fn reversed(self) -> Self {
        Self { at: self.at, removed: self.inserted, inserted: self.removed, before: self.after, after: self.before }
    }
}

/// The changes, the last one at the end.
#[derive(Debug, Clone, Default)]
pub(super) struct Undo {
    done: VecDeque<Change>,
    undone: Vec<Change>,
}

impl Undo {
    pub(super) fn push(&mut self, change: Change) {
        self.undone.clear();
        self.done.push_back(change);
        let mut bytes: usize = self.done.iter().map(Change::bytes).sum();
        while self.done.len() > STEPS || (bytes > BYTES && self.done.len() > 1) {
            bytes -= self.done.pop_front().map_or(0, |oldest| oldest.bytes());
        }
    }

    /// More was typed right behind the last change: it is the same step. False if it is not.
    pub(super) fn go_on(&mut self, typed: &str, before: usize, after: usize) -> bool {
        let Some(last) = self.done.back_mut().filter(|last| last.after == before) else { return false };
        if last.at + last.inserted.len() != before {
            return false;
        }
        last.inserted.push_str(typed);
        last.after = after;
        self.undone.clear();
        true
    }

    /// The change to be made to take back the last one.
    pub(super) fn undo(&mut self) -> Option<Change> {
        let change = self.done.pop_back()?;
        self.undone.push(change.clone());
        Some(change.reversed())
    }

    /// The change to be made again.
    pub(super) fn redo(&mut self) -> Option<Change> {
        let change = self.undone.pop()?;
        self.done.push_back(change.clone());
        Some(change)
    }
}
