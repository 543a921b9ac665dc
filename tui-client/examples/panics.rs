//! Takes the terminal and panics, so that a test (or you) can see that the terminal comes back clean.

use chat_tui::terminal::Terminal;

fn main() {
    let terminal = Terminal::take().map_err(|error| error.to_string());
    panic!("the terminal is taken: {}", terminal.is_ok());
}
