//! Takes the terminal and panics, so that a test (or you) can see that the terminal comes back clean.

fn main() {
    chat_tui::panic_on_the_screen();
}
