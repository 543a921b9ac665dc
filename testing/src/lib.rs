//! The client that tests drive a server with: people who make requests and talk over WebSockets, and fail where
//! something is not as it must be.
//!
//! ```ignore
//! let (alice, bob) = (Person::take(&server, "alice").await, Person::take(&server, "bob").await);
//! let mut socket = bob.live().await;
//! alice.say("lobby", "hello").await;
//! assert_eq!(socket.message().await, "hello");
//! ```
//!
//! No program depends on this crate. It knows the server by its URL alone: in the same process, in another one, behind
//! a proxy. Only the feature `server` knows the server itself, and starts one in the test's process.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test fails by a panic")]

mod answer;
mod connection;
mod deadline;
mod loopback;
mod person;
pub mod postgres;
mod receiver;
#[cfg(feature = "server")]
pub mod server;
mod socket;
mod told;
mod upgrade;

#[cfg(feature = "server")]
pub use self::server::TestServer;
/// Of a request.
pub use reqwest::Method;
/// How a connection ended, or was not opened.
pub use tokio_tungstenite::tungstenite::Error as SocketError;

pub use self::{
    answer::Answer,
    connection::Connection,
    deadline::{DEADLINE, within},
    loopback::own_loopback,
    person::Person,
    receiver::{Received, Receiver, Reply},
    socket::{Receiving, Sending, Socket},
    told::{Closed, Refusal, Welcome},
    upgrade::{Refused, Upgrade},
};

/// An HTTP client that follows no redirect and keeps no cookie: tests look at those themselves.
pub fn http() -> reqwest::Client {
    // reqwest is built without a choice of its own. A second test of the same process finds it made already.
    _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        // One that was kept may be closed by the server just when it is used again.
        .pool_max_idle_per_host(0)
        .timeout(DEADLINE)
        .build()
        .expect("a client with these settings can be made")
}

/// A JSON string's text.
pub fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}

/// Every file in a folder, and in those in it.
pub fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}
