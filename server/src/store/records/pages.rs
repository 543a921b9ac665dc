//! What is read page by page: which part is asked for, and what comes of it.

use chat_protocol::{MessageId, RoomId, Timestamp, UserId, name};

/// Part of a list, in order.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The part.
    pub items: Vec<T>,
    /// The `after` of the next part, if there is one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a list by name that was read with one more item than wanted.
    pub(in crate::store) fn cut(mut found: Vec<(T, String)>, limit: usize) -> Self {
        let more = found.len() > limit;
        found.truncate(limit);
        let next = if more { found.last().map(|(_, name)| name.clone()) } else { None };
        Self { items: found.into_iter().map(|(item, _)| item).collect(), next }
    }
}

/// The canonical name after which a list by name goes on; a text that is no name stands where it would stand.
pub(in crate::store) fn after_name(text: Option<&str>) -> String {
    text.map(|text| name::lookup(text).unwrap_or_else(|| text.to_lowercase())).unwrap_or_default()
}

/// How much a page may hold. The first item always has room.
#[derive(Debug, Clone, Copy)]
pub struct PageSize {
    /// At most so many.
    pub items: usize,
    /// In all at most so large.
    pub bytes: usize,
}

/// A part of a room's messages, ascending.
#[derive(Debug, Clone)]
pub struct MessagePage<T> {
    /// Where.
    pub room: RoomId,
    /// What was made of the messages.
    pub messages: Vec<T>,
    /// Whether there are older ones.
    pub has_more_before: bool,
    /// Whether there are newer ones.
    pub has_more_after: bool,
}

/// Which users to list.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Names that contain this text.
    pub q: Option<String>,
    /// Only these (the online ones), or all but these.
    pub online: Option<(bool, Vec<UserId>)>,
    /// At most so many.
    pub limit: usize,
    /// Names after this one.
    pub after: Option<String>,
}

/// Which rooms to list.
#[derive(Debug, Clone, Default)]
pub struct RoomFilter {
    /// Names that contain this text.
    pub q: Option<String>,
    /// Only rooms that the caller is a member of (or is not).
    pub joined: Option<bool>,
    /// At most so many.
    pub limit: usize,
    /// Names after this one.
    pub after: Option<String>,
}

/// Which part of a room's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The last ones.
    Newest,
    /// Those before a position.
    Before(u64),
    /// Those after a position.
    After(u64),
    /// Those on both sides of a position, and the one at it.
    Around(u64),
    /// Those on both sides of the first one that was sent at a time or later, and that one.
    Since(Timestamp),
}

/// Messages that a search found, the newest first.
#[derive(Debug, Clone)]
pub struct FoundPage<T> {
    /// Those of this page.
    pub hits: Vec<Found<T>>,
    /// The message to go on after, if there may be more.
    pub next: Option<MessageId>,
}

/// A message that a search found.
#[derive(Debug, Clone)]
pub struct Found<T> {
    /// What was made of it.
    pub message: T,
    /// Where.
    pub room: RoomId,
    /// Where its body says what was looked for: first character, and the one after the last. Unicode scalar values.
    pub marks: Vec<(u32, u32)>,
}

/// The end of a room's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The newest event.
    pub last_seq: u64,
    /// Its time.
    pub last_at: Option<Timestamp>,
}

/// A page of a room's log.
#[derive(Debug, Clone)]
pub struct LogPage<T> {
    /// Whose.
    pub room: RoomId,
    /// In order, without gaps.
    pub entries: Vec<T>,
    /// Where the log ends now.
    pub extent: Extent,
}
