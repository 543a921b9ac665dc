//! The chat server: REST, WebSocket and the web page, on a durable log.
//!
//! Four floors, each using only those below it: the edge ([`web`], [`api`], [`socket`]), the rules ([`chat`]), who is
//! listening ([`hub`]) and what happened ([`store`]).

#[macro_use]
mod failpoint;

pub mod access;
pub mod address;
pub mod admin;
pub mod api;
pub mod chat;
pub(crate) mod gauge;
pub mod hub;
pub mod logging;
pub mod memory;
pub mod options;
pub mod output;
pub(crate) mod plain;
pub mod program;
pub mod routes;
pub mod server;
pub mod session;
pub mod socket;
pub mod store;
pub mod web;
