//! From the state to rows of the screen, before anything is drawn: the messages pane and the help.

pub(crate) mod help;
pub(crate) mod hit;
pub(crate) mod timeline;
