//! The server, with the places where it dies when `FAILPOINTS` tells it to.

use std::process::ExitCode;

fn main() -> ExitCode {
    chat_server::run()
}
