//! Messages and commands on their way: what the user sent and what became of it.

use std::path::PathBuf;

use chat_protocol::{Command, ErrorCode, MessageId, RoomChanges, RoomId, RoomSelector, Timestamp, UploadId};
use serde::{Deserialize, Serialize};

/// A message or a command in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stays the same however often it is sent.
    pub id: MessageId,
    /// The room that it goes to.
    pub room: RoomId,
    /// What it does.
    pub action: Action,
    /// As the user wrote it: the message, or its new text; empty for other commands.
    pub body: String,
    /// The message that this one answers.
    pub reply_to: Option<MessageId>,
    /// The files that the message shall carry. It goes out once the server has all of them.
    pub files: Vec<EntryFile>,
    /// How far it got.
    pub state: Delivery,
    /// When the user sent it, by this machine's clock.
    pub written_at: Timestamp,
}

/// A file of a message in the outbox. Its bytes are kept here until the server has stored the message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryFile {
    /// What it is called.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Where this client keeps them.
    pub path: PathBuf,
    /// Of a picture, its width and height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<(u32, u32)>,
    /// Where this client keeps a small picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<PathBuf>,
    /// The upload, once it has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadId>,
    /// Whether the server has all of it.
    #[serde(default)]
    pub stored: bool,
    /// Bytes that the server has, as far as this run of the program knows.
    #[serde(skip)]
    pub sent: u64,
}

/// What an entry of the outbox does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Says its text in the room.
    #[default]
    Message,
    /// Gives an own message its text.
    Edit {
        /// Which one.
        message: MessageId,
    },
    /// Deletes a message for ever.
    Delete {
        /// Which one.
        message: MessageId,
    },
    /// Answers a message with an emoji, or takes that back.
    React {
        /// Which one.
        message: MessageId,
        /// The emoji.
        emoji: String,
        /// Whether it shall be there.
        on: bool,
    },
    /// Pins a message, or takes that back.
    Pin {
        /// Which one.
        message: MessageId,
        /// Whether it shall be pinned.
        on: bool,
    },
    /// Changes the room.
    UpdateRoom {
        /// What shall be new.
        changes: RoomChanges,
    },
}

impl Action {
    /// The message that it changes.
    pub fn target(&self) -> Option<MessageId> {
        match self {
            Self::Edit { message }
            | Self::Delete { message }
            | Self::React { message, .. }
            | Self::Pin { message, .. } => Some(*message),
            Self::Message | Self::UpdateRoom { .. } => None,
        }
    }

    /// Whether it is kept when the server refuses it for good: the user wrote something.
    pub(crate) fn has_text(&self) -> bool {
        matches!(self, Self::Message | Self::Edit { .. } | Self::UpdateRoom { .. })
    }
}

impl Entry {
    /// Whether it is a message, and no command.
    pub fn is_message(&self) -> bool {
        self.action == Action::Message
    }

    /// Whether the server has all files that it shall carry.
    pub(crate) fn has_its_files(&self) -> bool {
        self.files.iter().all(|file| file.stored)
    }

    /// What the server is told. Where the room is not known, it is the direct room with someone.
    pub(crate) fn command(&self, recipient: Option<&str>) -> Command {
        let Self { id, room, body, reply_to, files, .. } = self.clone();
        let attachments = files.iter().filter_map(|file| file.upload).collect();
        let room = recipient.map_or(RoomSelector::Id(room), |name| RoomSelector::Direct(name.to_owned()));
        match self.action.clone() {
            Action::Message => Command::Message { id, room, body, reply_to, attachments },
            Action::Edit { message } => Command::EditMessage { id, message_id: message, body },
            Action::Delete { message } => Command::DeleteMessage { id, message_id: message },
            Action::React { message, emoji, on } => Command::React { id, message_id: message, emoji, on },
            Action::Pin { message, on } => Command::Pin { id, message_id: message, on },
            Action::UpdateRoom { changes } => Command::UpdateRoom { id, room, changes },
        }
    }
}

/// How far a message or command got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Not yet on this disk: a message is sent only when it is.
    Saving,
    /// It could not be put on this disk, and goes nowhere: this library has let go of it, so that nobody else has the text.
    Unsaved {
        /// Why, and what to do about it.
        detail: String,
    },
    /// On this disk, to be sent as soon as the server takes it.
    Queued,
    /// On the wire, not yet acknowledged.
    Sending,
    /// On the server's disk. The outbox has let go of it.
    Sent {
        /// Its position in the room.
        seq: u64,
    },
    /// Taken back before it was sent. The outbox has let go of it.
    Withdrawn,
    /// Refused for good. A message, a new text and changes of a room are kept until they are retried or forgotten.
    Failed {
        /// The kind of refusal.
        code: ErrorCode,
        /// What to do about it.
        detail: String,
    },
}
