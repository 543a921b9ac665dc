//! A chat client without a screen: sign in, stay connected, lose nothing. Bots stand on it as programs for people do.
//!
//! [`sign_in`] gives an [`Account`]; [`Client::start`] makes of it a handle, to send with, and a stream of [`Update`]s,
//! to follow. What is sent waits in an outbox on disk until the server has it; what is received is told in order, each
//! event once; the connection comes back by itself. `examples/echo_bot.rs` shows it whole.
//!
//! Nothing here draws, reads a terminal, or ends the process.

mod account;
mod api;
mod cached;
mod client;
mod connection;
mod entry;
mod error;
mod notice;
mod options;
mod outbox;
mod private;
mod room;
mod rooms;
mod sign_in;
mod store;
mod tls;
mod update;
mod url;

pub use account::{Account, Accounts};
pub use api::{Api, ApiError, Page};
pub use cached::Cached;
pub use client::{Client, Closed};
pub use entry::{Delivery, Entry};
pub use error::Error;
pub use notice::StorageNotice;
pub use options::Options;
pub use room::unknown_room;
pub use sign_in::{Credential, SignIn, SignInError, WayBack, sign_in};
pub use update::{Status, Update, Updates};
pub use url::{InvalidUrl, ServerUrl};

/// How this library names itself where the program gives no name.
const CLIENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
