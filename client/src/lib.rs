//! A chat client without a screen: sign in, stay connected, lose nothing. Bots stand on it as programs for people do.
//!
//! [`sign_in`] gives an [`Account`]; [`Client::start`] makes of it a handle, to send with, and a stream of [`Update`]s,
//! to follow. What is sent waits in an outbox on disk until the server has it; what is received is reported in order, each
//! event once; the connection comes back by itself. `examples/echo_bot.rs` shows it whole.
//!
//! Nothing here draws, reads a terminal, or ends the process.

mod account;
mod api;
mod client;
mod connection;
mod cursors;
mod direct;
mod entry;
mod error;
mod files;
mod options;
mod outbox;
mod room;
mod store;
mod tls;
mod update;
mod url;

pub use account::{Account, Accounts, Credential, Recovery, SignIn, SignInError, sign_in};
pub use api::{Api, ApiError, Page};
pub use client::Client;
pub use entry::{Action, Delivery, Entry};
pub use error::Error;
pub use options::Options;
pub use room::{is_unknown, unknown_room};
pub use store::{Cached, StorageNotice};
pub use update::{Closed, Status, Update, Updates};
pub use url::{InvalidUrl, ServerUrl};
