//! The chat server: REST, WebSocket and the web page, on a durable log.
//!
//! Floors, each using only those below it: the edge (`api`, `socket`, `web`), one connected client (`session`), the rules
//! (`chat`), who is listening (`hub`) and what happened (`store`). As a library it is for its own tests, and for programs
//! that run a server in their process.

#![allow(
    unreachable_pub,
    reason = "`pub` says what a module gives to the others; what the library gives out stands here"
)]

#[macro_use]
mod failpoint;

mod access;
mod address;
mod api;
mod chat;
mod cli;
mod files;
mod formats;
mod gauge;
mod hub;
mod logging;
mod memory;
mod outgoing;
mod output;
mod plain;
mod routes;
mod server;
mod session;
mod socket;
mod store;
mod web;

pub use chat::Retention;
pub use chat_protocol::api::Registration;
pub use cli::run;
pub use formats::import;
pub use outgoing::Names;
pub use server::{Broken, Options, Server, StartError};
pub use session::{ConnectError, Ending, Local, LocalClient};
pub use store::{Address, InvalidAddress, Location, OpenError, admin};
pub use web::site::Site;
