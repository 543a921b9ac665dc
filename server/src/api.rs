//! The HTTP API: one file for each resource. Handlers read a request, ask the chat, and write the answer; the rules
//! are the chat's.

pub mod audit;
pub mod bots;
pub mod description;
pub mod events;
pub mod export;
pub mod hooks;
pub mod info;
pub mod invites;
pub mod link_codes;
pub mod list;
pub mod me;
pub mod members;
pub mod message;
pub mod messages;
pub mod operation;
pub mod pins;
mod qr;
pub mod reports;
pub mod rooms;
pub mod search;
pub mod sessions;
pub mod settings;
mod signed_in;
pub mod uploads;
pub mod users;
pub mod webhooks;
