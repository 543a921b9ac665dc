//! What goes out with the message that is being written: files of the clipboard.

use chat_client::NewFile;

use super::Ticket;

#[derive(Debug, Default)]
pub(crate) enum Attached {
    #[default]
    Nothing,
    /// The clipboard is being read, as this key asked.
    Reading(Ticket),
    Files {
        files: Vec<NewFile>,
        /// What they are called, and how large they are.
        named: String,
    },
    /// The clipboard had none, which came after further keys: why.
    Failed(String),
}

impl Attached {
    /// Whether Enter does something else than without.
    pub(crate) fn is_any(&self) -> bool {
        !matches!(self, Self::Nothing)
    }
}
