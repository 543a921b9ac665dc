//! The server's program.

use std::process::ExitCode;

fn main() -> ExitCode {
    chat_server::program::run()
}
