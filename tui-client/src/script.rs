//! The commands for scripts: no screen, no questions.

pub(crate) mod export;
mod human;
mod json;
mod line;
mod room;
pub(crate) mod search;
pub(crate) mod send;
pub(crate) mod tail;
pub(crate) mod wait;
