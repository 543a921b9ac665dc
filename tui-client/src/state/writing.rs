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
    /// Why the moderators are to look at this message.
    Report {
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
            Self::Reply(message) | Self::Edit { message, .. } | Self::Report { message, .. } => Some(message),
        }
    }

    /// What was being written before, if what is written now is no message of its own.
    pub(crate) fn into_draft(self) -> Option<Editor> {
        match self {
            Self::New | Self::Reply(_) => None,
            Self::Edit { draft, .. } | Self::Report { draft, .. } => Some(draft),
        }
    }
}
