//! The rows of the messages pane, as [`crate::layout`] made them last.

use super::{pictures::PictureKey, timeline::EntryKey};
use crate::text::span::Span;

/// The rows on the screen.
#[derive(Debug, Default)]
pub(crate) struct TimelineView {
    /// From top to bottom; fewer than the pane has if there are no more.
    pub(crate) rows: Vec<ViewRow>,
    /// Entries below the last row, up to a thousand.
    pub(crate) below: usize,
    /// Whether the newest entry is on the screen to its end.
    pub(crate) at_end: bool,
    /// Rows above the first one that are here, as far as a page needs them.
    pub(crate) above: usize,
    /// The newest event on the screen.
    pub(crate) newest: Option<u64>,
}

/// What became of an own message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It is not on this disk yet.
    Saving,
    /// It waits for a connection.
    Queued,
    /// It is on the wire.
    Sending,
    /// It is on the server's disk.
    Stored,
    Failed,
}

/// What stands before the text of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Head {
    /// The time, on its first row.
    pub(crate) time: Option<String>,
    /// The author, unless the message before has the same one.
    pub(crate) name: Option<Span>,
}

/// What a row shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// A dim remark in the middle.
    Remark(String),
    Day(String),
    /// The line above what is new.
    New(String),
    /// Something that happened and is no message.
    Event {
        /// When, on the first row.
        time: Option<String>,
        spans: Vec<Span>,
    },
    /// A row of a message.
    Text {
        /// What stands before it.
        head: Head,
        spans: Vec<Span>,
        /// What became of it, on its last row.
        mark: Option<Mark>,
    },
    /// A row of a picture.
    Picture {
        /// Says at the top of the screen whose it is.
        head: Head,
        picture: PictureKey,
        /// Which of its rows.
        row: u16,
    },
}

/// A row of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ViewRow {
    /// Whose row.
    pub(crate) key: EntryKey,
    /// Which of its rows: 0 is the first of the text, what stands above has negative numbers.
    pub(crate) index: i32,
    /// Where in the text it begins.
    pub(crate) at: usize,
    pub(crate) content: Content,
}
