//! The terminal chat client: a screen for people, `send` and `tail` for scripts.
//!
//! One loop ([`run`]) takes in keys, the network and time; [`update`] changes the [`state`]; [`view`] draws it. State
//! and update know no terminal, no socket and no clock.

#[cfg(test)]
mod absences;
pub mod args;
pub mod bindings;
pub mod editor;
pub mod ending;
pub mod failure;
pub mod geometry;
pub mod help;
pub mod ink;
pub mod input;
pub mod key;
pub mod layout;
pub mod links;
pub mod log;
pub mod output;
pub mod patience;
pub mod run;
#[cfg(test)]
mod scene;
pub mod send;
pub mod slash;
pub mod start;
pub mod state;
pub mod tail;
pub mod terminal;
pub mod theme;
pub mod timeline_view;
pub mod update;
pub mod view;
