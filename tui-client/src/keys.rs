//! What can be pressed and typed as a command, and what it does: the tables of keys and of slash commands.

pub(crate) mod bindings;
pub(crate) mod key;
pub(crate) mod slash;
