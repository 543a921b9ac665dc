//! What is moved, as the other program has it.

use chat_protocol::{RoomKind, UserId};

use crate::files::{FileHash, Kind};

/// A user as the other program has them.
#[derive(Debug, Clone, Default)]
pub(in crate::formats) struct Person<'a> {
    /// What tells them apart there.
    pub(in crate::formats) key: &'a str,
    /// Their name there.
    pub(in crate::formats) name: &'a str,
    /// What they are called beside it.
    pub(in crate::formats) display_name: &'a str,
    /// Whether they are a program.
    pub(in crate::formats) bot: bool,
}

/// A room as the other program has it.
#[derive(Debug, Clone)]
pub(in crate::formats) struct Place<'a> {
    /// What tells it apart there.
    pub(in crate::formats) key: &'a str,
    /// Its name there; a direct room has none.
    pub(in crate::formats) name: &'a str,
    /// Who may find it.
    pub(in crate::formats) kind: RoomKind,
    /// Its topic.
    pub(in crate::formats) topic: &'a str,
    /// Whether nothing can be written any more.
    pub(in crate::formats) archived: bool,
    /// When it was made, if that is known.
    pub(in crate::formats) created_at: i64,
    /// The keys of its people.
    pub(in crate::formats) people: &'a [String],
}

/// A message as the other program has it. They come in the order in which they were said.
#[derive(Debug, Clone, Default)]
pub(in crate::formats) struct Said {
    /// What tells it apart in its room.
    pub(in crate::formats) key: String,
    /// The key of its room.
    pub(in crate::formats) room: String,
    /// The key of its author.
    pub(in crate::formats) author: String,
    /// When, in milliseconds since the Unix epoch.
    pub(in crate::formats) at: i64,
    /// As Markdown.
    pub(in crate::formats) body: String,
    /// Names in it, and those who had them.
    pub(in crate::formats) mentions: Vec<(String, UserId)>,
    /// Whether it mentions everyone in the room.
    pub(in crate::formats) mentions_room: bool,
    /// When its text was changed last.
    pub(in crate::formats) edited_at: Option<i64>,
    /// The key of the message that its thread began with, and when that was said.
    pub(in crate::formats) thread: Option<(String, i64)>,
    /// Names of emojis, and the keys of those who answered with each.
    pub(in crate::formats) reactions: Vec<(String, Vec<String>)>,
    /// Its files, of which the bytes were taken.
    pub(in crate::formats) files: Vec<File>,
}

/// A file that was taken.
#[derive(Debug, Clone)]
pub(in crate::formats) struct File {
    /// What it is called there.
    pub(in crate::formats) name: String,
    /// Its SHA-256.
    pub(in crate::formats) hash: FileHash,
    /// Its bytes.
    pub(in crate::formats) size: u64,
    /// What its first bytes say.
    pub(in crate::formats) kind: Kind,
}
