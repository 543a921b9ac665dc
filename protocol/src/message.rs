//! Messages: what people say, as it now is.

use serde::{Deserialize, Serialize};

use crate::{Attachment, MessageId, RoomId, Timestamp, UserId, UserRef, blocks::Block, mention::Mention};

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Chosen by the client that sent it.
    pub id: MessageId,
    /// Where it was said.
    pub room: RoomId,
    /// Its position in the room's log.
    pub seq: u64,
    /// Who said it.
    pub author: UserRef,
    /// Markdown, as sent.
    pub body: String,
    /// When it was stored; the `at` of its event.
    pub sent_at: Timestamp,
    /// When the body was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// True when the text is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// The message that its chain of replies began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<MessageId>,
    /// What was answered in the thread that begins with it; absent in live events, and where nobody answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies: Option<Box<Replies>>,
    /// The users it mentions, at most 50.
    #[serde(default)]
    pub mentions: Vec<UserId>,
    /// The names in the body by which it mentions them, each as its author spelled it. A rename changes nothing here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentioned: Vec<Mention>,
    /// Whether it mentions everyone in the room, with `@room` or `@here`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mentions_room: bool,
    /// What people answered with an emoji.
    #[serde(default)]
    pub reactions: Vec<Reaction>,
    /// Files that belong to it, at most 10.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// The body parsed, for those who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<Object>>))]
    pub blocks: Option<Vec<Block>>,
}

impl Message {
    /// Whether it counts as a mention of this user, in a room that they are in.
    pub fn mentions(&self, user: UserId) -> bool {
        self.author.id != user && (self.mentions_room || self.mentions.contains(&user))
    }
}

/// The replies of a thread, deleted ones left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replies {
    /// How many there are.
    pub count: u64,
    /// The position of the newest one.
    pub last_seq: u64,
    /// When that was sent.
    pub last_at: Timestamp,
    /// The first 5 people who wrote one.
    pub people: Vec<UserRef>,
}

/// One emoji and who answered with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many people.
    pub count: u64,
    /// The first 20 of them.
    pub users: Vec<UserRef>,
}
