//! The suite tried from outside: real programs as processes, a real terminal, a real browser, real faults.
//!
//! This library is the stage; the scenes are in `tests/`. It knows the programs by their command lines, HTTP and
//! JSON alone, as any user's script would: of the suite's own crates only the tests' client is used here; `tests/network/`
//! tries programs on `chat-client`. (The feature `failpoints` builds
//! the server once more, as a program of its own.)
//!
//! Whatever a test starts ends with it: processes, folders and terminals are taken down by `Drop`.

pub mod browser;
pub mod command;
pub mod crash;
pub mod database;
pub mod desktop;
pub mod hostile;
pub mod impostor;
pub mod namespace;
pub mod programs;
pub mod proxy;
pub mod require;
pub mod scale;
pub mod server;
pub mod shell;
pub mod tampering;
pub mod terminal;

pub use browser::{Browser, Page};
pub use command::Ended;
pub use server::Server;
pub use shell::Shell;
pub use terminal::Terminal;

pub use chat_testing::{Answer, DEADLINE, Person, Socket, text, within};
