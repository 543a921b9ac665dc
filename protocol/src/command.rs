//! What a client may say over the WebSocket.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{Cursor, Epoch, MessageId, RoomChanges, RoomId, RoomSelector, UploadId};

/// A frame to the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Command {
    /// The first frame of a connection: who speaks, and from where on it lacks events.
    Hello {
        /// Program and version, `chat-tui/1.0`.
        #[serde(default)]
        client: String,
        /// What the client has, by room.
        #[serde(default, skip_serializing_if = "HashMap::is_empty")]
        cursors: HashMap<RoomId, Cursor>,
        /// The history that the cursors belong to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// Whether messages shall carry their parsed body.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        blocks: bool,
    },
    /// Asks for a `Pong`: for pages, which cannot see the protocol's own pings.
    Ping {
        /// Given back as it came.
        #[serde(default)]
        n: u64,
    },
    /// Says something in a room.
    Message {
        /// Identifies the message for ever; sending it twice is sending it once.
        id: MessageId,
        /// Where.
        room: RoomSelector,
        /// Markdown; may be empty where there are attachments.
        #[serde(default)]
        body: String,
        /// The message that this one answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<MessageId>,
        /// Files that were uploaded for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<UploadId>,
    },
    /// Changes the text of an own message.
    EditMessage {
        /// Identifies the command for ever, as that of a message does; ids of messages and commands are one space.
        id: MessageId,
        /// The message.
        message_id: MessageId,
        /// Its new text.
        body: String,
    },
    /// Deletes a message for ever.
    DeleteMessage {
        /// Identifies the command.
        id: MessageId,
        /// The message.
        message_id: MessageId,
    },
    /// Answers a message with an emoji, or takes that back.
    React {
        /// Identifies the command.
        id: MessageId,
        /// The message.
        message_id: MessageId,
        /// One emoji.
        emoji: String,
        /// Whether it shall be there.
        on: bool,
    },
    /// Pins a message to its room, or takes that back.
    Pin {
        /// Identifies the command.
        id: MessageId,
        /// The message.
        message_id: MessageId,
        /// Whether it shall be pinned.
        on: bool,
    },
    /// Changes a room.
    UpdateRoom {
        /// Identifies the command.
        id: MessageId,
        /// Which room.
        room: RoomSelector,
        /// What shall be new.
        changes: RoomChanges,
    },
    /// Says whether anyone is at this device. Not answered.
    Away {
        /// True when nobody is.
        away: bool,
    },
    /// Gives up a message or command that was refused with a wait.
    Forget {
        /// The message.
        id: MessageId,
    },
    /// Names the rooms on screen: their typing, presence and members are wanted.
    Focus {
        /// At most 8; replaces the earlier ones.
        rooms: Vec<RoomSelector>,
    },
    /// The user is writing.
    UserTyping {
        /// Where.
        room: RoomSelector,
    },
    /// The user no longer is.
    UserStoppedTyping {
        /// Where.
        room: RoomSelector,
    },
    /// The user has read up to here.
    Read {
        /// Which room.
        room: RoomSelector,
        /// The position of the last event read.
        seq: u64,
        /// True to move the marker back, to mark as unread.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        back: bool,
    },
}

impl Command {
    /// Every `type` that a client may send.
    pub const TYPES: [&str; 14] = [
        "Hello",
        "Ping",
        "Message",
        "EditMessage",
        "DeleteMessage",
        "React",
        "Pin",
        "UpdateRoom",
        "Away",
        "Forget",
        "Focus",
        "UserTyping",
        "UserStoppedTyping",
        "Read",
    ];
    /// Rooms that one `Focus` may name.
    pub const MAX_FOCUS: usize = 8;
}
