//! A chat client without a screen: sign in, stay connected, lose nothing. Bots stand on it as programs for people do.
//!
//! [`sign_in`] gives an [`Account`], for a bot by its token ([`Credential::Token`]); [`Client::start`] makes of it a handle, to send with, and a stream of [`Update`]s,
//! to follow. What is sent waits in an outbox on disk until the server has it; what is received is reported in order, each
//! event once; the connection comes back by itself.
//!
//! ```no_run
//! use chat_client::{Accounts, Client, Credential, Options, ServerUrl, SignIn, Update, sign_in};
//! use chat_protocol::{Event, LogEvent, body::Body, emoji::Emoji};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let request = SignIn {
//!     server: ServerUrl::parse("http://localhost:3000")?,
//!     name: Some("ci".to_owned()),
//!     credential: Credential::None,
//!     invite: None,
//!     insecure: false,
//!     client: "ci/1.0".to_owned(),
//! };
//! let account = sign_in(&Accounts::open_default()?, request).await?;
//! let (client, mut updates) = Client::start(account, Options::default())?;
//!
//! // Say something, mend it, answer in its thread, react: all of it waits where there is no connection.
//! let lobby = client.api().room("lobby").await?.id;
//! let build = client.send(lobby, "build is gren", None)?;
//! client.edit(lobby, build, Body::parse("build is **green**", 8_000)?);
//! client.send(lobby, "took 41 s", Some(build))?;
//! client.react(lobby, build, Emoji::parse("🎉")?, true);
//! client.send_direct("bob", "you may deploy")?;
//!
//! // Follow what happens.
//! while let Some(update) = updates.next().await {
//!     let Update::Event(Event::Logged(entry)) = update else { continue };
//!     match entry.event {
//!         LogEvent::Message { message } => println!("{}: {}", message.author.name, message.body),
//!         LogEvent::MessageEdited { message, user } => println!("{} now says: {}", user.name, message.body),
//!         LogEvent::MessageDeleted { user, .. } => println!("{} deleted a message", user.name),
//!         LogEvent::ReactionAdded { reaction, user, .. } => println!("{} {}", user.name, reaction.emoji),
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A [`Bot`] is the same for programs that answer: it goes on where its last run ended, and answers once.
//! `examples/echo_bot.rs` and `examples/reminder_bot.rs` show it whole.
//!
//! Nothing here draws, reads a terminal, or ends the process.

mod account;
mod api;
mod bot;
mod client;
mod connection;
mod cursors;
mod direct;
mod entry;
mod error;
mod files;
mod options;
mod outbox;
mod picture;
mod room;
mod store;
mod tls;
mod update;
mod url;

pub use account::{Account, Accounts, Credential, Recovery, SignIn, SignInError, sign_in};
pub use api::{Api, ApiError, Export, LocalFile, Page, TransferError, UploadStep, free_path, part_path};
pub use bot::Bot;
pub use client::{Client, NewFile};
pub use entry::{Action, Delivery, Entry, EntryFile};
pub use error::Error;
pub use options::Options;
pub use picture::FileSource;
pub use room::{is_unknown, unknown_room};
pub use store::{Cached, StorageNotice};
pub use update::{Closed, Status, Update, Updates};
pub use url::{InvalidUrl, ServerUrl};
