//! What an export has, line by line: everything that people see of each other, without tokens, passwords and counts. An
//! import makes the counts again.
//!
//! Lines stand in this order: the header, users, rooms, members, restrictions, messages as they were stored, what else
//! happened in each room, followed threads, ignored people. So each line names only what stands before it.

use chat_protocol::{MessageId, Notify, Role, RoomId, RoomKind, Status, Timestamp, UploadId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the format that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Record {
    /// The first one.
    Export(Header),
    /// A user.
    User(UserRecord),
    /// A room.
    Room(RoomRecord),
    /// Who is, or was, in a room.
    Member(MemberRecord),
    /// A ban or a mute.
    Restriction(RestrictionRecord),
    /// A message, as it is now.
    Message(Box<MessageRecord>),
    /// Anything else in a room's log.
    Event(EventRecord),
    /// A thread that a user follows, or has left.
    Follow(FollowRecord),
    /// Whom a user ignores.
    Ignore(IgnoreRecord),
}

/// Which format the lines have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`VERSION`].
    pub version: u32,
}

/// A user. They sign in again with a link code: `chat-server user reset`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserRecord {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// What they are called beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whether a program writes for them.
    #[serde(default, skip_serializing_if = "is_false")]
    pub bot: bool,
    /// Whether they can no longer sign in.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disabled: bool,
    /// What they say of themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// When they came.
    pub created_at: Timestamp,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomRecord {
    /// Its id.
    pub id: RoomId,
    /// Its name; a direct room has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Who may find it.
    pub kind: RoomKind,
    /// Its topic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// Whether nothing can be written any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub archived: bool,
    /// Seconds between two messages of a member.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub slow_seconds: u32,
    /// Days after which its messages are deleted, 0 for never; absent: as long as the server keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// Whether pinned messages stay then.
    #[serde(default, skip_serializing_if = "is_false")]
    pub retention_keeps_pinned: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Who is, or was, in a room. The people of a direct room are its members, whether it is in their list or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberRecord {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub user: UserId,
    /// Whether they are there now.
    pub joined: bool,
    /// Whether the log speaks of it: of a guest that only reads it does not.
    pub announced: bool,
    /// Whether they moderate the room.
    #[serde(default, skip_serializing_if = "is_false")]
    pub moderator: bool,
    /// The position at which they came.
    pub since: u64,
    /// How far they have read.
    pub read_seq: u64,
    /// What notifies them, where they chose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<Notify>,
    /// Whether they keep it above other rooms.
    #[serde(default, skip_serializing_if = "is_false")]
    pub favourite: bool,
    /// Whether they hide it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// How they were removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<Removed>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_by: Option<UserId>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal_reason: Option<String>,
}

/// How someone was removed from a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removed {
    /// They may come back.
    Kicked,
    /// They may not.
    Banned,
}

/// A ban or a mute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestrictionRecord {
    /// Where.
    pub room: RoomId,
    /// Who.
    pub user: UserId,
    /// Which.
    pub kind: RestrictionKind,
    /// Until when; for ever without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What someone may not do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionKind {
    /// Come in.
    Ban,
    /// Write.
    Mute,
}

/// A message, as it is now. Of a deleted one only that it was there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageRecord {
    /// Its id.
    pub id: MessageId,
    /// Where it was said.
    pub room: RoomId,
    /// Its position there.
    pub seq: u64,
    /// Who said it.
    pub author: UserId,
    /// When.
    pub sent_at: Timestamp,
    /// What.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// When that was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// Whether it was deleted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deleted: bool,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// The message that its thread began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<MessageId>,
    /// Names in it, and whose they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<(String, UserId)>,
    /// Whether it mentions everyone in the room.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mentions_room: bool,
    /// Its earlier texts, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<EditRecord>,
    /// What people answered with an emoji, by emoji.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<ReactionRecord>,
    /// The position at which it was pinned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<u64>,
    /// Its files and their previews.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileRecord>,
}

/// An earlier text of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditRecord {
    /// The position at which it was replaced.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// The text.
    pub body: String,
}

/// Those who answered a message with one emoji.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReactionRecord {
    /// Which.
    pub emoji: String,
    /// The position at which the first one did, also if they took it back.
    pub seq: u64,
    /// Who did, and where that stands in the log.
    pub people: Vec<(UserId, u64)>,
}

/// A file of a message, or a preview of one. Its bytes stand in `files/`, under their hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Its id.
    pub id: UploadId,
    /// Who uploaded it.
    pub user: UserId,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
    /// What its first bytes say that it is.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// The small picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<UploadId>,
    /// Its place among the message's files; a preview has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u32>,
}

/// Something in a room's log that is no message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRecord {
    /// Where.
    pub room: RoomId,
    /// Its position there.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Who did it, or to whom it was done.
    pub user: UserId,
    /// Who did it, where that is someone else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
    /// To which message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// What else belongs to it: the emoji and its count, the room's changes, what a moderator did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Value>,
}

/// What can happen in a room beside messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Someone came.
    UserJoined,
    /// Someone left.
    UserLeft,
    /// The room was changed.
    RoomUpdated,
    /// A message was given another text.
    MessageEdited,
    /// A message was deleted.
    MessageDeleted,
    /// Someone answered with an emoji.
    ReactionAdded,
    /// They took it back.
    ReactionRemoved,
    /// A message was pinned.
    MessagePinned,
    /// It no longer is.
    MessageUnpinned,
    /// A moderator did something to someone.
    Moderated,
}

/// A thread that a user follows, or has left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowRecord {
    /// Who.
    pub user: UserId,
    /// The message that the thread began with.
    pub message: MessageId,
    /// Whether they follow it.
    pub following: bool,
}

/// Whom a user ignores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IgnoreRecord {
    /// Who.
    pub user: UserId,
    /// Whom.
    pub other: UserId,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_zero(value: &u32) -> bool {
    *value == 0
}
