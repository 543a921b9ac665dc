//! What becomes of what the user writes in a room.

use chat_protocol::MessageId;

use crate::text::editor::Editor;

#[derive(Debug, Default)]
pub(crate) enum Writing {
    /// A message.
    #[default]
    New,
    /// An answer to this message.
    Reply(MessageId),
    /// Another text of this message.
    Edit {
        message: MessageId,
        /// What was being written before, to come back afterwards.
        draft: Editor,
    },
}

impl Writing {
    /// The message that it is about.
    pub(crate) fn target(&self) -> Option<MessageId> {
        match *self {
            Self::New => None,
            Self::Reply(message) | Self::Edit { message, .. } => Some(message),
        }
    }
}
