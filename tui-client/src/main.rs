//! `chat-tui`: everything is in the library, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    chat_tui::main()
}
