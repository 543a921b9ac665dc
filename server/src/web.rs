//! What the API and the sockets stand on: connections, guards, who is asking, errors as answers, the page.
//!
//! What may be said in a chat is not known here.

pub mod accept;
pub mod answer;
pub mod app;
pub mod assets;
pub mod body;
pub mod client;
pub mod compress;
pub mod cookie;
pub mod cors;
pub mod error;
pub mod guard;
pub mod head;
pub mod headers;
pub mod identity;
pub mod json;
pub mod origin;
pub mod path;
pub mod patience;
pub mod peer;
pub mod problems;
pub mod query;
pub mod rate_limit;
pub mod site;
pub mod slots;

pub use app::App;
pub use error::Error;
