//! Searching: what is typed, what was found, and where the user was before a hit took them elsewhere.

use std::time::Instant;

use chat_protocol::{MessageId, RoomId, api::SearchHit};

use super::{Completion, Scroll, Ticket};
use crate::text::editor::Editor;

/// A search, open or not: closed, it is kept for the next time.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// Words and filters, as they are typed.
    pub(crate) query: Editor,
    /// It is the query of an earlier search: what is typed now takes its place.
    pub(crate) is_earlier: bool,
    /// Suggestions for the word at the cursor.
    pub(crate) completion: Option<Completion>,
    /// The query that `hits` belong to; `None` before the first answer.
    pub(crate) answered: Option<String>,
    /// What was found, the newest first.
    pub(crate) hits: Vec<SearchHit>,
    /// The position of the hit that Enter goes to.
    pub(crate) chosen: usize,
    /// There may be more hits, before this message.
    pub(crate) next: Option<MessageId>,
    /// What the server was asked last, until it has answered.
    pub(crate) asked: Option<Asked>,
    /// The query was changed then, and is not yet asked for.
    pub(crate) changed: Option<Instant>,
    /// What is wrong about the query, or why nothing was found.
    pub(crate) problem: Option<String>,
    /// Where the user was before they went to a hit; `None` when they stay there.
    pub(crate) origin: Option<Origin>,
    /// The key that goes to the next hit as soon as there is one.
    pub(crate) onward: Option<Ticket>,
}

/// A question for hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) query: String,
    /// The hits before this message; the newest ones if `None`.
    pub(crate) before: Option<MessageId>,
}

/// A place to go back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) room: RoomId,
    /// How far it was scrolled.
    pub(crate) scroll: Scroll,
    /// The thread that was open.
    pub(crate) thread: Option<MessageId>,
}

impl Search {
    /// What is searched for.
    pub(crate) fn text(&self) -> &str {
        self.query.text().trim()
    }

    /// The user stays where a hit took them.
    pub(crate) fn stay(&mut self) {
        self.origin = None;
    }

    /// Whether the hits belong to what is typed.
    pub(crate) fn is_answered(&self) -> bool {
        self.answered.as_deref() == Some(self.text())
    }
}
