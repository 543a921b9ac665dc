//! The commands for scripts: no screen, no questions.

pub(crate) mod send;
pub(crate) mod tail;
