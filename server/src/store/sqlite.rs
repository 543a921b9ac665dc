//! The store on SQLite: one file a table with its SQL, the steps of the rules, and the engine below them.

mod access;
pub mod admin;
mod bots;
mod changes;
mod codes;
mod engine;
mod files;
mod follows;
mod hooks;
mod log;
mod members;
mod mentions;
mod message_row;
mod messages;
mod moderation;
mod oversight;
mod read;
mod retention;
mod rooms;
mod rows;
mod search;
mod sessions;
mod settings;
mod snapshot;
mod transaction;
mod users;
mod webhooks;

pub(in crate::store) use self::engine::Sqlite;
