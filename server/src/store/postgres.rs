//! The store on PostgreSQL: one file a table with its SQL, the steps of the rules, and the engine below them.

mod access;
mod bots;
mod changes;
mod codes;
mod engine;
mod files;
mod follows;
mod hooks;
mod log;
mod marks;
mod members;
mod mentions;
mod message_row;
mod messages;
mod moderation;
mod oversight;
mod read;
mod reading;
mod retention;
mod rooms;
mod rows;
mod search;
mod sessions;
mod settings;
mod snapshot;
mod users;
mod webhooks;

pub(in crate::store) use self::engine::Postgres;
pub use self::engine::address::{Address, InvalidAddress};
